"""`sepal policy test`: a policy's own tests, run the gateway's way; and the page that shows how to write them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Sepal
from tests.conftest import ROOT

SECRET = "Maria Gonzalez, +34 612 345 678"
POLICY = f"""\
version: 1
levels: [public, internal, restricted]
destinations:
  local: {{clearance: restricted, engine: llama.cpp}}
  swarm: {{clearance: public, engine: petals}}
entities: {{default: internal}}
rules:
  - {{name: slow, when: {{matches: '(a+)+$'}}, raise_to: restricted}}
route: {{prefer: [swarm, local]}}
tests:
  - name: a name stays
    prompt: Write to {SECRET}
    expect: {{label: internal, destination: local, entities: [PERSON, PHONE_NUMBER]}}
  - name: a name goes
    prompt: Write to {SECRET}
    expect: {{label: public, destination: swarm, entities: []}}
  - name: an expression that takes others for ever
    prompt: "{"a" * 60_000}!"
    expect: {{label: public}}
  - name: a level that there is not
    prompt: Why?
    headers: {{X-Sepal-Level: secret}}
    expect: {{label: public}}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    (tmp_path / "p.yaml").write_text(POLICY)
    return tmp_path / "p.yaml"


def test_each_failure_is_explained_and_no_prompt_is_quoted(command: Sepal, policy: Path) -> None:
    run = command("policy", "test", policy)

    assert run.returncode == 1, run.stderr
    assert "failed a name goes  p.yaml:14" in run.stdout
    assert "  label is internal, expected public" in run.stdout
    assert "  destination is local, expected swarm" in run.stdout
    assert "  entities are PERSON, PHONE_NUMBER, expected none" in run.stdout
    assert "  because: found 1 × PERSON, 1 × PHONE_NUMBER: internal" in run.stdout
    assert "failed a level that there is not" in run.stdout
    assert "4 tests: 2 failed, 2 passed" in run.stdout
    assert "Gonzalez" not in run.stdout + run.stderr
    assert "612" not in run.stdout + run.stderr


def test_some_can_be_run_alone_and_machines_get_all_of_it(process: Sepal, policy: Path) -> None:
    run = process("policy", "test", policy, "-k", "STAYS name", "--json")
    report = json.loads(run.stdout)

    assert run.returncode == 0
    assert [(item["name"], item["at"], item["passed"]) for item in report["outcomes"]] == [
        ("a name stays", "p.yaml:11", True)
    ]


def test_inherited_tests_run_too_unless_only_ones_own_are_wanted(command: Sepal, policy: Path) -> None:
    (policy.parent / "child.yaml").write_text(
        "version: 1\nextends: p.yaml\nentities: {PERSON: restricted}\n"
        "tests: [{name: mine, prompt: 'Why is the sky blue?', expect: {destination: swarm}}]\n"
    )

    everything = command("policy", "test", "child.yaml", "-k", "name stays")
    own = command("policy", "test", "child.yaml", "--own")

    assert everything.returncode == 1
    assert "failed a name stays  p.yaml:11" in everything.stdout
    assert "1 of those that failed stand in a policy that this one extends" in everything.stdout
    assert own.returncode == 0
    assert own.stdout.startswith("1 test: all passed")


@pytest.mark.parametrize(("options", "words"), [
    (("-k", "nothing"), "none of the 4 tests has these words in its name: nothing"),
    (("--policy-without-tests",), "the policy has no tests; write some at its end"),
])  # fmt: skip
def test_no_test_is_no_success(command: Sepal, policy: Path, options: tuple[str, ...], words: str) -> None:
    if options == ("--policy-without-tests",):
        policy.write_text(POLICY.partition("tests:")[0])
        options = ()

    run = command("policy", "test", policy, *options)

    assert run.returncode == 1
    assert words in run.stderr


@pytest.mark.parametrize("page", ["policy.md", "policy.zh-CN.md"])
def test_the_policy_in_the_documentation_is_sound_and_passes_its_tests(
    command: Sepal, tmp_path: Path, page: str
) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    example, rules = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "clinic.yaml").write_text(example)
    (tmp_path / "customers.txt").write_text("Initech\n")
    (tmp_path / "more.yaml").write_text("version: 1\nextends: clinic.yaml\n" + rules)

    checked, tested = command("policy", "check", "clinic.yaml"), command("policy", "test", "clinic.yaml", "--own")
    table = [line.rstrip() for line in checked.stdout.splitlines()[2:]]

    assert (checked.returncode, checked.stderr) == (0, "")
    assert "\n".join(table) in text
    assert (tested.returncode, tested.stderr) == (0, "")
    assert command("policy", "check", "more.yaml", "--lenient").returncode == 0
    origins = [
        line.rpartition("  # ")[2] for line in command("policy", "show", "clinic.yaml", "--origin").stdout.splitlines()
    ]
    assert all(place in origins for place in re.findall(r"  # (clinic\.yaml:\d+)$", text, re.MULTILINE))


def test_the_five_methods_do_what_the_documentation_shows() -> None:
    from gateway.declassify.assign import Value, assign

    rows = re.findall(r"^\| `(pseudonym|placeholder|hash|mask|remove)` \| `(.*?)` \| `(.*?)` \|",
                      (ROOT / "docs" / "policy.md").read_text("utf-8"), re.MULTILINE)  # fmt: skip
    english = [("PERSON", "Maria Gonzalez"), ("CREDIT_CARD", "4111 1111 1111 1111")]
    chinese = [("PERSON", "张伟"), ("PHONE_NUMBER", "13812345678")]
    originals = [
        ("Write to Maria Gonzalez, card 4111 1111 1111 1111.", english),
        ("请给张伟回电话13812345678。", chinese),
    ]
    assert len(rows) == 5
    for method, *shown in rows:
        for (text, values), documented in zip(originals, shown, strict=True):
            pairs = assign([(Value(*value), method) for value in values], texts=[text], key=b"k" * 32)
            seen = text
            for pair in pairs:
                seen = seen.replace(pair.original, pair.surrogate)
            shape = re.compile(r"[0-9a-f]{10}(?=>)" if method == "hash" else r"[^\W\d]+|\d+")
            if method in ("pseudonym", "hash"):
                seen, documented = shape.sub("x", seen), shape.sub("x", documented)
            assert seen == documented
            assert all(pair.reversible == (method in ("pseudonym", "placeholder", "hash")) for pair in pairs)
