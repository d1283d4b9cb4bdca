"""The journey of a request: read, detect, decide, record, run, answer.

`Pipeline.answer` tells it on one screen. Everything else is detail under a name from that story.
Knows nothing of HTTP servers; takes a validated request and gives an `Answer` to be sent.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.audit.log import AuditError, AuditLog
from gateway.audit.record import OutcomeRecord, Timings, decision_record
from gateway.backends import abilities
from gateway.backends.run import Attempt, Backend, Journey, NoDestination, run
from gateway.detection.inspect import Inspection, Inspector
from gateway.metrics import Metrics
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.stream import Kind
from gateway.policy.clear import NotCleared, clear
from gateway.policy.decide import AUTO, Decision, Endpoint, Facts, decide
from gateway.policy.policy import Policy
from gateway.prompt import Prompt, read_prompt

PATHS: dict[Endpoint, str] = {"chat.completions": "/chat/completions", "completions": "/completions"}


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


class Pipeline:
    """Everything that requests share: policy, inspector, backends, audit, metrics."""

    def __init__(
        self,
        policy: Policy,
        inspector: Inspector,
        backends: Mapping[str, Backend],
        audit: AuditLog,
        metrics: Metrics,
    ) -> None:
        self.policy = policy
        self.inspector = inspector
        self.backends = backends
        self.audit = audit
        self.metrics = metrics

    async def answer(self, call: Call) -> Journey:
        """Decide where `call` may run and start it there.

        Returns:
            The journey with the first destination that began to answer; its `chunks` must be read
            to the end or closed, which completes the audit record.

        Raises:
            ApiError: denied, or no destination can answer.
        """
        verdict = await self.decide(call)
        await self.record(call, verdict)
        outcome = OutcomeRecord(call.decision_id, "failed", timings=Timings(verdict.inspection.elapsed_ms))
        journey = Journey(call.elapsed_ms, outcome, verdict.headers(call), self._complete)
        try:
            refusal = _refusal(verdict)
            if refusal is not None:
                outcome.outcome = "denied" if verdict.decision.denied is not None else "failed"
                raise refusal
            await run(journey, (self._attempt(call, verdict, name) for name in verdict.attempts))
        except NoDestination as problem:
            raise journey.fail(problem.error) from None
        except NotCleared:
            raise journey.fail(_not_cleared()) from None
        except ApiError as error:
            raise journey.fail(error) from None
        except BaseException:
            journey.cancel()
            raise
        return journey

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
        )
        decision = decide(self.policy, facts)
        wanted = abilities.needs(call.request)
        unable = {
            name: lacking
            for name in decision.admissible
            if (lacking := abilities.lacking(self.policy.destinations[name].spec.engine, wanted))
        }
        attempts = tuple(name for name in decision.admissible if name not in unable)
        if asked and decision.admissible[:1] and decision.admissible[0] in asked and decision.admissible[0] in unable:
            attempts = ()
        if not self.policy.fall_back:
            attempts = attempts[:1]
        return Verdict(prompt, inspection, facts, decision, attempts, unable)

    async def record(self, call: Call, verdict: Verdict) -> None:
        """Put the decision on disk.

        Raises:
            ApiError: 503; what can't be recorded is not run.
        """
        try:
            await self.audit.append(
                decision_record(
                    verdict.decision,
                    verdict.facts,
                    decision_id=call.decision_id,
                    request_id=call.request_id,
                    key_name=call.key_name,
                    detector=self.inspector.detector.version,
                    stream=bool(call.request.stream),
                    detect_ms=verdict.inspection.elapsed_ms,
                    attempts=verdict.attempts,
                )
            )
        except AuditError:
            raise ApiError(
                503,
                "The audit record of this decision can't be written, so the prompt was not sent anywhere. "
                "Free disk space, or check the permissions of the audit file (`sepal paths` says where it is).",
                code="audit_unavailable",
                retry_after=30,
            ) from None
        self.metrics.decided(verdict.decision.label.name, verdict.inspection)

    def resolve(self, model: str) -> tuple[str, ...]:
        """The destinations that a request's `model` names; none for ``auto``.

        Raises:
            ApiError: 404 when no destination has that name or model.
        """
        if model == AUTO:
            return ()
        names = [name for name in self.policy.prefer if model in (name, self.backends[name].model)]
        if not names:
            known = dict.fromkeys([AUTO, *self.policy.prefer, *(self.backends[n].model for n in self.policy.prefer)])
            raise ApiError(
                404,
                f"No destination has the model that was asked for. Use one of: {', '.join(known)}.",
                code="model_not_found",
                param="model",
            )
        return tuple(names)

    def _attempt(self, call: Call, verdict: Verdict, name: str) -> Attempt:
        backend = self.backends[name]
        body = wire.outbound(call.request, model=backend.model, stream=True)
        cleared = clear(
            verdict.decision,
            name,
            verdict.prompt,
            decision_id=call.decision_id,
            path=PATHS[call.endpoint],
            body=body,
        )
        kind: Kind = "chat.completion.chunk" if call.endpoint == "chat.completions" else "text_completion"
        whole = not call.request.stream
        return Attempt(backend, cleared, kind, whole, self.policy.destinations[name].spec.patience)

    def _complete(self, outcome: OutcomeRecord) -> None:
        self.metrics.answered(outcome)
        try:
            self.audit.append_soon(outcome.to_json())
        except AuditError:
            self.metrics.audit_failed()


def _refusal(verdict: Verdict) -> ApiError | None:
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
        return ApiError(
            400,
            f"The destination '{where}' can't do what '{lacking[0]}' asks for. Leave '{lacking[0]}' out, or use a "
            "model whose destination can (`auto` picks one if the policy allows).",
            code="unsupported_parameter",
            param=lacking[0],
        )
    return None


def _not_cleared() -> ApiError:
    return ApiError(
        500,
        "The request to send was not what had been inspected, so it was not sent. This is a fault of the gateway; "
        "please report it with the decision's id.",
        code="not_cleared",
    )
