"""The journey of a request: read, detect, decide, record, run, restore, answer.

`Pipeline.answer` tells it on one screen. Everything else is detail under a name from that story.
Knows nothing of HTTP servers; takes a validated request and gives an `Answer` to be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from gateway.audit.log import AuditError, Trail
from gateway.audit.record import OutcomeRecord, Timings, now
from gateway.audit.recorded import decision_record
from gateway.backends.bodies import bodies, is_told_as_json
from gateway.backends.run import Attempt, Backend, Embedded, Journey, NoDestination, Restored, run
from gateway.declassify.answers import AnswerRestorer
from gateway.declassify.replaced import Replaced
from gateway.metrics import Metrics
from gateway.openai import wire
from gateway.openai.embeddings import embedding_response
from gateway.openai.errors import ApiError
from gateway.openai.form import form_of
from gateway.openai.stream import Kind
from gateway.policy.clear import NotCleared, clear_each
from gateway.shadow import Shadow
from gateway.verdict import Call, Decider, Verdict, refusal
from gateway.watch import FileStatus

_SENT: dict[type[wire.Request], tuple[str, Kind]] = {
    wire.ChatRequest: ("/chat/completions", "chat.completion.chunk"),
    wire.CompletionRequest: ("/completions", "text_completion"),
    wire.EmbeddingRequest: ("/embeddings", "text_completion"),
}
"""Where an engine takes a request, and the `object` of its answers."""


class Pipeline:
    """Everything that requests share.

    Attributes:
        file, shadow_file: how the policy's file stands, and that of the policy that is tried beside it.
    """

    def __init__(
        self,
        decider: Decider,
        backends: Mapping[str, Backend],
        audit: Trail,
        metrics: Metrics,
    ) -> None:
        self.decider = decider
        self.backends = backends
        self.audit = audit
        self.metrics = metrics
        self.file = FileStatus(now())
        self.shadow: Shadow | None = None
        self.shadow_file: FileStatus | None = None

    def take_over(self, decider: Decider, backends: Mapping[str, Backend]) -> None:
        """Decide by `decider` from the next request on; those under way keep what they began with."""
        self.decider, self.backends = decider, backends

    async def answer(self, call: Call) -> Journey:
        """Decide where `call` may run and start it there.

        Returns:
            The journey with the first destination that began to answer; it must be closed.

        Raises:
            ApiError: denied, or no destination can answer.
        """
        # The same policy and engines from here to the end, whatever is loaded meanwhile.
        decider, backends = self.decider, self.backends
        verdict = await decider.decide(call)
        outcome = OutcomeRecord(call.decision_id, "failed", timings=Timings(verdict.inspection.elapsed_ms))
        journey = Journey(call.elapsed_ms, outcome, verdict.headers(call), self._complete, call.settle)
        try:
            await self.record(call, verdict, decider.inspector.detector.version)
            nowhere = refusal(verdict)
            if nowhere is not None:
                outcome.outcome = "denied" if verdict.decision.denied is not None else "failed"
                raise nowhere
            await run(journey, (self._attempt(call, verdict, backends[name]) for name in verdict.attempts))
        except NoDestination as problem:
            raise journey.fail(problem.error) from None
        except NotCleared:
            raise journey.fail(_not_cleared()) from None
        except ApiError as error:
            raise journey.fail(error) from None
        except BaseException as fault:
            await journey.close(fault)
            raise
        return journey

    async def record(self, call: Call, verdict: Verdict, detector: str) -> None:
        """Put the decision on disk.

        Raises:
            ApiError: 503; what can't be recorded is not run.
        """
        shadow = await self.shadow.beside(call, verdict) if self.shadow is not None else None
        try:
            await self.audit.append(
                decision_record(
                    verdict,
                    decision_id=call.decision_id,
                    request_id=call.request_id,
                    stream=bool(call.request.stream),
                    detector=detector,
                    shadow=None if shadow is None else shadow.record,
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
        if shadow is not None:
            self.metrics.shadowed(agrees=shadow.agrees)

    def _attempt(self, call: Call, verdict: Verdict, backend: Backend) -> Attempt:
        name = backend.upstream.destination
        rewriting = verdict.declassified if verdict.sees_rewritten(name) else None
        request = call.request if rewriting is None else rewriting.request
        decision = verdict.decision if rewriting is None else rewriting.decision
        path, kind = _SENT[type(request)]
        destination = decision.policy.destinations[name].spec
        # Other people's servers are asked as the caller asks; who is to be passed over for slowness must stream.
        whole = not call.request.stream
        asked_whole = whole and destination.engine == "openai" and destination.patience is None
        first, *more = clear_each(
            decision,
            name,
            verdict.prompt if rewriting is None else rewriting.prompt,
            decision_id=call.decision_id,
            path=path,
            bodies=bodies(request, engine=destination.engine, model=_served(request, backend), stream=not asked_whole),
        )
        return Attempt(
            backend,
            first,
            kind,
            whole,
            destination.patience,
            restored=None if rewriting is None else _restorer(request, rewriting.replaced),
            caller=verdict.facts.key,
            headers={} if rewriting is None else {"x-sepal-declassified": decision.label.name},
            more=tuple(more),
            form=form_of(call.request),
            embedded=_embedded(call.request, backend) if isinstance(call.request, wire.EmbeddingRequest) else None,
            asked_whole=asked_whole,
            forced_call=is_told_as_json(request, engine=destination.engine),
        )

    def _complete(self, outcome: OutcomeRecord) -> None:
        self.metrics.answered(outcome)
        try:
            self.audit.append_soon(outcome.to_json(), self.metrics.audit_failed)
        except AuditError:
            self.metrics.audit_failed()


def _served(request: wire.Request, backend: Backend) -> str:
    """The engine's own name of the model that is to answer."""
    embedding = backend.embedding_model if isinstance(request, wire.EmbeddingRequest) else None
    return embedding or backend.served_model


def _embedded(request: wire.EmbeddingRequest, backend: Backend) -> Embedded:
    return partial(
        embedding_response,
        inputs=1 if isinstance(request.input, str) or _is_tokens(request.input) else len(request.input),
        model=backend.embedding_model or backend.model,
        encoding_format=request.encoding_format,
        dimensions=request.dimensions,
    )


def _is_tokens(texts: list[Any]) -> bool:
    """Whether it is one text, as token ids."""
    return isinstance(texts[0], int)


def _restorer(request: wire.Request, replaced: tuple[Replaced, ...]) -> Restored:
    format_ = getattr(request, "response_format", None)
    restorer = AnswerRestorer(replaced, json_content=format_ is not None and format_.type != "text")
    return restorer.restored


def _not_cleared() -> ApiError:
    return ApiError(
        500,
        "The request to send was not what had been inspected, so it was not sent. This is a fault of the gateway; "
        "please report it with the decision's id.",
        code="not_cleared",
    )
