"""Runs a policy's own tests: each prompt goes the gateway's way to its decision, and nothing runs or is recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass

import orjson

from gateway.document import printable
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.read import parse_json, validate
from gateway.policy.decide import AUTO
from gateway.policy.groups import expand
from gateway.policy.schema import Expected, PolicyTest
from gateway.verdict import Call, Decider, Verdict, refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a test: `differences` between what it expects and what is, in words; none when it passed."""

    name: str
    differences: tuple[str, ...]
    why: str

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


async def run_tests(decider: Decider, tests: Iterable[PolicyTest]) -> AsyncIterator[Outcome]:
    """The outcome of each test, as it comes."""
    for test in tests:
        yield await _run(decider, test)


async def _run(decider: Decider, test: PolicyTest) -> Outcome:
    name = printable(test.name)
    messages = [{"role": "user", "content": test.prompt}] if test.messages is None else test.messages
    headers = {name.lower(): value for name, value in test.headers.items()}
    try:
        body = parse_json(orjson.dumps({"model": AUTO, **test.request, "messages": messages}))
        verdict = await decider.decide(
            Call("chat.completions", validate(body, wire.ChatRequest), "policy-test", headers)
        )
    except orjson.JSONEncodeError:
        return Outcome(name, ("is not a request that the gateway takes: it can't be written as JSON",), "")
    except ApiError as error:
        return Outcome(name, (f"is not a request that the gateway takes: {error.message}",), "")
    return Outcome(name, tuple(_differences(verdict, test.expect)), verdict.decision.why)


def _differences(verdict: Verdict, expect: Expected) -> list[str]:
    decision = verdict.decision
    denied = decision.denied is not None
    goes_to = "none" if refusal(verdict) is not None else verdict.attempts[0]
    rewritten = goes_to != "none" and verdict.sees_rewritten(goes_to)
    found = [
        ("label", expect.label, decision.label.name),
        ("destination", expect.destination, goes_to),
        ("declassified", expect.declassified, rewritten),
        ("denied", expect.denied, denied),
    ]
    differences = [
        f"{name} is {_word(is_)}, expected {_word(wanted)}"
        for name, wanted, is_ in found
        if wanted is not None and wanted != is_
    ]
    deciding = dict.fromkeys([decision.rule, *(reason.rule for reason in decision.reasons), *decision.fired])
    if expect.rule is not None and expect.rule not in deciding:
        differences.append(f"what decides is {', '.join(deciding)}, expected {expect.rule}")
    if expect.entities is not None and not _covers(expect.entities, decision.counts):
        is_ = ", ".join(sorted(decision.counts)) or "none"
        differences.append(f"entities are {is_}, expected {', '.join(sorted(set(expect.entities))) or 'none'}")
    return differences


def _covers(names: Iterable[str], found: Collection[str]) -> bool:
    """Whether each of `names` (types or groups) was found, and nothing else."""
    names = list(names)
    return set(found) <= expand(names) and all(not expand([name]).isdisjoint(found) for name in names)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
