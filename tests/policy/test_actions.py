"""What a rule may do: narrow, order, tag, refuse, raise. Nothing lowers."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from gateway.detection.findings import Finding
from gateway.policy.decide import Facts, decide
from gateway.policy.load import PolicyError, load_text
from gateway.policy.policy import Policy
from gateway.prompt import Unreadable


def policy(*rules: dict[str, Any], **more: Any) -> Policy:
    document = {
        "version": 1,
        "levels": ["public", "internal", "restricted"],
        "destinations": {
            "swarm": {"clearance": "public", "engine": "petals"},
            "friends": {"clearance": "internal", "engine": "petals", "allowed_servers": ["QmPeer"]},
            "local": {"clearance": "restricted", "engine": "llama.cpp"},
        },
        "entities": {"default": "internal", "CREDIT_CARD": "restricted", "LOCATION": "public"},
        "rules": [{"name": f"r{index}", **rule} for index, rule in enumerate(rules)],
        "route": {"prefer": ["swarm", "friends", "local"]},
        **more,
    }
    return load_text(yaml.safe_dump(json.loads(json.dumps(document))))  # No aliases.


def found(*entities: str, **more: Any) -> Facts:
    return Facts(tuple(Finding(0, 1, entity, 1.0, "test") for entity in entities), **more)


PERSON = {"any": ["PERSON"]}


@pytest.mark.parametrize(
    ("rules", "facts", "admissible"),
    [
        ([{"require": ["local"]}], found(), ("local",)),
        ([{"when": PERSON, "require": ["local"]}], found(), ("swarm", "friends", "local")),
        ([{"when": PERSON, "require": ["friends"]}], found("PERSON"), ("friends",)),
        ([{"when": PERSON, "require": ["swarm"]}], found("PERSON"), ()),  # Required, but not cleared: nowhere.
        ([{"require": ["friends", "local"]}, {"require": ["local", "swarm"]}], found(), ("local",)),
        ([{"prefer": ["local"]}], found(), ("local", "swarm", "friends")),
        ([{"prefer": ["swarm"]}], found("PERSON"), ("friends", "local")),
        ([{"when": PERSON, "prefer": ["local"]}, {"prefer": ["friends"]}], found("PERSON"), ("local", "friends")),
        ([{"prefer": ["local"], "require": ["friends", "local"]}], found(), ("local", "friends")),
        ([{"prefer": ["friends"]}], found(asked=("local",)), ("local",)),
    ],
)
def test_rules_narrow_and_order_but_never_widen(
    rules: list[dict[str, Any]], facts: Facts, admissible: tuple[str, ...]
) -> None:
    assert decide(policy(*rules), facts).admissible == admissible


def test_a_destination_that_only_a_rule_names_is_used_only_then() -> None:
    loaded = policy({"when": PERSON, "require": ["friends"]}, route={"prefer": ["swarm", "local"]})
    assert decide(loaded, found()).admissible == ("swarm", "local")
    assert decide(loaded, found("PERSON")).admissible == ("friends",)


def test_tags_of_all_rules_that_fire_are_kept_in_order() -> None:
    loaded = policy({"when": PERSON, "tag": ["hr", "names"]}, {"tag": "all"}, {"when": PERSON, "tag": "hr"})
    assert decide(loaded, found("PERSON")).tags == ("hr", "names", "all")
    assert decide(loaded, found()).tags == ("all",)


def test_a_rule_that_is_switched_off_does_nothing() -> None:
    assert decide(policy({"enabled": False, "deny": "No."}), found()).denied is None


@pytest.mark.parametrize(
    ("hint", "label"), [("public", "internal"), ("internal", "internal"), ("restricted", "restricted")]
)
@pytest.mark.parametrize("by", ["hint", "floor"])
def test_what_the_caller_and_the_key_ask_for_only_raises(hint: str, label: str, by: str) -> None:
    decision = decide(policy(), found("PERSON", **{by: hint}))
    assert decision.label.name == label
    assert by in [reason.rule for reason in decision.reasons]


def test_a_floor_that_the_policy_does_not_know_is_the_highest_level() -> None:
    """A key's floor was written for another policy: when in doubt, nothing leaves."""
    assert decide(policy(), found(floor="top-secret")).label.name == "restricted"


@pytest.mark.parametrize(
    ("on_error", "facts", "word"),
    [
        ({"detection": "deny"}, found(detection_failed="it took longer than 10 s"), "can't be inspected"),
        ({"unreadable": "deny"}, found(unreadable=(Unreadable("messages[0].content[0]", "image"),)), "Send text"),
    ],
)
def test_what_can_not_be_inspected_may_be_refused(on_error: dict[str, str], facts: Facts, word: str) -> None:
    refused = decide(policy(on_error=on_error), facts)
    assert refused.denied is not None
    assert word in refused.denied
    assert refused.admissible == ()
    kept = decide(policy(), facts)
    assert (kept.denied, kept.label.name, kept.admissible) == (None, "restricted", ("local",))


@pytest.mark.parametrize(
    ("limits", "facts", "word"),
    [
        ({"max_characters": 9}, found(texts=(("12345", frozenset()), ("67890", frozenset()))), "10 characters"),
        ({"max_messages": 2}, found(messages=3), "3 messages"),
        ({"max_tokens": 5}, found(tokens=6), "6 tokens"),
    ],
)
def test_a_request_over_a_limit_is_refused_with_both_numbers(limits: dict[str, int], facts: Facts, word: str) -> None:
    decision = decide(policy(limits=limits), facts)
    assert decision.rule == "limits"
    assert word in str(decision.denied)
    assert f"allows {next(iter(limits.values()))}" in str(decision.denied)
    assert decide(policy(limits=dict.fromkeys(limits, 100)), facts).denied is None


def test_of_two_groups_the_stricter_counts_in_level_and_score() -> None:
    entities = {"default": "restricted", "contact": "internal", "location": {"level": "restricted", "min_score": 0.8}}
    rule = policy(entities=entities).entity("STREET_ADDRESS")
    assert (rule.level.name, rule.min_score) == ("restricted", 0.0)


def test_names_with_a_meaning_of_their_own_and_keys_with_two_names_do_not_load() -> None:
    for more, words in (
        ({"rules": [{"name": "unreadable", "tag": "t"}]}, "`unreadable` is what the audit calls something else"),
        ({"keys": {"a": {"sha256": "0" * 64}, "b": {"sha256": "0" * 64}}}, "the key of `a`, too"),
    ):
        with pytest.raises(PolicyError, match=words):
            policy(**more)


def test_levels_of_groups_the_types_own_line_first_then_the_strictest_group() -> None:
    entities = {"default": "restricted", "identity": "internal", "national_id": "restricted", "PERSON": "public"}
    loaded = policy(entities=entities)
    levels = {name: loaded.entity(name).level.name for name in ("PERSON", "DATE_OF_BIRTH", "US_SSN", "URL")}
    assert levels == {"PERSON": "public", "DATE_OF_BIRTH": "internal", "US_SSN": "restricted", "URL": "restricted"}


MISTAKES = [
    ({"require": ["locl"]}, "did you mean `local`"),
    ({"prefer": ["swarn"]}, "did you mean `swarm`"),
    ({"when": PERSON, "declassify": {"method": "pseudonym", "to": "publik"}}, "did you mean `public`"),
    ({"when": PERSON, "declassify": {"method": "pseudonim", "to": "public"}}, "did you mean `pseudonym`"),
    ({"when": PERSON, "declassify": {"method": "mask", "to": "public", "entities": ["EMAIL"]}}, "EMAIL_ADDRESS"),
    ({"deny": "No.", "require": ["local"]}, "leave its other actions out"),
    ({"when": PERSON}, "needs an action"),
    ({"tag": "Not A Word"}, "expected a name"),
]


@pytest.mark.parametrize(("rule", "words"), MISTAKES, ids=[words for _, words in MISTAKES])
def test_an_action_that_can_not_be_says_what_to_write(rule: dict[str, Any], words: str) -> None:
    known = frozenset({"PERSON", "LOCATION", "EMAIL_ADDRESS", "CREDIT_CARD"})
    document = yaml.safe_dump(
        {
            "version": 1,
            "levels": ["public", "internal"],
            "destinations": {
                "swarm": {"clearance": "public", "engine": "petals"},
                "local": {"clearance": "internal", "engine": "llama.cpp"},
            },
            "entities": {"default": "internal"},
            "rules": [{"name": "r", **rule}],
            "route": {"prefer": ["swarm", "local"]},
        }
    )
    with pytest.raises(PolicyError) as caught:
        load_text(document, "my.yaml", known)
    assert words in str(caught.value)
