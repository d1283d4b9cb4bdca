"""A mistake in a policy says where it stands, what was found, and what to write instead."""

import time
from pathlib import Path

import pytest

from gateway.document import Mistake
from gateway.policy.load import PolicyError, load_policy, load_text

GOOD = """\
version: 1
levels: [public, internal, restricted]
destinations:
  local: {clearance: restricted, engine: llama.cpp}
  swarm: {clearance: public, engine: petals}
entities:
  default: internal
  PERSON: internal
rules:
  - name: up
    when: {any: [PERSON]}
    raise_to: restricted
route: {prefer: [swarm, local]}
"""
KNOWN = frozenset({"PERSON", "EMAIL_ADDRESS", "CREDIT_CARD"})


def mistakes(text: str, known: frozenset[str] | None = KNOWN) -> list[Mistake]:
    with pytest.raises(PolicyError) as caught:
        load_text(text, "my.yaml", known)
    assert caught.value.mistakes
    assert str(caught.value) == "\n".join(str(mistake) for mistake in caught.value.mistakes)
    return caught.value.mistakes


def test_the_good_one_loads() -> None:
    policy = load_text(GOOD, "dir/my.yaml", KNOWN)
    assert policy.name == "my"
    assert policy.levels.names == ("public", "internal", "restricted")
    assert policy.prefer == ("swarm", "local")
    assert policy.fall_back
    assert policy.entity("PERSON").level == policy.levels["internal"]
    assert policy.entity("UNNAMED").level == policy.levels["internal"]


# What stands in the good file, what stands there instead, where the mistake is, and what it says.
TYPOS = [
    ("version: 1", "version: 2", 1, 10, ["found `2`", "expected 1"]),
    ("version: 1\n", "", 1, 1, ["`version` is missing"]),
    ("engine: petals", "engin: petals", 5, 30, ["unknown key `engin`", "did you mean `engine`?"]),
    ("engine: petals", "engine: petal", 5, 38, ["found `petal`", "did you mean `petals`?", "llama.cpp"]),
    ("rules:", "rule:", 9, 1, ["unknown key `rule`", "did you mean `rules`?"]),
    ("route:", "rout:", 13, 1, ["unknown key `rout`", "did you mean `route`?"]),
    ("raise_to: restricted", "raise: restricted", 12, 5, ["unknown key `raise`", "did you mean `raise_to`?"]),
    ("any: [PERSON]", "anny: [PERSON]", 11, 12, ["unknown key `anny`", "did you mean `any`?"]),
    ("any: [PERSON]", "any: [PERSN]", 11, 18, ["unknown entity type `PERSN`", "did you mean `PERSON`?"]),
    ("clearance: public", "clearance: publik", 5, 22, ["unknown level `publik`", "did you mean `public`?"]),
    ("PERSON: internal", "PERSON: Internal", 8, 11, ["found `Internal`", "expected a name"]),
    ("PERSON: internal", "PERSON: intrenal", 8, 11, ["unknown level `intrenal`", "did you mean `internal`?"]),
    ("PERSON: internal", "PERSONS: internal", 8, 3, ["unknown entity type `PERSONS`", "did you mean `PERSON`?"]),
    ("PERSON: internal", "person: internal", 8, 3, ["unknown entity type `person`", "did you mean `PERSON`?"]),
    ("PERSON: internal", "7: internal", 8, 3, ["unknown entity type `7`", "expected one of"]),
    ("PERSON: internal", "PERSON: {level: intrenal}", 8, 19, ["unknown level `intrenal`"]),
    ("PERSON: internal", "PERSON: {level: internal, min_scor: 1}", 8, 29, ["did you mean `min_score`?"]),
    ("PERSON: internal", "PERSON: {level: internal, min_score: 7}", 8, 40, ["found `7`", "a number of at most 1"]),
    ("PERSON: internal", "PERSON: {min_score: 0.5}", 8, 11, ["`level` is missing here"]),
    ("PERSON: internal", "PERSON: [internal]", 8, 11, ["found a list", "expected a word"]),
    ("PERSON: internal", "PERSON:", 8, 10, ["found nothing", "expected a word"]),
    ("PERSON: internal", "PERSON: 12", 8, 11, ["found `12`", "expected a word"]),
    ("PERSON: internal", "PERSON: 2020-01-01", 8, 11, ["found `2020-01-01`", "expected a word"]),
    ("PERSON: internal", "PERSON: 2020-13-45", 8, 11, ["put it in quotes"]),
    ("raise_to: restricted", "raise_to: restrictd", 12, 15, ["unknown level `restrictd`", "`restricted`?"]),
    ("[public, internal, restricted]", "[no, internal, restricted]", 2, 10, ["found `no`", "reads as false", "quotes"]),
    ("[public, internal, restricted]", "[public]", 2, 9, ["found a list", "at least 2 entries"]),
    ("[public, internal, restricted]", "public", 2, 9, ["found `public`", "expected a list"]),
    ("[public, internal,", "[public, public, internal,", 2, 18, ["`public` stands here a second time"]),
    ("[swarm, local]", "[swarn, local]", 13, 18, ["unknown destination `swarn`", "did you mean `swarm`?"]),
    ("[swarm, local]", "[local, local]", 13, 25, ["`local` stands here a second time"]),
    ("[swarm, local]", "[]", 13, 17, ["found an empty list", "at least 1 entry"]),
    ("[swarm, local]}", "[local], on_unavailable: nxt}", 13, 42, ["found `nxt`", "did you mean `next`?", "refuse"]),
    ("  swarm:", "  Swarm X:", 5, 3, ["found `Swarm X`", "expected a name"]),
    ("{clearance: public, engine: petals}", "petals", 5, 10, ["found `petals`", "expected a mapping"]),
    (" {clearance: public, engine: petals}", "", 5, 9, ["found nothing", "expected a mapping"]),
    ("engine: petals", "engine: petals, first_token_timeout: soon", 5, 67, ["found `soon`", "expected a number"]),
    ("engine: petals", "engine: petals, first_token_timeout: .nan", 5, 67, ["found `.nan`"]),
    ("engine: petals", "engine: petals, context_length: 1.5", 5, 62, ["found `1.5`", "a whole number"]),
    ("engine: petals", "engine: petals, trusted: true", 5, 10, ["trusted belongs to engine openai"]),
    ("engine: petals", "engine: openai", 5, 10, ["engine openai needs base_url"]),
    ("engine: petals", "engine: openai, base_url: http://127.0.0.1:1/v1", 5, 10, ["needs model"]),
    ("engine: petals", "engine: openai, model: m, base_url: ftp://x/v1", 5, 66, ["http:// or https://"]),
    ("engine: petals", "engine: openai, model: m, base_url: 'http://[::1'", 5, 66, ["http:// or https://"]),
    ("engine: petals", "engine: openai, model: m, base_url: 'http://h:99999/v1'", 5, 66, ["http:// or https://"]),
    ("raise_to: restricted", "raise_to: restricted\n    deny: Stop.", 10, 5, ["a rule that denies", "other actions"]),
    ("\n    raise_to: restricted", "", 10, 5, ["needs an action", "raise_to: LEVEL"]),
    ("{any: [PERSON]}", "{}", 11, 11, ["`when` is empty", "any: [PERSON]"]),
    ("route:", "  - {name: up, deny: x}\nroute:", 13, 12, ["rule `up` exists already"]),
    ("raise_to: restricted", "deny: " + "x" * 501, 12, 11, ["found `xxx", "at most 500 characters"]),
    ("  default: internal\n", "", 7, 3, ["`default` is missing"]),
    ("rules:", "# 注释 你好\nrules:\n  - {name: 规则, deny: x}", 11, 12, ["found `规则`", "expected a name"]),
    ("PERSON: internal\n", "PERSON: internal\r\n  URL: x\r\n", 9, 3, ["unknown entity type `URL`"]),
]


@pytest.mark.parametrize(("good", "bad", "line", "column", "words"), TYPOS)
def test_a_mistake_says_where_it_stands_what_was_found_and_what_to_write(
    good: str, bad: str, line: int, column: int, words: list[str]
) -> None:
    assert GOOD.count(good) >= 1
    found = {(mistake.line, mistake.column): mistake for mistake in mistakes(GOOD.replace(good, bad, 1))}
    assert (line, column) in found, "\n".join(map(str, found.values()))
    message = str(found[line, column])
    assert message.startswith(f"my.yaml:{line}:{column}: ")
    for word in words:
        assert word in message


REFUSED = [
    ("  local:", "\tlocal:", 4, 1, "a tab stands here; indent with spaces"),
    ("PERSON: internal", "PERSON: int\0ernal", 8, 14, "U+0000"),
    ("PERSON: internal", "PERSON: int\x1bernal", 8, 14, "U+001B"),
    ("PERSON: internal", "default: internal", 8, 3, "`default` stands here a second time"),
    ("PERSON: internal", "PERSON: &a internal\n  URL: *a", 9, 8, "aliases"),
    ("  local: {", "  local: {<<: {model: x}, ", 4, 11, "a key must be a plain word"),
    ("rules:", "[1]: 2\nrules:", 9, 1, "a key must be a plain word"),
    ("PERSON: internal", "PERSON: !!python/object/apply:os.system [id]", 8, 11, "tags"),
    ("PERSON: internal", "PERSON: !!python/name:os.system internal", 8, 11, "tags"),
    ("PERSON: internal", "PERSON: !own internal", 8, 11, "tags"),
    ("PERSON: internal", "PERSON: !!binary aW50ZXJuYWw=", 8, 11, "tags"),
    ("{clearance: restricted", "!!python/object:os.x {clearance: restricted", 4, 10, "tags"),
    ("[public, internal, restricted]", "!!set {public, internal, restricted}", 2, 9, "tags"),
    ("PERSON: internal", 'PERSON: "\\ud800"', 8, 11, "valid Unicode"),
    ("version: 1", "version: " + "9" * 5000, 1, 10, "put it in quotes"),
    ("[swarm, local]", "[swarm, local", 13, 30, "not valid YAML"),
    ("version: 1", "---\na: 1\n---\nversion: 1", 3, 1, "not valid YAML"),
]


REFUSED += [
    ("PERSON: internal", "PERSON： internal", 9, 1, "perhaps in line 8: the `：` is none of YAML's signs; write `:`"),
    ("{any: [PERSON]}", "{any: [PERSON]，x: 1}", 11, 25, "in line 11: the `，` is none of YAML's signs; write `,`"),
    ("  swarm: {", "\u3000 swarm: {", 5, 1, "a space of another kind stands there; write plain spaces"),
    ("any: [PERSON]", "words: [“a”: b: c]", 11, 26, "in line 11: the `“` is none of YAML's signs"),
]


@pytest.mark.parametrize(("good", "bad", "line", "column", "words"), REFUSED)
def test_what_a_policy_has_no_use_for_is_refused_at_its_place(
    good: str, bad: str, line: int, column: int, words: str
) -> None:
    (mistake,) = mistakes(GOOD.replace(good, bad, 1))
    assert (mistake.line, mistake.column) == (line, column)
    assert words in mistake.message


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\n\n", "hello", "- a\n- b\n", "17", "null"])
def test_what_is_no_mapping_is_told_how_to_start(text: str) -> None:
    (mistake,) = mistakes(text)
    assert (mistake.line, mistake.column) == (1, 1)
    assert "version: 1" in mistake.message


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 400_000,
        "a: " + "{a: " * 100_000 + "1" + "}" * 100_000,
        "levels: [" + "a," * 200_000 + "]",
        "a: &a [x,x]\n" + "".join(f"b{i}: &b{i} [*a,*a]\n" for i in range(30)),
        "\n".join(f"k{i}: v" for i in range(60_000)),
        "- " * 50_000,
    ],
    ids=["brackets", "braces", "wide", "laughs", "keys", "dashes"],
)
def test_a_bomb_is_refused_quickly(bomb: str) -> None:
    start = time.process_time()
    (mistake,) = mistakes(bomb)
    assert time.process_time() - start < 5
    assert mistake.line >= 1


def test_every_mistake_of_a_file_is_told_at_once_in_order() -> None:
    text = GOOD.replace("engine: petals", "engin: petals").replace("raise_to:", "raise:").replace("version: 1", "x: 1")
    places = [(mistake.line, mistake.column) for mistake in mistakes(text)]
    assert places == sorted(places)
    assert {(1, 1), (5, 30), (12, 5)} <= set(places)


def test_a_key_pasted_in_the_place_of_its_variable_is_not_repeated() -> None:
    secret = "sk-live-0123456789abcdef"
    url = "base_url: https://llm.example/v1"
    text = GOOD.replace("engine: petals", f"engine: openai, model: m, {url}, api_key_env: {secret}")
    (mistake,) = mistakes(text)
    assert (mistake.line, "api_key_env" in text.splitlines()[4]) == (5, True)
    assert secret not in str(mistake)
    user = GOOD.replace("engine: petals", f"engine: openai, model: m, base_url: 'https://me:{secret}@llm.example/v1'")
    assert secret not in str(mistakes(user)[0])


class TestFiles:
    def test_the_hash_is_that_of_the_files_bytes(self, tmp_path: Path) -> None:
        import hashlib

        file = tmp_path / "p.yaml"
        file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
        policy = load_policy(file, KNOWN)
        assert policy.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert policy.name == "p"

    def test_a_file_that_is_not_there_or_a_directory_says_so(self, tmp_path: Path) -> None:
        for path in (tmp_path / "none.yaml", tmp_path):
            with pytest.raises(PolicyError) as caught:
                load_policy(path)
            assert str(caught.value).startswith(f"{path}:1:1: can't be read")

    @pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "gb18030"])
    def test_another_encoding_than_utf_8_says_in_which_line(self, tmp_path: Path, encoding: str) -> None:
        file = tmp_path / "p.yaml"
        file.write_bytes(b"" if encoding == "utf-16" else GOOD.encode() + "# Größe 注释\n".encode(encoding, "ignore"))
        if encoding == "utf-16":
            file.write_bytes(GOOD.encode(encoding))
        with pytest.raises(PolicyError) as caught:
            load_policy(file)
        assert caught.value.mistakes[0].line == (1 if encoding == "utf-16" else 14)
        assert "UTF-8" in str(caught.value)

    def test_a_file_of_2_mb_is_refused_without_reading_it_as_yaml(self, tmp_path: Path) -> None:
        file = tmp_path / "big.yaml"
        file.write_bytes(b"[" * 2_000_000)
        start = time.process_time()
        with pytest.raises(PolicyError, match="2000000 bytes"):
            load_policy(file)
        assert time.process_time() - start < 1


class TestOverrides:
    """sepal.yaml may say how to reach an engine; it can't widen what the policy lets it see."""

    LOCAL = GOOD.replace("engine: llama.cpp", "engine: openai, model: m, base_url: 'http://127.0.0.1:1/v1'")

    def test_an_engines_options_are_laid_over_the_policys(self) -> None:
        policy = load_text(GOOD, overrides={"local": {"model": "other.gguf"}})
        assert policy.destinations["local"].spec.model == "other.gguf"
        assert policy.destinations["local"].clearance == policy.levels.highest

    def test_the_hash_tells_of_them(self) -> None:
        assert load_text(GOOD, overrides={"local": {"model": "other.gguf"}}).sha256 != load_text(GOOD).sha256
        assert load_text(GOOD, overrides={}).sha256 == load_text(GOOD).sha256

    @pytest.mark.parametrize(
        ("text", "override"),
        [
            (GOOD, {"engine": "openai", "model": "m", "base_url": "https://elsewhere.example/v1"}),
            (GOOD, {"engine": "petals"}),
            (LOCAL, {"base_url": "https://elsewhere.example/v1"}),
            (LOCAL, {"base_url": "http://192.168.1.2/v1"}),
        ],
    )
    def test_a_local_destination_does_not_become_a_remote_one(self, text: str, override: dict[str, str]) -> None:
        with pytest.raises(PolicyError, match="could route down"):
            load_text(text, overrides={"local": override})

    def test_trust_in_one_machine_does_not_pass_to_another(self) -> None:
        url = "https://mine.example/v1"
        text = GOOD.replace("engine: llama.cpp", f"engine: openai, model: m, trusted: true, base_url: '{url}'")
        assert load_text(text, overrides={"local": {"base_url": url}})
        with pytest.raises(PolicyError, match="could route down"):
            load_text(text, overrides={"local": {"base_url": "https://elsewhere.example/v1"}})

    def test_the_clearance_is_not_theirs_to_set(self) -> None:
        with pytest.raises(PolicyError, match="could route down"):
            load_text(GOOD, overrides={"swarm": {"clearance": "restricted"}})

    def test_an_unknown_destination_gets_the_nearest_name(self) -> None:
        with pytest.raises(PolicyError, match=r"sepal\.yaml:1:1: .*did you mean `local`\?"):
            load_text(GOOD, overrides={"locl": {}})
