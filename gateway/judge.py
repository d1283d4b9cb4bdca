"""Judges labelled prompts as the gateway would: the same reading, the same detector, the same policy.

A prompt is held back when its label is above the lowest level, which is all that a destination with the
lowest clearance may see. Runs and records nothing.
"""

from __future__ import annotations

import time

import orjson

from gateway.detection.evaluate import Judge, Judgement, Unmeasurable
from gateway.detection.labelled import Row
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.read import parse_json, validate
from gateway.policy.decide import AUTO
from gateway.policy.policy import Policy
from gateway.verdict import Call, Decider, Verdict


def judge_by(decider: Decider) -> Judge:
    """A judge that asks `decider`."""

    async def judge(row: Row) -> Judgement:
        request = _request(row)
        begin = time.perf_counter()
        verdict = await decider.decide(Call("chat.completions", request, "eval"))
        return _judgement(verdict, decider.policy, (time.perf_counter() - begin) * 1000)

    return judge


def _request(row: Row) -> wire.ChatRequest:
    try:
        return validate(parse_json(orjson.dumps({"model": AUTO, **row.body})), wire.ChatRequest)
    except ApiError as error:
        message = error.message
        raise Unmeasurable(f"not a chat request: {message[0].lower()}{message[1:]}") from None
    except orjson.JSONEncodeError:
        raise Unmeasurable("not a chat request: it is nested too deeply; write a flatter structure") from None


def _judgement(verdict: Verdict, policy: Policy, milliseconds: float) -> Judgement:
    label, lowest = verdict.decision.label, policy.levels.lowest
    counted = tuple(
        (path, finding)
        for path, finding in verdict.inspection.findings
        if finding.score >= policy.entity(finding.entity).min_score
    )
    entities = {item.entity for _, item in counted if policy.entity(item.entity).level > lowest}
    rules = {reason.rule for reason in verdict.decision.reasons if reason.rule != "entities"}
    return Judgement(
        held=label > lowest,
        level=label.name,
        rank=label.rank,
        findings=counted,
        causes=frozenset(entities | rules),
        milliseconds=milliseconds,
        failed=verdict.inspection.failed is not None,
    )
