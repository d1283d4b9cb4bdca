"""Records say what was decided and never what was said."""

from typing import Any

import orjson
import pytest

from gateway.audit.record import OutcomeRecord, Timings, now
from gateway.audit.recorded import decision_record
from gateway.detection.findings import Finding
from gateway.detection.inspect import Inspection, Inspector
from gateway.model_names import ModelNames
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.policy.decide import Facts, decide
from gateway.policy.load import load_text
from gateway.prompt import Prompt, Unreadable
from gateway.verdict import Call, Decider, Verdict

CANARY = "Canary Fairweather"
POLICY = load_text(
    """
version: 1
name: mine
levels: [public, secret]
destinations:
  local: {clearance: secret, engine: llama.cpp}
  swarm: {clearance: public, engine: petals}
entities: {default: secret}
rules: [{name: floor, raise_to: secret, when: {endpoints: [completions]}}]
route: {prefer: [swarm, local]}
"""
)


def record(facts: Facts) -> dict[str, Any]:
    prompt = Prompt((), facts.unreadable)
    inspection = Inspection(prompt, (), None, 1.23456)
    verdict = Verdict(prompt, inspection, facts, decide(POLICY, facts), ("local",), {"swarm": ["tools"]})
    return decision_record(verdict, decision_id="dec_1", request_id="req_1", detector="detector-1", stream=True)


def test_a_decision_says_what_was_found_and_why_it_goes_where() -> None:
    findings = (Finding(0, 5, "PERSON", 0.9, "r"), Finding(9, 12, "PERSON", 0.9, "r"), Finding(3, 4, "URL", 0.9, "r"))
    facts = Facts(findings, (Unreadable("messages[0].content[0]", "image"),), None, "completions", "swarm", ("swarm",))
    written = record(facts)
    assert written == {
        "event": "decision",
        "decision": "dec_1",
        "request": "req_1",
        "key": None,
        "endpoint": "completions",
        "model": "swarm",
        "stream": True,
        "policy": {"name": "mine", "sha256": POLICY.sha256},
        "detector": "detector-1",
        "findings": {"PERSON": 2, "URL": 1},
        "detected": [["PERSON", 0.9, [], 2], ["URL", 0.9, [], 1]],
        "messages": 0,
        "unreadable": {"image": 1},
        "detection_failed": None,
        "label": "secret",
        "rule": "entities",
        "rules": ["entities", "unreadable", "floor"],
        "fired": ["floor"],
        "why": "found 2 × PERSON, 1 × URL: secret",
        "denied": False,
        "destinations": ["local"],
        "unable": {"swarm": ["tools"]},
        "timings": {"detect_ms": 1.235},
        "asked": ["swarm"],
    }


def test_places_in_the_request_and_recognizers_are_not_recorded() -> None:
    facts = Facts((Finding(0, 5, "PERSON", 0.9, CANARY),), (Unreadable(CANARY, "image"),))
    assert CANARY.encode() not in orjson.dumps(record(facts))


def test_an_outcome_says_how_it_ended_and_leaves_out_times_that_are_unknown() -> None:
    outcome = OutcomeRecord("dec_1", "completed", "local", "m", timings=Timings(1.0, None, 12.34567))
    assert outcome.to_json() == {
        "event": "outcome",
        "decision": "dec_1",
        "outcome": "completed",
        "destination": "local",
        "engine_model": "m",
        "fallbacks": [],
        "usage": None,
        "timings": {"detect_ms": 1.0, "total_ms": 12.346},
        "error": None,
    }


def test_the_time_is_rfc_3339_in_utc() -> None:
    assert len(now()) == len("2026-01-01T00:00:00.000Z")
    assert now().endswith("Z")


class Nothing:
    version = "none"
    parts: dict[str, str] = {}  # noqa: RUF012
    entities: frozenset[str] = frozenset()

    def detect(self, texts: Any, **how: Any) -> list[tuple[Finding, ...]]:
        return [() for _ in texts]


@pytest.mark.parametrize("model", [CANARY, "Swarm", "local ", "auto\u200b", "../local", "swarm,local"])
async def test_a_model_name_that_a_caller_made_up_is_refused_before_anything_is_recorded(model: str) -> None:
    """The model that was asked for is the one field of a record that a caller chooses; so it is one of ours."""
    inspector = Inspector(Nothing())
    decider = Decider(POLICY, inspector, ModelNames({"local": "model-a", "swarm": "model-b"}))
    message = {"role": "user", "content": "hello"}
    request = wire.ChatRequest.model_validate({"model": model, "messages": [message]})
    with pytest.raises(ApiError) as caught:
        await decider.decide(Call("chat.completions", request, "req_1"))
    inspector.close()
    assert (caught.value.status, caught.value.code, caught.value.param) == (404, "model_not_found", "model")
    assert model not in caught.value.message
    assert "auto, swarm, local, model-b, model-a" in caught.value.message
