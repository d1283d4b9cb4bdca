"""Two policies on recorded decisions: what is certain is certain, and what hangs on a text is not pretended."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.cli.policy_recorded import read_record
from gateway.detection.findings import Finding
from gateway.policy.conditions import When
from gateway.policy.differences import Routed, Side, compare
from gateway.policy.facts import Facts
from gateway.policy.load import load_text
from gateway.policy.matching import Scene, compile_when
from gateway.policy.schema import PolicyFile
from gateway.policy.sources import read_sources
from gateway.policy.texts import Searches
from gateway.policy.unknown import asks_for_texts, possibly, surely

BASE = """\
version: 1
levels: [public, internal, restricted]
destinations:
  local: {clearance: restricted, engine: llama.cpp}
  house: {clearance: internal, engine: openai, base_url: "https://llm.example.org/v1", model: big}
  swarm: {clearance: public, engine: petals}
entities: {default: restricted, PERSON: internal, PHONE_NUMBER: internal}
route: {prefer: [swarm, house, local]}
"""


def side(more: str = "", **changes: str) -> Side:
    text = BASE + more
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return side_of(text)


def side_of(text: str) -> Side:
    parsed = PolicyFile.model_validate(read_sources("p.yaml", text).data)
    return Side(load_text(text, "p.yaml"), parsed, dict.fromkeys(parsed.destinations, "embedded-model"))


def record(*detected: list[Any], **fields: Any) -> Any:
    item = {
        "event": "decision", "decision": "dec_1", "endpoint": "chat.completions", "model": "auto", "key": None,
        "policy": {"name": "p", "sha256": "0"}, "detected": list(detected), "unreadable": {}, "detection_failed": None,
        "rules": [], "fired": [], "unable": {}, **fields,
    }  # fmt: skip
    read = read_record(item)
    assert read is not None
    return read


PERSON = ["PERSON", 0.9, ["user", "last_turn"], 1]
WORDS = "rules: [{name: code, when: {words: [heron]}, raise_to: restricted}]\n"
TRAVEL = "rules: [{name: go, when: {any: [PERSON]}, declassify: {method: pseudonym, to: public}}]\n"


def test_a_types_level_moves_its_prompts_and_no_others() -> None:
    old, new = side(), side(**{"PERSON: internal": "PERSON: restricted"})

    assert compare(old, new, record(PERSON)) == (Routed("internal", "house"), Routed("restricted", "local"), True)
    assert compare(old, new, record(["PHONE_NUMBER", 0.8, ["user"], 2])) is None
    assert compare(old, new, record()) is None


@pytest.mark.parametrize(("fields", "before", "after"), [
    ({"unreadable": {"image": 1}}, Routed("restricted", "local"), Routed("secret", "none")),
    ({"hint": "restricted"}, Routed("restricted", "local"), Routed("-", "none")),
    ({"model": "swarm"}, Routed("public", "swarm"), Routed("-", "none")),
    ({"unable": {"swarm": ["tools"]}}, Routed("public", "house"), Routed("public", "cloud")),
])  # fmt: skip
def test_all_that_is_on_record_counts(fields: dict[str, Any], before: Routed, after: Routed) -> None:
    text = (BASE + "on_error: {unreadable: deny}\n").replace("restricted", "secret")
    new = side_of(text.replace("swarm", "cloud"))

    assert compare(side(), new, record(**fields)) == (before, after, True)


def test_what_hangs_on_a_text_is_perhaps_unless_the_record_tells() -> None:
    old, new = side(), side(WORDS)
    elsewhere, by_new = record(), {"policy": {"name": "p", "sha256": new.policy.sha256}}

    assert new.unjudged == ("code",)
    assert compare(old, new, elsewhere) == (Routed("public", "swarm"), Routed("restricted", "local"), False)
    assert compare(old, new, record(**by_new)) is None
    assert compare(old, new, record(**by_new, fired=["code"])) == (
        Routed("public", "swarm"),
        Routed("restricted", "local"),
        True,
    )


def test_a_rule_that_both_have_fires_in_both_or_in_neither() -> None:
    both, moved = side(WORDS), side(WORDS, **{"PERSON: internal": "PERSON: restricted"})

    assert compare(both, moved, record()) is None
    found = compare(both, moved, record(PERSON))
    assert found == (Routed("internal", "house"), Routed("restricted", "local"), False)


def test_a_rule_that_asks_for_more_than_texts_can_be_judged_where_that_is_not_so() -> None:
    old = side()
    new = side("rules: [{name: code, when: {any: [PERSON], words: [heron]}, raise_to: restricted}]\n")

    assert compare(old, new, record(["PHONE_NUMBER", 0.8, ["user"], 1])) is None
    found = compare(old, new, record(PERSON))
    assert found is not None
    assert not found[2]


def test_a_limit_on_texts_is_perhaps() -> None:
    found = compare(side(), side("limits: {max_characters: 10}\n"), record())

    assert found == (Routed("public", "swarm"), Routed("restricted", "none"), False)


def test_whether_a_prompt_can_be_rewritten_is_perhaps_unless_the_record_tells() -> None:
    old, new = side(), side(TRAVEL)
    by_new = {"policy": {"name": "p", "sha256": new.policy.sha256}, "fired": ["go"]}
    rewritten = (Routed("internal", "house"), Routed("internal", "swarm", rewritten=True))

    assert compare(old, new, record(PERSON)) == (*rewritten, False)
    assert compare(old, new, record(PERSON, **by_new, declassified={"to": "public"})) == (*rewritten, True)
    assert compare(old, new, record(PERSON, **by_new, kept="nothing that was found can be replaced")) is None


def test_what_is_left_after_rewriting_keeps_a_prompt_for_certain() -> None:
    assert compare(side(), side(TRAVEL), record(PERSON, ["CREDIT_CARD", 1.0, ["user"], 1])) is None


def test_who_asked_is_known_by_name_and_has_the_floor_and_groups_of_each_policy() -> None:
    keys = f"keys: {{ann: {{sha256: {'a' * 64}, floor: internal}}, bob: {{sha256: {'b' * 64}, groups: [team]}}}}\n"
    rules = "rules: [{name: team, when: {key_groups: [team]}, raise_to: restricted}]\n"
    old, new = side(keys), side(keys.replace("floor: internal", "floor: restricted") + rules)
    by_old = {"policy": {"name": "p", "sha256": old.policy.sha256}}

    raised = Routed("restricted", "local")
    assert compare(old, new, record(key="ann", floor="internal")) == (Routed("internal", "house"), raised, True)
    assert compare(old, new, record(key="bob", key_groups=["team"])) == (Routed("public", "swarm"), raised, True)
    assert compare(old, new, record(key="eve")) is None
    assert compare(old, new, record(**by_old)) is None


def test_a_key_that_is_in_no_policy_keeps_the_floor_and_groups_that_it_had_and_gets_the_policys() -> None:
    rules = "rules: [{name: team, when: {key_groups: [team]}, raise_to: internal}]\n"
    old, new = side(rules), side(f"keys: {{bob: {{floor: restricted}}}}\n{rules}")

    found = compare(old, new, record(key="bob", key_groups=["team"], floor="public"))

    assert found == (Routed("internal", "house"), Routed("restricted", "local"), True)
    assert compare(old, new, record(key="ann", key_groups=["team"], floor="a level of before")) is None


def test_who_had_no_name_may_have_one_by_now() -> None:
    old, new = side(), side(f"keys: {{ann: {{sha256: {'a' * 64}, floor: internal}}}}\n")

    found = compare(old, new, record(policy={"name": "p", "sha256": old.policy.sha256}))

    assert found == (Routed("public", "swarm"), Routed("internal", "house"), False)


@pytest.mark.parametrize("spoiled", [
    {"detected": None}, {"detected": [["PERSON", 0.9, []]]}, {"detected": [["PERSON", "high", [], 1]]},
    {"detected": [["PERSON", 0.9, [], 10**9]]}, {"endpoint": "elsewhere"}, {"model": 5}, {"unreadable": None},
])  # fmt: skip
def test_a_record_that_does_not_say_everything_is_not_judged(spoiled: dict[str, Any]) -> None:
    whole = {
        "detected": [], "endpoint": "completions", "model": "auto", "key": None, "policy": {"sha256": "0"},
        "unreadable": {}, "detection_failed": None, "rules": [], "fired": [], "unable": {},
    }  # fmt: skip

    assert read_record(whole) is not None
    assert read_record({**whole, **spoiled}) is None
    assert read_record({}) is None


ASKED: list[dict[str, Any]] = [
    {"any": ["PERSON"]}, {"none": ["PERSON"]}, {"only": ["PHONE_NUMBER"]}, {"at_least": 2}, {"at_most": 1},
    {"keys": ["k"]}, {"any": ["PERSON"], "where": ["system"]}, {"where": ["system"]}, {"min_score": 0.5, "at_least": 1},
    {"words": ["heron"]}, {"matches": "her.n"}, {"markers": True}, {"characters": {"at_least": 5}},
    {"tokens": {"at_most": 3}}, {"headers": {"x-team": "a"}}, {"any": ["PERSON"], "words": ["heron"]},
    {"words": ["heron"], "where": ["user"], "min_score": 0.5}, {"languages": ["zh"]},
]  # fmt: skip
ATOMS = some.sampled_from(ASKED)
NESTED = some.recursive(
    ATOMS,
    lambda inner: some.one_of(
        some.builds(lambda one, two: {"any": [one, two]}, inner, inner),
        some.builds(lambda one: {"any": ["PHONE_NUMBER", one]}, inner),
        some.builds(lambda one, two: {"all": [one, two], "where": ["user"]}, inner, inner),
        some.builds(lambda one, two: {**one, "not": two}, inner, inner),
    ),
    max_leaves=6,
)
PLACES = some.sampled_from([frozenset({"user"}), frozenset({"system"})])


@given(
    NESTED,
    some.lists(
        some.tuples(some.sampled_from(["PERSON", "PHONE_NUMBER", "URL"]), some.floats(0, 1), PLACES), max_size=4
    ),
    some.lists(some.tuples(some.sampled_from(["a heron", "x", "confidential 天空为什么是蓝色的"]), PLACES), max_size=3),
    some.booleans(),
)
def test_what_is_said_without_texts_agrees_with_what_is_said_with_them(
    written: dict[str, Any],
    found: list[tuple[str, float, frozenset[str]]],
    texts: list[tuple[str, frozenset[str]]],
    known: bool,
) -> None:
    when, searches = When.model_validate(written), Searches()
    holds = compile_when(when, searches, lambda _: ())
    facts = Facts(
        tuple(Finding(0, 1, entity, score, "r") for entity, score, _ in found),
        places=tuple(place for *_, place in found),
        texts=tuple(texts),
        key="k" if known else None,
        headers={"x-team": "a"} if known else {},
        tokens=len(texts),
    )
    without = Facts(facts.findings, places=facts.places, key=facts.key)

    def scene(of: Facts) -> Scene:
        return Scene(of, (True,) * len(found), lambda entity: entity == "URL", searches.build())

    is_so = holds(scene(facts))
    assert not surely(when)(scene(without)) or is_so
    assert not is_so or possibly(when)(scene(without))
    if not asks_for_texts(when):
        assert surely(when)(scene(without)) == possibly(when)(scene(without)) == is_so
