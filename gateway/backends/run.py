"""Running a decided request: destinations in order until one begins to answer.

A destination that is down, too slow to give its first token, or unable to take a prompt of this
length is passed over with a reason; the next one gets bytes that were cleared for it. Once a
caller has seen a part of an answer there is no way back to another destination.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from gateway.audit.record import OutcomeRecord
from gateway.backends.several import Several
from gateway.backends.turns import Busy, Queue, Turns
from gateway.backends.unanswered import nobody_answered
from gateway.backends.upstream import Refused, Unavailable, Upstream
from gateway.openai.assembled import Assembler
from gateway.openai.errors import ApiError
from gateway.openai.forced_calls import ForcedCalls
from gateway.openai.form import Form
from gateway.openai.stream import AnswerStream, BrokenAnswer, Chunk, Kind, has_content
from gateway.policy.clear import Cleared

Restored = Callable[[AsyncIterator[Chunk]], AsyncIterator[Chunk]]
"""Puts originals back in the place of stand-ins."""
Embedded = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Backend:
    """A destination that can be sent to. `model` is the model's id towards callers, `served_model`
    the one that the engine expects, and `embedding_model` what computes embeddings. `turns` are its places."""

    upstream: Upstream
    model: str
    served_model: str
    turns: Queue = field(default_factory=Turns)
    embedding_model: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One destination to try.

    Attributes:
        whole: the caller gets the answer in one piece.
        asked_whole: the engine gives it in one piece, too.
        forced_call: the engine tells the call of a tool as JSON.
        patience: seconds to wait for the first token.
        restored: of a rewritten prompt: what its answer goes through.
        caller: whose turn it is, by the name of an API key.
        headers: what the HTTP answer says besides if this destination answers.
        more: the request's further prompts, each cleared by the same decision.
        form: what the request asks of its answer's form.
        embedded: makes an engine's embeddings the caller's answer; None where text is asked for.
    """

    backend: Backend
    cleared: Cleared
    kind: Kind
    whole: bool
    patience: float | None
    restored: Restored | None = None
    caller: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    more: tuple[Cleared, ...] = ()
    form: Form = field(default_factory=Form)
    embedded: Embedded | None = None
    asked_whole: bool = False
    forced_call: bool = False

    @property
    def text_param(self) -> str:
        """The request's field that has the text."""
        if self.embedded is not None:
            return "input"
        return "prompt" if self.kind == "text_completion" else "messages"

    def shaped(self, chunks: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
        """The answer's `chunks` as the caller gets them."""
        chunks = self.restored(chunks) if self.restored else chunks
        return self.form.echoed(chunks) if self.form.echo else chunks


class NoDestination(Exception):
    """None of the attempts began to answer; `error` is what the caller gets."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error.message)
        self.error = error


class Counted(Protocol):
    """Knows an answer's usage at its end."""

    @property
    def usage(self) -> dict[str, Any] | None:
        """The engine's token counts, if it gave any."""
        ...


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer that has begun: its chunks, and what knows its usage at the end."""

    stream: Counted
    chunks: AsyncIterator[Chunk]


@dataclass(slots=True)
class Journey:
    """A running answer, and what will be recorded of it.

    Attributes:
        settle: is told at the end how many tokens there were, None if the engine did not say.
        answer: the whole answer, for callers who do not stream.
        headers: what the HTTP answer says of the decision.
    """

    clock: Callable[[], float]
    outcome: OutcomeRecord
    headers: dict[str, str]
    complete: Callable[[OutcomeRecord], None]
    settle: Callable[[dict[str, Any] | None], None] = lambda usage: None
    answer: dict[str, Any] | None = None
    answering: Answering | None = None
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _ended: bool = False

    @property
    def usage(self) -> dict[str, Any] | None:
        """The engine's token counts, once the answer has ended."""
        return self.answering.stream.usage if self.answering else None

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self.outcome.timings.total_ms = self.clock()
            self.outcome.usage = self.usage
            self.complete(self.outcome)
            self.settle(self.usage)

    def fail(self, error: ApiError) -> ApiError:
        """Record that the caller gets `error`, which then carries the decision's headers."""
        self.outcome.error = error.code
        error.extra_headers |= {"x-sepal-destination": "none", **self.headers}
        self._end()
        return error

    async def close(self, fault: BaseException | None = None) -> None:
        """End the work at the engine and complete the record, if that was not done yet.

        Without a `fault` of the gateway's own, the caller went away or the gateway stops.
        """
        if not self._ended:
            own = fault is not None and not isinstance(fault, asyncio.CancelledError | GeneratorExit | OSError)
            self.outcome.outcome = "failed" if own else "cancelled"
            self.outcome.error = "internal" if own else self.outcome.error
        self._end()
        await self._open.aclose()

    async def chunks(self) -> AsyncIterator[Chunk]:
        """The answer's chunks; completes the record when they end. `close` must follow in any case.

        Raises:
            BrokenAnswer: the destination failed in mid-answer.
        """
        try:
            if self.answering is not None:
                async for chunk in self.answering.chunks:
                    yield chunk
        except (BrokenAnswer, Refused, Unavailable) as problem:
            # A further prompt may be refused when the answer to the first has begun.
            broken = problem if isinstance(problem, BrokenAnswer) else BrokenAnswer(_code(problem))
            self.outcome.outcome, self.outcome.error = "interrupted", broken.code
            self._end()
            raise broken from None
        self.outcome.outcome = "completed"
        self._end()


async def run(journey: Journey, attempts: Iterable[Attempt]) -> None:
    """Try `attempts` in order; on return `journey` has an answer or a stream that has begun.

    `attempts` is consumed one by one, so that a fallback is cleared only when it is needed.

    Raises:
        NoDestination: none of them answered.
    """
    refusals: list[Refused] = []
    busy: list[Busy] = []
    text_param = "messages"
    for attempt in attempts:
        name, text_param = attempt.cleared.destination, attempt.text_param
        journey.outcome.destination, journey.outcome.model = name, attempt.backend.model
        journey.answering, journey.outcome.timings.first_token_ms = None, None
        try:
            await _begin(journey, attempt)
            journey.headers |= {"x-sepal-destination": name, **attempt.headers}
            journey.outcome.rewritten = attempt.restored is not None
            return
        except Unavailable as problem:
            reason = problem.reason
            busy += [problem] if isinstance(problem, Busy) else []
        except TimeoutError:
            reason = f"gave no token within {attempt.patience:g} s"
        except BrokenAnswer as problem:
            reason = f"broke off its answer ({problem.code})"
        except Refused as problem:
            refusals.append(problem)
            reason = "the prompt is longer than its context" if problem.code else "refused the request"
        except BaseException:
            await journey._open.aclose()
            raise
        journey.outcome.fallbacks.append({"destination": name, "reason": reason})
        await journey._open.aclose()
        journey._open = AsyncExitStack()
    journey.outcome.destination = journey.outcome.model = None
    journey.answering, journey.outcome.timings.first_token_ms = None, None
    raise NoDestination(nobody_answered(journey.outcome.fallbacks, refusals, busy, text_param))


async def _begin(journey: Journey, attempt: Attempt) -> None:
    """Open the attempt's stream and wait for its first token, or for all of it when `whole`."""
    await journey._open.enter_async_context(attempt.backend.turns.turn(attempt.caller))
    if attempt.embedded is not None:
        await _embed(journey, attempt, attempt.embedded)
        return
    async with asyncio.timeout(attempt.patience) as patience:
        stream, chunks = await _open(journey, attempt)
        seen: list[Chunk] = []
        async for chunk in chunks:
            seen.append(chunk)
            if has_content(chunk):
                break
        if not seen:
            raise BrokenAnswer("ended_early")
        # Of an answer in one piece nobody knows when it began.
        journey.outcome.timings.first_token_ms = None if attempt.asked_whole else journey.clock()
        patience.reschedule(None)
        journey.answering = Answering(stream, attempt.shaped(_joined(seen, chunks)))
        if attempt.whole:
            await _collect(journey, journey.answering, attempt.kind)


@dataclass(frozen=True, slots=True)
class _Usage:
    """What an answer that came in one piece has used."""

    usage: dict[str, Any] | None


async def _embed(journey: Journey, attempt: Attempt, embedded: Embedded) -> None:
    async with asyncio.timeout(attempt.patience):
        raw = await attempt.backend.upstream.embed(attempt.cleared)
    journey.answer = embedded(raw)
    journey.outcome.model = attempt.backend.embedding_model
    journey.answering = Answering(_Usage(journey.answer["usage"]), _nothing())
    journey.outcome.outcome = "completed"
    journey._end()
    await journey._open.aclose()


async def _nothing() -> AsyncIterator[Chunk]:
    return
    yield


async def _open(journey: Journey, attempt: Attempt) -> tuple[Counted, AsyncIterator[Chunk]]:
    """Send what was cleared; who counts its answer's tokens, and its normalised chunks."""
    backend, prompts = attempt.backend, (attempt.cleared, *attempt.more)
    send = partial(backend.upstream.send, whole=attempt.asked_whole)
    streams = [AnswerStream(attempt.kind, backend.model, attempt.form.top) for _ in prompts]
    if not attempt.more:
        raw = await journey._open.enter_async_context(send(attempt.cleared))
        raw = ForcedCalls().told(raw) if attempt.forced_call else raw
        return streams[0], streams[0].normalised(raw)
    turn = partial(backend.turns.turn, attempt.caller)
    several = Several(prompts, streams, attempt.form.answers, send, turn)
    return several, await journey._open.enter_async_context(several.answering())


async def _collect(journey: Journey, answering: Answering, kind: Kind) -> None:
    """Read the whole answer; until then nothing is promised, so a broken one can be made again."""
    assembler = Assembler(kind)
    async for chunk in answering.chunks:
        assembler.add(chunk)
    journey.answer = assembler.answer(answering.stream.usage)
    journey.outcome.outcome = "completed"
    journey._end()
    await journey._open.aclose()


async def _joined(seen: list[Chunk], rest: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
    for chunk in seen:
        yield chunk
    async for chunk in rest:
        yield chunk


def _code(problem: Refused | Unavailable) -> str:
    return (problem.code if isinstance(problem, Refused) else None) or "engine_error"
