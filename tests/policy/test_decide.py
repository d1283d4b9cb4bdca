from typing import Any

import pytest

from gateway.detection.findings import Finding
from gateway.policy.decide import Facts, choose, count_findings, decide
from gateway.policy.load import load_text
from gateway.policy.policy import Policy
from gateway.prompt import Unreadable


def policy(rules: str = "[]", on_unavailable: str = "next") -> Policy:
    return load_text(
        f"""
version: 1
levels: [public, internal, confidential, restricted]
destinations:
  swarm: {{clearance: public, engine: petals}}
  friends: {{clearance: internal, engine: petals, allowed_servers: [QmPeer]}}
  local: {{clearance: restricted, engine: llama.cpp}}
entities:
  default: confidential
  LOCATION: public
  ORGANIZATION: internal
  PERSON: {{level: confidential, min_score: 0.5}}
  CREDIT_CARD: restricted
rules: {rules}
route: {{prefer: [swarm, friends, local], on_unavailable: {on_unavailable}}}
"""
    )


def facts(*entities: str, score: float = 1.0, **more: Any) -> Facts:
    return Facts(tuple(Finding(0, 1, entity, score, "test") for entity in entities), **more)


IMAGE = (Unreadable("messages[0].content[0]", "image"),)


@pytest.mark.parametrize(
    ("seen", "label", "admissible", "rule"),
    [
        (facts(), "public", ("swarm", "friends", "local"), "no-findings"),
        (facts("LOCATION"), "public", ("swarm", "friends", "local"), "entities"),
        (facts("ORGANIZATION"), "internal", ("friends", "local"), "entities"),
        (facts("PERSON", "LOCATION"), "confidential", ("local",), "entities"),
        (facts("PERSON", "CREDIT_CARD"), "restricted", ("local",), "entities"),
        (facts("NEVER_NAMED"), "confidential", ("local",), "entities"),
        (facts("PERSON", score=0.49), "public", ("swarm", "friends", "local"), "no-findings"),
        (facts("PERSON", score=0.5), "confidential", ("local",), "entities"),
        (facts(unreadable=IMAGE), "restricted", ("local",), "unreadable"),
        (facts(detection_failed="it took longer than 10 s"), "restricted", ("local",), "detection"),
        (facts("LOCATION", unreadable=IMAGE), "restricted", ("local",), "unreadable"),
    ],
)
def test_what_is_found_sets_the_label_and_the_way(
    seen: Facts, label: str, admissible: tuple[str, ...], rule: str
) -> None:
    decision = decide(policy(), seen)
    assert (decision.label.name, decision.admissible, decision.rule) == (label, admissible, rule)


def test_the_words_name_types_and_counts() -> None:
    decision = decide(policy(), facts("PERSON", "PERSON", "ORGANIZATION"))
    assert decision.why == "found 2 × PERSON: confidential"
    assert [reason.words for reason in decision.reasons][1] == "found 1 × ORGANIZATION: internal"
    assert decision.counts == {"PERSON": 2, "ORGANIZATION": 1}


def test_without_findings_the_words_say_so() -> None:
    assert decide(policy(), facts()).why == "nothing was found, so the label is public"


@pytest.mark.parametrize(
    ("when", "seen", "fires"),
    [
        ("{any: [PERSON, LOCATION]}", facts("LOCATION"), True),
        ("{any: [PERSON]}", facts("LOCATION"), False),
        ("{any: [PERSON]}", facts("PERSON", score=0.1), False),
        ("{all: [PERSON, LOCATION]}", facts("LOCATION"), False),
        ("{all: [PERSON, LOCATION]}", facts("LOCATION", "PERSON"), True),
        ("{at_least: 2}", facts("LOCATION"), False),
        ("{at_least: 2}", facts("LOCATION", "URL"), True),
        ("{any: [PERSON], at_least: 2}", facts("PERSON", "URL"), False),
        ("{any: [PERSON], at_least: 2}", facts("PERSON", "PERSON"), True),
        ("{endpoints: [completions]}", facts(), False),
        ("{endpoints: [completions]}", facts(endpoint="completions"), True),
        ("{models: [swarm]}", facts(model="swarm"), True),
        ("{models: [swarm]}", facts(), False),
        ("{models: [swarm], any: [PERSON]}", facts(model="swarm"), False),
    ],
)
def test_a_rule_fires_when_all_its_conditions_hold(when: str, seen: Facts, fires: bool) -> None:
    decision = decide(policy(f"[{{name: up, when: {when}, raise_to: restricted}}]"), seen)
    assert ("up" in [reason.rule for reason in decision.reasons]) is fires
    assert (decision.label.name == "restricted") is fires


def test_a_rule_without_conditions_always_fires() -> None:
    decision = decide(policy("[{name: floor, raise_to: internal}]"), facts())
    assert (decision.label.name, decision.rule) == ("internal", "floor")
    assert decision.why == "rule floor raises to internal"


def test_a_rule_below_the_label_changes_nothing_but_is_named() -> None:
    decision = decide(policy("[{name: floor, raise_to: internal}]"), facts("CREDIT_CARD"))
    assert (decision.label.name, decision.rule) == ("restricted", "entities")
    assert [reason.rule for reason in decision.reasons] == ["entities", "floor"]


def test_the_first_rule_that_denies_gives_the_sentence_and_leads_the_reasons() -> None:
    rules = (
        "[{name: high, when: {any: [PERSON]}, raise_to: restricted}, {name: first, when: {any: [CREDIT_CARD]}, "
        "deny: Not here.}, {name: never, when: {any: [financial]}, deny: Nor there.}]"
    )
    decision = decide(policy(rules), facts("CREDIT_CARD"))
    assert decision.denied == "Not here."
    assert decision.rule == "first"
    assert decision.admissible == ()
    assert choose(decision, ["swarm", "friends", "local"]) == ()


@pytest.mark.parametrize(
    ("asked", "seen", "admissible"),
    [
        (("local",), facts(), ("local",)),
        (("friends",), facts(), ("friends", "local")),
        (("swarm",), facts(), ("swarm", "friends", "local")),
        (("swarm",), facts("PERSON"), ("local",)),
        (("friends", "local"), facts(), ("friends", "local")),
    ],
)
def test_a_caller_may_ask_for_less_exposure_but_never_for_more(
    asked: tuple[str, ...], seen: Facts, admissible: tuple[str, ...]
) -> None:
    seen = Facts(seen.findings, asked=asked)
    assert decide(policy(), seen).admissible == admissible


def test_choosing_keeps_the_order_and_skips_what_is_down() -> None:
    decision = decide(policy(), facts())
    assert choose(decision, ["local", "friends"]) == ("friends", "local")
    assert choose(decision, []) == ()


def test_when_the_policy_refuses_to_fall_back_only_the_first_choice_is_tried() -> None:
    decision = decide(policy(on_unavailable="refuse"), facts())
    assert choose(decision, ["swarm", "local"]) == ("swarm",)
    assert choose(decision, ["local"]) == ()


def test_findings_below_a_types_minimum_score_do_not_count() -> None:
    found = facts("PERSON", score=0.4).findings + facts("PERSON", "URL", score=0.6).findings
    assert count_findings(policy(), found) == {"PERSON": 1, "URL": 1}
