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
from typing import Any

from gateway.audit.record import OutcomeRecord
from gateway.backends.turns import Busy, Turns
from gateway.backends.upstream import Refused, Unavailable, Upstream
from gateway.openai.errors import ApiError
from gateway.openai.stream import AnswerStream, Assembler, BrokenAnswer, Chunk, Kind, has_content
from gateway.policy.clear import Cleared

RETRY_AFTER = 5
Restored = Callable[[AsyncIterator[Chunk]], AsyncIterator[Chunk]]
"""Puts originals back in the place of stand-ins."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A destination that can be sent to. `model` is the model's id towards callers, `served_model`
    the one that the engine expects. `turns` are its places."""

    upstream: Upstream
    model: str
    served_model: str
    turns: Turns = field(default_factory=Turns)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One destination to try.

    Attributes:
        whole: the caller gets the answer in one piece.
        patience: seconds to wait for the first token.
        restored: of a rewritten prompt: what its answer goes through.
        caller: whose turn it is, by the name of an API key.
        headers: what the HTTP answer says besides if this destination answers.
    """

    backend: Backend
    cleared: Cleared
    kind: Kind
    whole: bool
    patience: float | None
    restored: Restored | None = None
    caller: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class NoDestination(Exception):
    """None of the attempts began to answer; `error` is what the caller gets."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer that has begun: its chunks, and the stream that knows its usage at the end."""

    stream: AnswerStream
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
            self.outcome.error = "internal" if own else None
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
        except BrokenAnswer as broken:
            self.outcome.outcome, self.outcome.error = "interrupted", broken.code
            self._end()
            raise
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
    kind: Kind = "chat.completion.chunk"
    for attempt in attempts:
        name, kind = attempt.cleared.destination, attempt.kind
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
    raise NoDestination(_error(journey.outcome.fallbacks, refusals, busy, kind))


async def _begin(journey: Journey, attempt: Attempt) -> None:
    """Open the attempt's stream and wait for its first token, or for all of it when `whole`."""
    stream = AnswerStream(attempt.kind, attempt.backend.model)
    await journey._open.enter_async_context(attempt.backend.turns.turn(attempt.caller))
    async with asyncio.timeout(attempt.patience) as patience:
        raw = await journey._open.enter_async_context(attempt.backend.upstream.send(attempt.cleared))
        chunks = stream.normalised(raw)
        seen: list[Chunk] = []
        async for chunk in chunks:
            seen.append(chunk)
            if has_content(chunk):
                break
        if not seen:
            raise BrokenAnswer("ended_early")
        journey.outcome.timings.first_token_ms = journey.clock()
        patience.reschedule(None)
        whole = _joined(seen, chunks)
        journey.answering = Answering(stream, attempt.restored(whole) if attempt.restored else whole)
        if attempt.whole:
            await _collect(journey, journey.answering, attempt.kind)


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


def _error(fallbacks: list[dict[str, str]], refusals: list[Refused], busy: list[Busy], kind: Kind) -> ApiError:
    reasons = "; ".join(f"'{item['destination']}' {item['reason']}" for item in fallbacks)
    if busy and len(busy) + len(refusals) == len(fallbacks):
        return ApiError(
            429,
            f"Every destination that may see this prompt is busy: {reasons}. Try again later.",
            code="queue_full",
            retry_after=min(problem.retry_after for problem in busy),
        )
    if len(refusals) < len(fallbacks):
        return ApiError(
            503,
            f"No destination that may see this prompt can answer now: {reasons}. Try again, or see `sepal status`.",
            code="no_destination_available",
            retry_after=RETRY_AFTER,
        )
    too_long = [problem for problem in refusals if problem.code == "context_length_exceeded"]
    if too_long:
        longest = max(too_long, key=lambda problem: problem.context_length or 0)
        numbers = ""
        if longest.prompt_tokens and longest.context_length:
            numbers = f" It has {longest.prompt_tokens} tokens; the largest context here is {longest.context_length}."
        return ApiError(
            400,
            f"The prompt is longer than the context of every destination it may go to.{numbers} Shorten it, or drop "
            "earlier turns.",
            code="context_length_exceeded",
            param="prompt" if kind == "text_completion" else "messages",
        )
    return ApiError(
        400,
        f"The model's engine refused the request ({reasons}). Check the order of the roles, the tool definitions and "
        "the response_format schema.",
        code="engine_refused",
    )
