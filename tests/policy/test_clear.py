import copy
import dataclasses
import pickle
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from gateway.detection.findings import Finding
from gateway.policy.clear import Cleared, NotCleared, clear, clear_each
from gateway.policy.decide import Decision, Facts, decide
from gateway.policy.load import load_text
from gateway.policy.policy import Policy
from gateway.prompt import Unreadable, read_prompt

TEXT = """
version: 1
levels: [public, secret]
destinations:
  local: {clearance: secret, engine: llama.cpp}
  swarm: {clearance: public, engine: petals}
entities: {default: secret}
route: {prefer: [swarm, local]}
"""
CANARY = "canary-7391"
BODY = {"model": "m", "messages": [{"role": "user", "content": CANARY}], "stream": True}
FACTS = Facts((), inspected=read_prompt(BODY).digest())


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_text(TEXT)


def mint(
    policy: Policy,
    destination: str = "swarm",
    *,
    body: Mapping[str, Any] = BODY,
    inspected: Mapping[str, Any] = BODY,
    facts: Facts | None = None,
) -> Cleared:
    prompt = read_prompt(inspected)
    decision = decide(policy, dataclasses.replace(facts or Facts(()), inspected=prompt.digest()))
    return clear(
        decision,
        destination,
        prompt,
        decision_id="dec_1",
        path="/chat/completions",
        body=body,
    )


def test_the_bytes_are_those_of_the_body(policy: Policy) -> None:
    cleared = mint(policy)
    assert orjson.loads(cleared.body) == BODY
    assert (cleared.destination, cleared.label.name, cleared.path) == ("swarm", "public", "/chat/completions")


def test_the_parts_of_a_request_are_cleared_together_or_not_at_all(policy: Policy) -> None:
    prompt = read_prompt({"prompt": ["one", "two"]})
    decision = decide(policy, Facts((), inspected=prompt.digest()))

    def cleared(*parts: str) -> list[Cleared]:
        bodies = [{"prompt": part} for part in parts]
        return clear_each(decision, "swarm", prompt, decision_id="dec_1", path="/completions", bodies=bodies)

    assert [orjson.loads(one.body) for one in cleared("one", "two")] == [{"prompt": "one"}, {"prompt": "two"}]
    with pytest.raises(NotCleared, match="not inspected"):
        cleared("one", "two", "three")


def test_a_label_above_the_clearance_is_not_cleared(policy: Policy) -> None:
    facts = Facts((Finding(0, 1, "PERSON", 1.0, "test"),))
    assert mint(policy, "local", facts=facts).label.name == "secret"
    with pytest.raises(NotCleared):
        mint(policy, "swarm", facts=facts)


def test_a_decision_for_another_prompt_clears_nothing(policy: Policy) -> None:
    other = {**BODY, "messages": [{"role": "user", "content": "hello"}]}
    for decision in (decide(policy, FACTS), decide(policy, Facts(()))):
        with pytest.raises(NotCleared, match="another prompt"):
            clear(decision, "swarm", read_prompt(other), decision_id="d", path="/x", body=other)


def test_a_denied_request_is_cleared_for_nobody(policy: Policy) -> None:
    denied = load_text(TEXT + "rules: [{name: refuse, deny: 'No.'}]\n")
    for name in denied.destinations:
        with pytest.raises(NotCleared):
            mint(denied, name)


def test_a_decision_that_says_it_is_denied_and_admissible_is_not_cleared(policy: Policy) -> None:
    decision = dataclasses.replace(decide(policy, FACTS), denied="No.")
    with pytest.raises(NotCleared):
        clear(decision, "local", read_prompt(BODY), decision_id="d", path="/x", body=BODY)


@pytest.mark.parametrize(
    "body",
    [
        {**BODY, "messages": [{"role": "user", "content": "another text"}]},
        {**BODY, "messages": [{"role": "user", "content": CANARY, "name": "smuggled"}]},
        {**BODY, "suffix": "smuggled"},
        {**BODY, "anything": {"smuggled key": 1}},
        {**BODY, "anything": [[13812345678]]},
        {**BODY, "stop": ["smuggled"]},
        {**BODY, "prompt": [1, 2, 3]},
        {**BODY, "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": CANARY}}]}]},
    ],
)
def test_a_body_that_holds_more_than_was_inspected_is_not_cleared(policy: Policy, body: dict[str, Any]) -> None:
    with pytest.raises(NotCleared) as caught:
        mint(policy, body=body)
    assert "smuggled" not in str(caught.value)
    assert CANARY not in str(caught.value)


def test_content_that_could_not_be_read_goes_only_where_everything_may_go(policy: Policy) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    body = {**BODY, "messages": [{"role": "user", "content": [image]}]}
    facts = Facts((), unreadable=(Unreadable("messages[0].content[0]", "image"),))
    assert mint(policy, "local", body=body, inspected=body, facts=facts).label.name == "secret"
    with pytest.raises(NotCleared):
        mint(policy, "swarm", body=body, inspected=body, facts=facts)


class TestForgery:
    """A `Cleared` prompt can't be made, changed or doubled by anything but `clear`."""

    @pytest.mark.parametrize("seal", [None, b"", b"\0" * 32, object(), True])
    def test_it_can_not_be_constructed(self, policy: Policy, seal: Any) -> None:
        with pytest.raises(TypeError):
            Cleared("swarm", "dec_1", policy.levels.lowest, "/chat/completions", b"{}", seal)

    @pytest.mark.parametrize(
        "change",
        [
            {"destination": "local"},
            {"body": b'{"messages":[]}'},
            {"path": "/completions"},
            {"decision_id": "dec_2"},
        ],
    )
    def test_it_can_not_be_replaced_by_another(self, policy: Policy, change: dict[str, Any]) -> None:
        cleared = mint(policy)
        with pytest.raises(TypeError):
            dataclasses.replace(cleared, **change)

    def test_its_label_can_not_be_replaced(self, policy: Policy) -> None:
        with pytest.raises(TypeError):
            dataclasses.replace(mint(policy, "local"), label=policy.levels.highest)

    def test_its_fields_can_not_be_shifted_into_each_other(self, policy: Policy) -> None:
        cleared = mint(policy)
        with pytest.raises(TypeError):
            dataclasses.replace(cleared, destination="swarmdec", decision_id="_1")

    def test_the_seal_of_one_does_not_fit_another(self, policy: Policy) -> None:
        first, second = mint(policy), mint(policy, "local")
        with pytest.raises(TypeError):
            Cleared("swarm", second.decision_id, second.label, second.path, second.body, second._sealed)
        assert first._sealed != second._sealed

    def test_it_can_not_be_copied_or_pickled(self, policy: Policy) -> None:
        cleared = mint(policy)
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                attempt(cleared)

    def test_it_can_not_be_assigned_to(self, policy: Policy) -> None:
        with pytest.raises(dataclasses.FrozenInstanceError):
            mint(policy).body = b"{}"  # type: ignore[misc]

    def test_a_change_by_force_is_found(self, policy: Policy) -> None:
        cleared = mint(policy)
        object.__setattr__(cleared, "body", b"{}")
        with pytest.raises(TypeError):
            cleared.verify()

    def test_an_empty_shell_that_was_filled_by_hand_is_found(self, policy: Policy) -> None:
        shell = object.__new__(Cleared)
        for field, value in {
            "destination": "swarm",
            "decision_id": "d",
            "label": policy.levels.lowest,
            "path": "/x",
            "body": b"{}",
            "_sealed": b"\0" * 32,
        }.items():
            object.__setattr__(shell, field, value)
        with pytest.raises(TypeError):
            shell.verify()


def test_it_shows_nothing_of_its_body(policy: Policy) -> None:
    assert CANARY not in repr(mint(policy))
    assert CANARY not in str([mint(policy)])


def test_a_forged_decision_does_not_lift_a_destinations_clearance(policy: Policy) -> None:
    honest = decide(policy, dataclasses.replace(FACTS, detection_failed="ValueError in the detector"))
    forged: Decision = dataclasses.replace(honest, admissible=("swarm", "local"))
    with pytest.raises(NotCleared):
        clear(forged, "swarm", read_prompt(BODY), decision_id="d", path="/x", body=BODY)
