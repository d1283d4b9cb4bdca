"""What would protect nobody does not load; what is of no use loads and is shown; who may see what is a table."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from gateway.policy.load import PolicyError, load_text
from gateway.policy.policy import Policy
from gateway.policy.proof import reachable

PERSON = {"any": ["PERSON"]}
HEAD = """\
version: 1
levels: [public, internal, restricted]
destinations:
  local: {clearance: restricted, engine: llama.cpp}
  swarm: {clearance: public, engine: petals}
entities: {default: internal, CREDIT_CARD: restricted, LOCATION: public, HEALTH: internal}
route: {prefer: [swarm, local]}
"""


def load(*rules: dict[str, Any], head: str = HEAD) -> Policy:
    named = [{"name": f"r{index}", **rule} for index, rule in enumerate(rules)]
    written = yaml.safe_dump(json.loads(json.dumps({"rules": named})), sort_keys=False)  # No aliases.
    return load_text(head + written, "my.yaml")


NEVER = [
    ({"all": ["PERSON"], "none": ["PERSON"]}, "`all` asks for PERSON and `none` forbids it"),
    ({"any": ["PERSON"], "none": ["identity"]}, "`none` forbids every type in `any`"),
    ({"only": ["PERSON"], "all": ["CREDIT_CARD"]}, "`only` leaves no room for it"),
    ({"only": ["PERSON"], "any": ["CREDIT_CARD", "URL"]}, "`only` leaves no room for any type in `any`"),
    ({"only": ["PERSON"], "none": ["PERSON"]}, "forbids every type in `only`"),
    ({"at_least": 3, "at_most": 2}, "no number is at least 3 and at most 2"),
    ({"any": ["PERSON"], "at_most": 0}, "write `none` instead"),
    ({"topics": ["health"], "not": {"topics": ["health"]}}, "forbids exactly what"),
    ({"any": [{"all": ["PERSON"], "none": ["PERSON"]}]}, "`none` forbids it"),
    ({"all": ["URL", {"all": ["PERSON"], "none": ["PERSON"]}]}, "`none` forbids it"),
]


@pytest.mark.parametrize(("when", "words"), NEVER, ids=[words for _, words in NEVER])
def test_a_rule_that_can_never_fire_does_not_load(when: Any, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load({"when": when, "raise_to": "restricted"})
    assert "rule `r0` can never fire" in str(caught.value)
    assert words in str(caught.value)
    assert caught.value.mistakes[0].line > 8


DECLASSIFY = {"method": "pseudonym", "to": "public"}
CAN_NOT_LOWER = [
    ({"when": {"any": ["HEALTH"]}, "declassify": DECLASSIFY}, "`pseudonym` can't lower HEALTH"),
    ({"when": PERSON, "declassify": {**DECLASSIFY, "entities": ["PERSON", "FINANCE"]}}, "can't lower FINANCE"),
    ({"when": {"any": ["LOCATION"]}, "declassify": DECLASSIFY}, "nothing to lower"),
    ({"when": PERSON, "declassify": {**DECLASSIFY, "to": "internal"}}, "nothing to lower"),
    ({"declassify": {**DECLASSIFY, "to": "restricted"}}, "nothing is above restricted"),
    ({"declassify": DECLASSIFY, "raise_to": "restricted"}, "leave raise_to out"),
]


@pytest.mark.parametrize(("rule", "words"), CAN_NOT_LOWER, ids=[words for _, words in CAN_NOT_LOWER])
def test_a_declassification_that_can_not_lower_what_it_names_does_not_load(rule: dict[str, Any], words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(rule)
    assert words in str(caught.value)


MAY_FIRE = [
    {"all": ["LOCATION", "PERSON"], "only": ["PERSON"]},  # A city is public: `only` overlooks it.
    {"any": [{"all": ["PERSON"], "none": ["PERSON"]}, {"all": ["URL"]}]},
    {"not": {"all": ["PERSON"], "none": ["PERSON"]}},
]


@pytest.mark.parametrize("when", MAY_FIRE)
def test_a_rule_that_may_fire_loads(when: Any) -> None:
    assert load({"when": when, "tag": "t"}).rules


def test_a_declassification_for_nobody_does_not_load() -> None:
    head = HEAD.replace("  swarm: {clearance: public, engine: petals}\n", "").replace("[swarm, local]", "[local]")
    with pytest.raises(PolicyError, match="rewrites for nobody"):
        load({"when": PERSON, "declassify": DECLASSIFY}, head=head)


IDLE = [
    ([{"when": {"any": ["CREDIT_CARD"]}, "raise_to": "internal"}], "r0", "changes nothing"),
    ([{"when": {"any": ["financial", "PERSON"]}, "raise_to": "internal"}], "r0", "changes nothing"),
    ([{"raise_to": "internal"}, {"when": {"any": ["LOCATION"]}, "raise_to": "internal"}], "r1", "shadowed by `r0`"),
    ([{"when": {"any": ["LOCATION"]}, "raise_to": "internal"}, {"raise_to": "restricted"}], "r0", "shadowed by `r1`"),
    ([{"when": PERSON, "deny": "A."}, {"when": PERSON, "deny": "B."}], "r1", "shadowed by `r0`"),
    ([{"when": {"any": ["identity"]}, "deny": "A."}, {"when": PERSON, "deny": "B."}], "r1", "shadowed by `r0`"),
    ([{"when": PERSON, "raise_to": "restricted"}, {"deny": "B."}], "r0", "shadowed by `r1`"),
]


@pytest.mark.parametrize(("rules", "name", "words"), IDLE)
def test_a_rule_that_is_of_no_use_is_shown(rules: list[dict[str, Any]], name: str, words: str) -> None:
    (warning,) = [warning for warning in load(*rules).warnings if "destination" not in warning]
    assert f"rule `{name}`" in warning
    assert words in warning
    assert warning.startswith("my.yaml:")


def test_rules_that_look_alike_and_differ_are_not_reported() -> None:
    assert not load(
        {"when": PERSON, "raise_to": "restricted"},
        {"when": {"any": ["PERSON"], "at_least": 3}, "deny": "Too many."},
        {"when": {"any": ["URL"]}, "raise_to": "restricted"},
        {"when": {"any": ["PERSON"], "where": ["tool"]}, "require": ["local"]},
        {"when": PERSON, "tag": "names"},
    ).warnings


UNREACHABLE = [
    (HEAD.replace("[swarm, local]", "[local]"), [], "`swarm`: neither route.prefer nor a rule names it"),
    (HEAD, [{"raise_to": "internal"}], "`swarm`: the rules without `when` keep every prompt from it"),
    (HEAD, [{"require": ["local"]}], "`swarm`: the rules without `when` keep every prompt from it"),
]


@pytest.mark.parametrize(("head", "rules", "words"), UNREACHABLE)
def test_a_destination_that_nothing_may_ever_reach_is_shown(head: str, rules: list[dict[str, Any]], words: str) -> None:
    (warning,) = load(*rules, head=head).warnings
    assert words in warning
    assert warning.startswith("my.yaml:5:3: ")


def test_the_table_says_who_may_see_what() -> None:
    rule = {"when": PERSON, "declassify": {"method": "pseudonym", "to": "public"}}
    assert reachable(load(rule)) == {
        "public": {"local": "as it is", "swarm": "as it is"},
        "internal": {"local": "as it is", "swarm": "rewritten"},
        "restricted": {"local": "as it is", "swarm": "rewritten"},
    }
    assert reachable(load())["internal"] == {"local": "as it is", "swarm": "never"}
    only = load({"when": PERSON, "require": ["swarm"]}, head=HEAD.replace("[swarm, local]", "[local]"))
    assert reachable(only)["public"] == {"local": "as it is", "swarm": "only by a rule"}


def test_a_caller_that_the_policy_does_not_know_is_shown() -> None:
    keys = yaml.safe_dump({"keys": {"payroll": {"sha256": "0" * 64, "groups": ["hr"]}}})
    known = {"when": {"keys": ["payroll"], "key_groups": ["hr"]}, "tag": "t"}
    assert not load(known, head=HEAD + keys).warnings
    unknown, group = load(
        {"when": {"keys": ["payrol"], "key_groups": ["legal"]}, "tag": "t"}, head=HEAD + keys
    ).warnings
    assert "no key `payrol`" in unknown
    assert "did you mean `payroll`?" in unknown
    assert "no group of keys `legal`" in group


def test_a_key_pasted_in_the_place_of_its_hash_is_not_repeated() -> None:
    keys = yaml.safe_dump({"keys": {"payroll": {"sha256": "sk-live-0123456789abcdef"}}})
    with pytest.raises(PolicyError) as caught:
        load(head=HEAD + keys)
    assert "sk-live" not in str(caught.value)
