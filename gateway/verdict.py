"""The first half of the journey: read, detect, decide. Runs and records nothing.

Shared by the pipeline, `sepal explain` and the decide endpoint, so that all three say the same.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.backends import abilities
from gateway.detection.inspect import Inspection, Inspector
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.policy.decide import AUTO, Decision, Endpoint, Facts, decide
from gateway.policy.policy import Policy
from gateway.prompt import Prompt, read_prompt


@dataclass(slots=True)
class Call:
    """One request on its way. `decision_id` names it in headers, tickets and the audit."""

    endpoint: Endpoint
    request: wire.Request
    request_id: str
    key_name: str | None = None
    decision_id: str = field(default_factory=lambda: f"dec_{secrets.token_hex(12)}")
    started: float = field(default_factory=time.perf_counter)

    def elapsed_ms(self) -> float:
        """Milliseconds since the request had arrived."""
        return (time.perf_counter() - self.started) * 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """An inspected and decided request; `attempts` are the destinations to try, in order."""

    prompt: Prompt
    inspection: Inspection
    facts: Facts
    decision: Decision
    attempts: tuple[str, ...]
    unable: dict[str, list[str]]

    def headers(self, call: Call) -> dict[str, str]:
        """What every answer to this request says of the decision."""
        return {"x-sepal-decision": call.decision_id, "x-sepal-label": self.decision.label.name}


class Decider:
    """Decides requests by one policy.

    Args:
        models: destination → its engine's own id of the model.
    """

    def __init__(self, policy: Policy, inspector: Inspector, models: Mapping[str, str]) -> None:
        self.policy = policy
        self.inspector = inspector
        self.models = models

    async def decide(self, call: Call) -> Verdict:
        """Read, detect and decide, without running or recording anything.

        Raises:
            ApiError: 404 for a model that no destination has.
        """
        asked = self.resolve(call.request.model)
        prompt = read_prompt(wire.inspected_body(call.request))
        inspection = await self.inspector.inspect(prompt)
        facts = Facts(
            findings=tuple(finding for _, finding in inspection.findings),
            unreadable=prompt.unreadable,
            detection_failed=inspection.failed,
            endpoint=call.endpoint,
            model=call.request.model,
            asked=asked,
            inspected=inspection.prompt.digest(),
        )
        decision = decide(self.policy, facts)
        unable = {
            name: lacking
            for name in decision.admissible
            if (lacking := abilities.lacking(self.policy.destinations[name].spec, call.request))
        }
        attempts = tuple(name for name in decision.admissible if name not in unable)
        if asked and decision.admissible[:1] and decision.admissible[0] in asked and decision.admissible[0] in unable:
            attempts = ()
        if not self.policy.fall_back:
            attempts = attempts[:1]
        return Verdict(prompt, inspection, facts, decision, attempts, unable)

    def resolve(self, model: str) -> tuple[str, ...]:
        """The destinations that a request's `model` names; none for ``auto``.

        Raises:
            ApiError: 404 when no destination has that name or model.
        """
        if model == AUTO:
            return ()
        names = [name for name in self.policy.prefer if model in (name, self.models[name])]
        if not names:
            known = dict.fromkeys([AUTO, *self.policy.prefer, *(self.models[n] for n in self.policy.prefer)])
            raise ApiError(
                404,
                f"No destination has the model that was asked for. Use one of: {', '.join(known)}.",
                code="model_not_found",
                param="model",
            )
        return tuple(names)


def refusal(verdict: Verdict) -> ApiError | None:
    """The error for a request that has nowhere to go, whatever is up or down."""
    decision = verdict.decision
    if decision.denied is not None:
        return ApiError(403, decision.denied, code="policy_denied")
    if not decision.admissible:
        return ApiError(
            403,
            f"The policy labels this prompt '{decision.label}' and no destination is cleared for that: "
            f"{decision.why}. Ask for `auto`, or add a destination with clearance {decision.label} to the policy.",
            code="no_cleared_destination",
        )
    if not verdict.attempts:
        where, lacking = next(iter(verdict.unable.items()))
        if lacking[0] == "content":
            first = next(iter(verdict.prompt.unreadable))
            return ApiError(
                400,
                f"The request holds an image, audio or a file, which only '{where}' may see, and its model takes text "
                "alone. Send text, or configure a destination with a model that takes such content.",
                code="unsupported_content",
                param=first.path,
            )
        return ApiError(
            400,
            f"The destination '{where}' can't do what '{lacking[0]}' asks for. Leave '{lacking[0]}' out, or use a "
            "model whose destination can (`auto` picks one if the policy allows).",
            code="unsupported_parameter",
            param=lacking[0],
        )
    return None
