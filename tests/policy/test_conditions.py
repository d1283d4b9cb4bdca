"""What a rule may ask for, and that it fires then and only then."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.detection.findings import Finding
from gateway.policy.decide import Facts, decide
from gateway.policy.load import PolicyError, load_policy, load_text
from gateway.policy.policy import Policy

USER = frozenset({"user", "last_turn"})
EARLIER = frozenset({"user", "earlier_turns"})
TOOL = frozenset({"tool", "last_turn"})
SYSTEM = frozenset({"system", "earlier_turns"})


def policy(when: Any, **more: Any) -> Policy:
    document = {
        "version": 1,
        "levels": ["public", "internal", "restricted"],
        "destinations": {
            "swarm": {"clearance": "public", "engine": "petals"},
            "local": {"clearance": "restricted", "engine": "llama.cpp"},
        },
        "entities": {"default": "internal", "LOCATION": "public", "URL": "public"},
        "rules": [{"name": "it", "when": when, "tag": "fired"}],
        "route": {"prefer": ["swarm", "local"]},
        **more,
    }
    return load_text(yaml.safe_dump(document, allow_unicode=True))


def found(*entities: str, score: float = 1.0, at: frozenset[str] = USER) -> Facts:
    return Facts(tuple(Finding(0, 1, entity, score, "test") for entity in entities), places=tuple(at for _ in entities))


def said(*texts: str, at: frozenset[str] = USER, **more: Any) -> Facts:
    return Facts((), texts=tuple((text, at) for text in texts), **more)


CASES: list[tuple[Any, Facts, bool]] = [
    # Types and groups.
    ({"any": ["contact"]}, found("PHONE_NUMBER"), True),
    ({"any": ["contact"]}, found("PERSON"), False),
    ({"any": ["contact", "PERSON"]}, found("PERSON"), True),
    ({"all": ["contact", "identity"]}, found("PHONE_NUMBER"), False),
    ({"all": ["contact", "identity"]}, found("PHONE_NUMBER", "US_SSN"), True),
    ({"none": ["health"]}, found("HEALTH"), False),
    ({"none": ["health"]}, found(), True),
    ({"any": ["PERSON"], "none": ["health"]}, found("PERSON", "UK_NHS"), False),
    ({"only": ["PERSON", "contact"]}, found("PERSON", "EMAIL_ADDRESS"), True),
    ({"only": ["PERSON", "contact"]}, found("PERSON", "CREDIT_CARD"), False),
    ({"only": ["PERSON"]}, found("PERSON", "LOCATION"), True),  # A city is public and does not count.
    ({"only": ["PERSON"]}, found("LOCATION"), False),
    ({"only": ["PERSON"]}, found(), False),
    ({"topics": ["health", "legal"]}, found("LEGAL"), True),
    ({"topics": ["HEALTH"]}, found("LEGAL"), False),
    # Counts and scores.
    ({"any": ["PERSON"], "at_least": 2}, found("PERSON", "URL"), False),
    ({"any": ["PERSON"], "at_least": 2}, found("PERSON", "PERSON"), True),
    ({"any": ["identity"], "at_least": 2}, found("PERSON", "US_SSN"), True),
    ({"any": ["PERSON"], "at_most": 1}, found("PERSON", "PERSON"), False),
    ({"any": ["PERSON"], "min_score": 0.9}, found("PERSON", score=0.89), False),
    ({"any": ["PERSON"], "min_score": 0.9}, found("PERSON", score=0.9), True),
    # Roles and positions.
    ({"any": ["PERSON"], "where": ["tool"]}, found("PERSON"), False),
    ({"any": ["PERSON"], "where": ["tool"]}, found("PERSON", at=TOOL), True),
    ({"any": ["PERSON"], "where": ["last_turn"]}, found("PERSON", at=EARLIER), False),
    ({"any": ["PERSON"], "where": ["system", "user"]}, found("PERSON", at=SYSTEM), True),
    ({"where": ["tool"]}, said("{}", at=TOOL), True),
    ({"where": ["tool"]}, said("hello"), False),
    ({"where": ["tool"], "any": [{"any": ["PERSON"]}]}, found("PERSON"), False),  # Inside, the same place is meant.
    # Texts.
    ({"matches": r"PROJ-\d{4}"}, said("see PROJ-1234"), True),
    ({"matches": r"PROJ-\d{4}"}, said("see PROJ-12"), False),
    ({"matches": [r"^a$", r"(?i)bluebird"]}, said("The BlueBird is late"), True),
    ({"matches": "蓝鸟"}, said("蓝鸟计划何时发布"), True),
    ({"matches": r"PROJ-\d{4}"}, said("see \uff30ROJ-\u200b1234"), True),
    ({"matches": "x", "where": ["system"]}, said("x"), False),
    ({"words": ["Project Bluebird"]}, said("about project  bluebird, please"), True),
    ({"words": ["Project Bluebird"]}, said("about project bluebirds"), False),
    ({"words": ["Acme"]}, said("acmeology"), False),
    ({"words": ["Acme"]}, said("ＡＣＭＥ的合同"), True),
    ({"words": ["蓝鸟计划"]}, said("请总结蓝鸟计划的进展"), True),
    ({"words": ["ブルーヘロン"]}, said("ブルーヘロンはいつ"), True),
    ({"words": ["블루헤론"]}, said("블루헤론은 언제"), True),
    ({"words": ["राम"]}, said("रामायण"), False),
    ({"markers": True}, said("CONFIDENTIAL: results"), True),
    ({"markers": True}, said("本文件为机密，仅供内部使用"), True),
    ({"markers": True}, said("For internal use only."), True),
    ({"markers": True}, said("Be confident!"), False),
    ({"markers": ["eyes only"]}, said("EYES ONLY"), True),
    ({"languages": ["en"]}, said("Why is the sky blue?"), True),
    ({"languages": ["en"]}, said("天空为什么是蓝色的？"), False),
    ({"languages": ["zh"]}, said("天空为什么是蓝色的？"), True),
    ({"languages": ["zh"]}, said("空が青いのはなぜですか"), False),
    ({"languages": ["ru"]}, said("Почему небо голубое днём?"), True),
    ({"languages": ["fr", "de"]}, said("Pourquoi le ciel est-il bleu ?"), True),
    # Sizes.
    ({"characters": {"at_least": 10}}, said("12345", "67890"), True),
    ({"characters": {"at_least": 11}}, said("12345", "67890"), False),
    ({"characters": {"at_most": 9}}, said("12345"), True),
    ({"tokens": {"at_least": 100}}, said("x", tokens=100), True),
    ({"tokens": {"at_least": 100}}, said("x", tokens=99), False),
    # The request and its caller.
    ({"endpoints": ["completions"]}, Facts((), endpoint="completions"), True),
    ({"models": ["swarm"]}, Facts((), model="auto"), False),
    ({"keys": ["ci"]}, Facts((), key="ci"), True),
    ({"keys": ["ci"]}, Facts(()), False),
    ({"key_groups": ["hr", "legal"]}, Facts((), key_groups=frozenset({"legal"})), True),
    ({"headers": {"x-team": "fin.*"}}, Facts((), headers={"x-team": "finance"}), True),
    ({"headers": {"x-team": "fin"}}, Facts((), headers={"x-team": "finance"}), False),
    ({"headers": {"x-team": ".*"}}, Facts(()), False),
    # Together.
    ({"any": ["PERSON", {"languages": ["zh"]}]}, said("天空为什么是蓝色的？"), True),
    ({"any": ["PERSON", {"languages": ["zh"]}]}, found("PERSON"), True),
    ({"any": ["PERSON", {"languages": ["zh"]}]}, said("Why is the sky blue?"), False),
    ({"all": ["PERSON", {"not": {"any": ["health"]}}]}, found("PERSON"), True),
    ({"all": ["PERSON", {"not": {"any": ["health"]}}]}, found("PERSON", "HEALTH"), False),
    ({"not": {"models": ["swarm"], "endpoints": ["completions"]}}, Facts((), model="swarm"), True),
    ({"not": {"models": ["swarm"]}}, Facts((), model="swarm"), False),
    ({"any": [{"all": ["PERSON", "URL"]}, {"all": ["PERSON", "LOCATION"]}]}, found("PERSON", "LOCATION"), True),
    ({"any": [{"all": ["PERSON", "URL"]}, {"all": ["PERSON", "LOCATION"]}]}, found("PERSON"), False),
]


@pytest.mark.parametrize(("when", "facts", "fires"), CASES, ids=[f"{index}" for index in range(len(CASES))])
def test_a_rule_fires_where_all_that_it_asks_for_holds(when: Any, facts: Facts, fires: bool) -> None:
    decision = decide(policy(when), facts)
    assert (decision.fired == ("it",)) is fires
    assert (decision.tags == ("fired",)) is fires


MISTAKES = [
    ({"any": ["contcat"]}, ["unknown entity type `contcat`", "did you mean `contact`?"]),
    ({"none": ["PERSN"]}, ["unknown entity type `PERSN`", "did you mean `PERSON`?"]),
    ({"any": [{"all": ["PERSN"]}]}, ["unknown entity type `PERSN`", "did you mean `PERSON`?"]),
    ({"any": [{"anny": ["PERSON"]}]}, ["unknown key `anny`", "did you mean `any`?"]),
    ({"nott": {"any": ["PERSON"]}}, ["unknown key `nott`", "did you mean `not`?"]),
    ({"topics": ["helth"]}, ["unknown topic `helth`", "health"]),
    ({"languages": ["english"]}, ["unknown language `english`", "en"]),
    ({"where": ["assistent"]}, ["found `assistent`", "did you mean `assistant`?"]),
    ({"matches": r"(?=x)"}, ["RE2", "no look-around"]),
    ({"matches": r"(a)\1"}, ["RE2", "no back-references"]),
    ({"matches": "("}, ["not a regular expression"]),
    ({"headers": {"x-team": "("}}, ["not a regular expression"]),
    ({"headers": {"X Team": "x"}}, ["expected a name"]),
    ({"characters": {"at_least": 9, "at_most": 3}}, ["no number is at least 9 and at most 3"]),
    ({"characters": {}}, ["at_least: N"]),
    ({"characters": 5}, ["expected a mapping"]),
    ({"any": "PERSON"}, ["expected a list"]),
    ({"markers": "secret"}, ["markers", "true"]),
    ({"min_score": 2}, ["a number of at most 1"]),
    ({"words_file": "none.txt"}, ["none.txt", "can't be read"]),
    ({"words_file": "a\0b"}, ["NUL"]),
    ({"keys": []}, ["nothing stands behind `keys`"]),
    ({"any": ["PERSON"], "words": []}, ["nothing stands behind `words`"]),
    ({"not": None}, ["nothing stands behind `not`"]),
    ({"min_score": 0.5}, ["`when` is empty"]),
    ({"characters": {"at_least": 2**70}}, ["too large"]),
]


@pytest.mark.parametrize(("when", "words"), MISTAKES, ids=[str(words[0]) for _, words in MISTAKES])
def test_a_condition_that_can_not_be_says_what_to_write(when: Any, words: list[str]) -> None:
    known = frozenset({"PERSON", "LOCATION", "URL"})
    text = policy_text(when)
    with pytest.raises(PolicyError) as caught:
        load_text(text, "my.yaml", known)
    for word in words:
        assert word in str(caught.value)
    assert any("rules" not in str(mistake) and mistake.line > 1 for mistake in caught.value.mistakes)


def policy_text(when: Any) -> str:
    return (
        "version: 1\nlevels: [public, internal]\ndestinations:\n  local: {clearance: internal, engine: llama.cpp}\n"
        "entities: {default: internal}\nroute: {prefer: [local]}\n"
        + yaml.safe_dump({"rules": [{"name": "it", "when": when, "tag": "fired"}]}, allow_unicode=True)
    )


def test_what_quotes_to_its_end_does_not_switch_others_off() -> None:
    loaded = policy({"matches": [r"\Qabc", r"\Qx\E", "q", "r"]})
    for text in ("abc", "x", "q"):
        assert decide(loaded, said(text)).fired == ("it",)


def test_no_expression_takes_long() -> None:
    expressions = [r"(a+)+$", r"(a|aa)+$", r"(.*a){20}b", r"([a-z]+)*\d"]
    loaded = policy({"matches": expressions})
    start = time.process_time()
    decide(loaded, said("a" * 200_000 + "!"))
    assert time.process_time() - start < 10


def test_word_lists_come_from_a_file_beside_the_policy_and_change_its_hash(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("# code names\n\nProject Bluebird\n蓝鸟计划\n", "utf-8")
    file = tmp_path / "p.yaml"
    file.write_text(policy_text({"words_file": "names.txt"}), "utf-8")
    before = load_policy(file)
    assert decide(before, said("蓝鸟计划")).fired == ("it",)
    assert decide(before, said("# code names")).fired == ()
    (tmp_path / "names.txt").write_text("Other\n")
    after = load_policy(file)
    assert decide(after, said("蓝鸟计划")).fired == ()
    assert before.sha256 != after.sha256


def test_many_words_are_found_as_fast_as_few(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("\n".join(f"codename{number}" for number in range(50_000)))
    (tmp_path / "p.yaml").write_text(policy_text({"words_file": "names.txt"}))
    loaded = load_policy(tmp_path / "p.yaml")
    text = said("nothing here " * 10_000)
    start = time.process_time()
    assert decide(loaded, text).fired == ()
    assert time.process_time() - start < 5
    assert decide(loaded, said("about CodeName777.")).fired == ("it",)


@pytest.mark.parametrize("content", [b"", b"# nothing\n\n", b"\xff\xfe", b"x" * 1001])
def test_a_word_list_that_can_not_be_used_says_which_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "names.txt").write_bytes(content)
    file = tmp_path / "p.yaml"
    file.write_text(policy_text({"words_file": "names.txt"}))
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert str(caught.value.mistakes[0]).startswith(str(file))
    assert "names.txt" in str(caught.value)


def test_a_word_list_that_is_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "names.txt")
    file = tmp_path / "p.yaml"
    file.write_text(policy_text({"words_file": "names.txt"}))
    with pytest.raises(PolicyError, match="no regular file"):
        load_policy(file)
