"""A condition inside another sees a part of what that sees; what can be seen nowhere is shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.detection.findings import Finding
from gateway.policy.conditions import PLACES, When
from gateway.policy.decide import Facts, decide
from gateway.policy.load import PolicyError
from gateway.policy.matching import Scene, compile_when
from gateway.policy.texts import Searches
from tests.policy.test_conditions import EARLIER, SYSTEM, TOOL, USER, found, policy, said
from tests.policy.test_proof import load

INSIDE_USER = {"where": ["user"], "all": [{"any": ["PERSON"], "where": ["last_turn"]}]}
NOT_INSIDE = {"where": ["user"], "not": {"any": ["PERSON"], "where": ["last_turn"]}}
NONE_INSIDE = {"where": ["user"], "all": [{"none": ["PERSON"], "where": ["last_turn"]}]}
THRICE = {"where": ["user"], "not": {"where": ["last_turn"], "not": {"matches": "heron", "where": ["user", "tool"]}}}
CASES: list[tuple[Any, Facts, bool]] = [
    (INSIDE_USER, found("PERSON", at=USER), True),
    (INSIDE_USER, found("PERSON", at=EARLIER), False),
    (INSIDE_USER, found("PERSON", at=TOOL), False),
    (NOT_INSIDE, found("PERSON", at=USER), False),
    (NOT_INSIDE, found("PERSON", at=EARLIER), True),
    (NOT_INSIDE, found("PERSON", at=TOOL), True),  # What a tool says can't switch it off.
    (NONE_INSIDE, found("PERSON", at=USER), False),
    (NONE_INSIDE, found("PERSON", at=TOOL), True),
    (THRICE, said("a heron", at=USER), True),
    (THRICE, said("a heron", at=EARLIER), False),
    (THRICE, said("a heron", at=TOOL), False),
    ({"where": ["user"], "any": [{"where": ["last_turn"]}]}, said("x", at=TOOL), False),
    ({"where": ["user"], "any": [{"where": ["last_turn"]}]}, said("x", at=USER), True),
]


@pytest.mark.parametrize(("when", "facts", "fires"), CASES, ids=[str(index) for index in range(len(CASES))])
def test_a_place_inside_another_narrows(when: Any, facts: Facts, fires: bool) -> None:
    assert (decide(policy(when), facts).fired == ("it",)) is fires


ATOMS: list[dict[str, Any]] = [
    {"any": ["PERSON"]}, {"none": ["PERSON"]}, {"only": ["PERSON"]}, {"all": ["PERSON", "URL"]}, {"at_least": 2},
    {"at_most": 1}, {"min_score": 0.5, "any": ["URL"]}, {"words": ["heron"]}, {"matches": "her.n"},
    {"characters": {"at_least": 5}}, {"characters": {"at_most": 9}}, {"markers": True},
]  # fmt: skip
PLACED = some.lists(some.sampled_from(PLACES), min_size=1, max_size=3, unique=True)
NESTED: some.SearchStrategy[dict[str, Any]] = some.recursive(
    some.one_of(
        some.sampled_from(ATOMS), some.builds(lambda one, at: {**one, "where": at}, some.sampled_from(ATOMS), PLACED)
    ),
    lambda inner: some.one_of(
        some.builds(lambda one, two: {"any": [one, two]}, inner, inner),
        some.builds(lambda one, two, at: {"all": [one, two], "where": at}, inner, inner, PLACED),
        some.builds(lambda one: {"not": one}, inner),
        some.builds(lambda one, at: {"not": one, "where": at}, inner, PLACED),
    ),
    max_leaves=6,
)
STANDS = some.sampled_from([USER, EARLIER, TOOL, SYSTEM, frozenset({"tools"}), frozenset({"parameters"})])
FOUND = some.tuples(some.sampled_from(["PERSON", "URL"]), some.sampled_from([0.4, 0.9]), STANDS)
SAID = some.tuples(some.sampled_from(["a heron", "confidential", "x"]), STANDS)


@given(NESTED, PLACED, some.lists(FOUND, max_size=5), some.lists(SAID, max_size=5))
def test_a_condition_inside_where_is_the_condition_on_a_request_with_nothing_else(
    written: dict[str, Any], where: list[str], findings: list[Any], texts: list[Any]
) -> None:
    def holds(when: dict[str, Any], of_findings: list[Any], of_texts: list[Any]) -> bool:
        searches = Searches()
        condition = compile_when(When.model_validate(when), searches, lambda _: ())
        facts = Facts(
            tuple(Finding(0, 1, entity, score, "r") for entity, score, _ in of_findings),
            places=tuple(place for *_, place in of_findings),
            texts=tuple(of_texts),
        )
        return condition(Scene(facts, (True,) * len(of_findings), lambda entity: entity == "URL", searches.build()))

    there = [item for item in findings if not item[2].isdisjoint(where)]
    said_there = [item for item in texts if not item[1].isdisjoint(where)]
    assert holds({"where": where, "all": [written]}, findings, texts) == holds(written, there, said_there)
    assert holds({"where": where, "not": written}, findings, texts) != holds(written, there, said_there)


BLIND = [
    {"where": ["user"], "all": [{"any": ["PERSON"], "where": ["assistant"]}]},
    {"where": ["tools"], "any": [{"matches": "x", "where": ["last_turn"]}]},
    {"where": ["user"], "not": {"any": ["PERSON"], "where": ["tool", "system"]}},
    {"where": ["user"], "any": [{"where": ["last_turn"], "all": [{"any": ["PERSON"], "where": ["earlier_turns"]}]}]},
]


@pytest.mark.parametrize("when", BLIND)
def test_a_condition_that_can_see_nothing_does_not_load(when: Any) -> None:
    with pytest.raises(PolicyError, match="sees nothing here"):
        load({"when": when, "raise_to": "restricted"})


def test_a_place_that_adds_nothing_is_shown() -> None:
    when = {"where": ["user"], "all": [{"any": ["PERSON"], "where": ["tool", "user"]}]}
    (warning,) = load({"when": when, "raise_to": "restricted"}).warnings
    assert "`tool` adds nothing here: outside, rule `r0` sees only user" in warning


@pytest.mark.parametrize("where", [["last_turn"], ["user"], ["last_turn", "user"]])
def test_a_part_of_what_is_seen_is_neither(where: list[str]) -> None:
    when = {"where": ["user"], "all": [{"any": ["PERSON"], "where": where}]}
    assert not load({"when": when, "raise_to": "restricted"}).warnings
