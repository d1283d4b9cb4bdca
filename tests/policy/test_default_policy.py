"""The ready-made default policy does what its own comments say."""

import pytest

from gateway.detection.entities import KNOWN_ENTITIES
from gateway.detection.findings import Finding
from gateway.paths import find_policy
from gateway.policy.decide import Facts, decide
from gateway.policy.load import load_policy
from gateway.policy.policy import Policy
from gateway.prompt import Unreadable


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(find_policy("default"), KNOWN_ENTITIES)


def route(policy: Policy, *entities: str) -> tuple[str, tuple[str, ...]]:
    decision = decide(policy, Facts(tuple(Finding(0, 1, entity, 0.5, "test") for entity in entities)))
    return decision.label.name, decision.admissible


def test_it_is_called_default_and_falls_back(policy: Policy) -> None:
    assert policy.name == "default"
    assert policy.fall_back


@pytest.mark.parametrize(
    "entities", [(), ("LOCATION",), ("DATE_TIME", "ORGANIZATION", "URL"), ("PUBLIC_FIGURE",), ("BIRTH_MONTH",)]
)
def test_what_says_nothing_of_a_private_person_may_go_to_the_swarm_first(
    policy: Policy, entities: tuple[str, ...]
) -> None:
    assert route(policy, *entities) == ("public", ("swarm", "local"))


@pytest.mark.parametrize(
    "entity", sorted(KNOWN_ENTITIES - {"BIRTH_MONTH", "DATE_TIME", "LOCATION", "ORGANIZATION", "PUBLIC_FIGURE", "URL"})
)
def test_every_other_type_stays_on_this_machine(policy: Policy, entity: str) -> None:
    label, admissible = route(policy, entity, "LOCATION")
    assert label in ("confidential", "restricted")
    assert admissible == ("local",)


def test_numbers_and_secrets_that_do_harm_at_once_are_restricted(policy: Policy) -> None:
    for entity in ("CREDIT_CARD", "API_KEY", "PRIVATE_KEY", "PASSWORD", "CN_RESIDENT_ID", "IBAN_CODE"):
        assert route(policy, entity)[0] == "restricted"


def test_a_type_that_nobody_has_thought_of_stays_on_this_machine(policy: Policy) -> None:
    assert route(policy, "BRAND_NEW_TYPE") == ("confidential", ("local",))


def test_what_can_not_be_inspected_gets_the_highest_level(policy: Policy) -> None:
    for facts in (Facts((), unreadable=(Unreadable("p", "image"),)), Facts((), detection_failed="it hung")):
        decision = decide(policy, facts)
        assert decision.label == policy.levels.highest
        assert decision.admissible == ("local",)
