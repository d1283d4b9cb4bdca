"""A policy that builds on another: what is merged, what is replaced, and where each value came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.paths import ready_made
from gateway.policy.decide import Facts, decide
from gateway.policy.load import PolicyError, load_policy
from gateway.policy.sources import read_sources

PARENT = """\
version: 1
name: parent
levels: [public, internal, restricted]
destinations:
  local: {clearance: restricted, engine: llama.cpp}
  swarm: {clearance: public, engine: petals}
entities:
  default: internal
  PERSON: {level: internal, min_score: 0.7}
  URL: public
rules:
  - {name: first, when: {any: [PERSON], at_least: 3}, raise_to: restricted}
  - {name: second, when: {any: [URL]}, tag: links}
route: {prefer: [swarm, local]}
limits: {max_messages: 100}
tests:
  - {name: sky, prompt: Why is the sky blue, expect: {label: public}}
"""


def write(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        (directory / f"{name}.yaml").write_text(text, "utf-8")
    return directory / "child.yaml"


def child(directory: Path, text: str, **more: str) -> Path:
    return write(directory, parent=PARENT, child="version: 1\nextends: parent.yaml\n" + text, **more)


def test_a_child_without_more_is_its_parent_with_another_name(tmp_path: Path) -> None:
    policy = load_policy(child(tmp_path, ""))
    parent = load_policy(tmp_path / "parent.yaml")
    assert policy.name == "child"
    assert policy.sha256 != parent.sha256
    assert (policy.levels, policy.entities, policy.prefer) == (parent.levels, parent.entities, parent.prefer)
    assert [rule.name for rule in policy.rules] == ["first", "second"]
    assert [test.name for test in policy.tests] == ["sky"]


def test_mappings_merge_and_lists_merge_by_name(tmp_path: Path) -> None:
    policy = load_policy(
        child(
            tmp_path,
            """
destinations: {swarm: {first_token_timeout: 5}}
entities: {PERSON: restricted, EMAIL_ADDRESS: restricted}
rules:
  - {name: third, tag: new}
  - {name: first, when: {any: [PERSON]}, deny: No names.}
route: {on_unavailable: refuse}
limits: {max_characters: 5}
tests:
  - {name: own, prompt: Hello, expect: {label: public}}
""",
        )
    )
    swarm = policy.destinations["swarm"].spec
    assert (swarm.engine, swarm.first_token_timeout) == ("petals", 5)
    assert policy.entity("PERSON").level.name == "restricted"
    assert policy.entity("PERSON").min_score == 0  # A level is one value: the parent's score is not kept.
    assert policy.entity("URL").level.name == "public"
    assert [(rule.name, rule.deny) for rule in policy.rules] == [
        ("first", "No names."),
        ("second", None),
        ("third", None),
    ]
    assert (policy.prefer, policy.fall_back) == (("swarm", "local"), False)
    assert (policy.limits.max_messages, policy.limits.max_characters) == (100, 5)
    assert [test.name for test in policy.tests] == ["sky", "own"]


def test_other_lists_are_replaced_and_nothing_takes_an_entry_out(tmp_path: Path) -> None:
    policy = load_policy(
        child(
            tmp_path,
            "destinations: {swarm: }\nentities: {URL: }\nroute: {prefer: [local]}\n"
            "levels: [public, internal, restricted, secret]\n",
        )
    )
    assert list(policy.destinations) == ["local"]
    assert policy.entity("URL").level.name == "internal"
    assert policy.prefer == ("local",)
    assert policy.levels.highest.name == "secret"


def test_word_lists_of_one_name_in_two_folders_are_two(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    rule = "rules: [{{name: {}, when: {{words_file: words.txt}}, raise_to: restricted}}]\n"
    (tmp_path / "base" / "parent.yaml").write_text(
        PARENT.partition("rules:")[0] + rule.format("a") + "route: {prefer: [swarm, local]}\n"
    )
    (tmp_path / "base" / "words.txt").write_text("alpha\n")
    (tmp_path / "words.txt").write_text("omega\n")
    (tmp_path / "child.yaml").write_text("version: 1\nextends: base/parent.yaml\n" + rule.format("b"))
    policy = load_policy(tmp_path / "child.yaml")
    assert policy.warnings == ()
    for word, name in (("alpha", "a"), ("omega", "b")):
        assert decide(policy, Facts((), texts=((word, frozenset()),))).fired == (name,)


def test_many_paths_to_one_parent_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "p7.yaml").write_text(PARENT)
    for index in range(7):
        again = ", ".join([f"p{index + 1}.yaml"] * 9)
        (tmp_path / f"p{index}.yaml").write_text(f"version: 1\nextends: [{again}]\n")
    assert [rule.name for rule in load_policy(tmp_path / "p0.yaml").rules] == ["first", "second"]


def test_an_inherited_rule_or_test_is_switched_off_and_on_by_its_name(tmp_path: Path) -> None:
    off = "rules: [{name: first, enabled: false}]\ntests: [{name: sky, enabled: false}]\n"
    policy = load_policy(child(tmp_path, off))
    assert [rule.name for rule in policy.rules] == ["second"]
    assert policy.tests == ()
    (tmp_path / "grandchild.yaml").write_text(
        "version: 1\nextends: child.yaml\nrules: [{name: first, enabled: true}]\n"
    )
    again = load_policy(tmp_path / "grandchild.yaml")
    assert [(rule.name, str(rule.raise_to)) for rule in again.rules] == [("first", "restricted"), ("second", "None")]


def test_a_chain_and_several_parents(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        parent=PARENT,
        middle="version: 1\nextends: parent.yaml\nentities: {URL: internal}\nrules: [{name: middle, tag: m}]\n",
        other="version: 1\nrules: [{name: other, tag: o}]\nentities: {PERSON: restricted}\n",
        child="version: 1\nextends: [middle.yaml, other.yaml]\nname: mine\n",
    )
    policy = load_policy(file)
    assert policy.name == "mine"
    assert [rule.name for rule in policy.rules] == ["first", "second", "middle", "other"]
    assert policy.entity("URL").level.name == "internal"
    assert policy.entity("PERSON").level.name == "restricted"


def test_every_ready_made_policy_can_be_built_on(tmp_path: Path) -> None:
    for name in ready_made():
        policy = load_policy(write(tmp_path, child=f"version: 1\nextends: {name}\nentities: {{URL: restricted}}\n"))
        assert policy.entity("URL").level.name == "restricted"


def test_each_value_says_which_file_and_line_it_came_from(tmp_path: Path) -> None:
    file = child(tmp_path, "entities: {PERSON: restricted}\nrules:\n  - {name: third, tag: new}\n")
    sources = read_sources(str(file), file.read_text())

    def origin(*location: object) -> tuple[str, int]:
        name, line = sources.origin(location)
        return Path(name).name, line

    assert origin("entities", "PERSON") == ("child.yaml", 3)
    assert origin("entities", "URL") == ("parent.yaml", 10)
    assert origin("rules", 0, "raise_to") == ("parent.yaml", 12)
    assert origin("rules", 2, "tag") == ("child.yaml", 5)
    assert origin("destinations", "swarm", "clearance") == ("parent.yaml", 6)


def test_a_mistake_is_shown_in_the_file_where_it_stands(tmp_path: Path) -> None:
    file = child(tmp_path, "entities: {PERSON: restrictd}\n")
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert str(caught.value).startswith(f"{file}:3:20: unknown level `restrictd`")
    write(
        tmp_path,
        parent=PARENT.replace("raise_to: restricted", "raise_to: restrictd"),
        child="version: 1\nextends: parent.yaml\n",
    )
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert str(caught.value).startswith(f"{tmp_path / 'parent.yaml'}:12:65: unknown level `restrictd`")


def test_what_a_child_makes_unsafe_does_not_load(tmp_path: Path) -> None:
    for down in ("destinations: {swarm: {clearance: restricted}}\n", "entities: {default: public}\n"):
        with pytest.raises(PolicyError, match="could route down"):
            load_policy(child(tmp_path, down))


CIRCLES = {
    "itself": {"child": "version: 1\nextends: child.yaml\n"},
    "one another": {"child": "version: 1\nextends: b.yaml\n", "b": "version: 1\nextends: child.yaml\n"},
    "three": {
        "child": "version: 1\nextends: [parent.yaml, b.yaml]\n",
        "parent": PARENT,
        "b": "version: 1\nextends: c.yaml\n",
        "c": "version: 1\nextends: ./b.yaml\n",
    },
}


@pytest.mark.parametrize("files", CIRCLES.values(), ids=CIRCLES)
def test_a_circle_is_refused_and_shown(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(PolicyError, match="in a circle"):
        load_policy(write(tmp_path, **files))


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        ("defalt", "did you mean `default`?"),
        ("nowhere.yaml", "no file `nowhere.yaml` beside this one"),
        ("[parent.yaml, nowhere.yaml]", "no file `nowhere.yaml`"),
        ("{a: b}", "expected"),
        ("7", "expected"),
        ("[7]", "expected"),
        ("/", "no file `/`"),
    ],
)
def test_what_can_not_be_extended_says_so_at_its_place(tmp_path: Path, extends: str, words: str) -> None:
    file = write(tmp_path, parent=PARENT, child=f"version: 1\nextends: {extends}\n")
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert words in str(caught.value)
    assert any(mistake.line == 2 for mistake in caught.value.mistakes)


def test_a_mistake_in_a_parents_yaml_is_shown_there(tmp_path: Path) -> None:
    file = write(tmp_path, parent=PARENT + "\tx: 1\n", child="version: 1\nextends: parent.yaml\n")
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert str(caught.value).startswith(f"{tmp_path / 'parent.yaml'}:18:1: ")


def test_many_parents_on_one_another_are_refused(tmp_path: Path) -> None:
    for index in range(12):
        (tmp_path / f"p{index}.yaml").write_text(f"version: 1\nextends: p{index + 1}.yaml\n")
    (tmp_path / "p12.yaml").write_text(PARENT)
    with pytest.raises(PolicyError, match="more than 8 policies"):
        load_policy(tmp_path / "p0.yaml")


@pytest.mark.parametrize(
    ("start", "line", "column", "words"),
    [
        ("version: 2\n", 1, 10, "found `2`; expected 1"),
        ("version: '1'\n", 1, 10, "found `1`; expected 1"),
        ("version: true\n", 1, 10, "found `true`; expected 1"),
        ("version:\n", 1, 9, "found nothing; expected 1"),
        ("version: [1]\n", 1, 10, "found something else; expected 1"),
        ("", 1, 1, "`version` is missing here"),
    ],
)
def test_the_version_of_what_is_extended_is_checked_there(
    tmp_path: Path, start: str, line: int, column: int, words: str
) -> None:
    file = child(tmp_path, "", grandparent=start + PARENT.removeprefix("version: 1\n"))
    (tmp_path / "parent.yaml").write_text("version: 1\nextends: grandparent.yaml\n")
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    (mistake,) = caught.value.mistakes
    assert (Path(mistake.file).name, mistake.line, mistake.column) == ("grandparent.yaml", line, column)
    assert words in mistake.message


def test_the_version_is_not_inherited(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"child\.yaml:1:1: `version` is missing here"):
        load_policy(write(tmp_path, parent=PARENT, child="extends: parent.yaml\n"))


SWITCHES = [
    ("rules: [{name: frist, enabled: false}]", 15, "no inherited rule is called `frist`", "did you mean `first`?"),
    ("rules: [{name: frist, enabled: true}]", 15, "no inherited rule is called `frist`", "did you mean `first`?"),
    ("tests: [{name: ski, enabled: false}]", 15, "no inherited test is called `ski`", "did you mean `sky`?"),
    ("recognizers: [{name: X, enabled: false}]", 21, "no inherited recognizer is called `X`", "inherits no recog"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "words", "hint"), SWITCHES)
def test_a_switch_without_anything_to_switch_is_a_mistake(
    tmp_path: Path, text: str, column: int, words: str, hint: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(child(tmp_path, text + "\n"))
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.column) == (3, column + 1)
    assert words in mistake.message
    assert hint in mistake.message


def test_a_switch_in_a_parent_may_be_for_what_another_parent_has(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        parent=PARENT,
        other="version: 1\nrules: [{name: first, enabled: false}]\n",
        child="version: 1\nextends: [parent.yaml, other.yaml]\n",
    )
    assert [rule.name for rule in load_policy(file).rules] == ["second"]


def test_an_own_rule_that_is_switched_off_stays_one(tmp_path: Path) -> None:
    text = "rules: [{name: own, enabled: false, tag: later}]\n"
    assert [rule.name for rule in load_policy(child(tmp_path, text)).rules] == ["first", "second"]
