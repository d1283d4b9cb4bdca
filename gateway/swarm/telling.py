"""Puts the events of all answers to one request into OpenAI's shapes: as a stream, or as a whole.

Knows nothing of HTTP or of how answers come about.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from gateway.swarm.call_parser import CallBegun
from gateway.swarm.events import Begun, Event, Finished, Piece
from gateway.swarm.wire import DONE, Usage, WholeAnswer, Wire, call_arguments, call_begun, encode, event


@dataclass(slots=True)
class _Ends:
    """Counts answers that have ended, and their tokens; they share one prompt."""

    left: int
    usage: Usage = field(default_factory=lambda: Usage(0, 0))

    def add(self, usage: Usage) -> None:
        self.left -= 1
        self.usage = Usage(usage.prompt_tokens, self.usage.completion_tokens + usage.completion_tokens)


async def chunks(wire: Wire, answers: int, events: AsyncIterator[tuple[int, Event]]) -> AsyncIterator[bytes]:
    """The events (number of the answer, event) of `answers` streamed answers, encoded."""
    ends = _Ends(answers)
    opening = b"".join(map(event, wire.opening(answers)))
    async for index, happened in events:
        yield opening + _chunk(wire, index, happened)
        opening = b""
        if isinstance(happened, Finished):
            ends.add(happened.usage)
    if ends.left:
        raise RuntimeError("an answer had no end")
    yield (event(wire.usage(ends.usage)) if wire.usage_follows else b"") + DONE


def _chunk(wire: Wire, index: int, happened: Event) -> bytes:
    if isinstance(happened, Piece):
        return event(wire.text(index, happened.text, happened.logprobs))
    if isinstance(happened, Begun):
        return b""
    if isinstance(happened, Finished):
        return event(wire.finish(index, happened.reason))
    if isinstance(happened, CallBegun):
        return event(wire.call(index, call_begun(happened.index, happened.id, happened.name)))
    return event(wire.call(index, call_arguments(happened.index, happened.text)))


async def whole(wire: Wire, answers: int, events: AsyncIterator[tuple[int, Event]], *, logprobs: bool) -> bytes:
    """The answers in one piece, encoded."""
    ends = _Ends(answers)
    wholes = [WholeAnswer(logprobs=[] if logprobs else None) for _ in range(answers)]
    async for index, happened in events:
        _add(wholes[index], happened)
        if isinstance(happened, Finished):
            ends.add(happened.usage)
    if ends.left:
        raise RuntimeError("an answer had no end")
    return encode(wire.whole(wholes, ends.usage))


def _add(answer: WholeAnswer, happened: Event) -> None:
    if isinstance(happened, Piece):
        answer.text += happened.text
        if answer.logprobs is not None:
            answer.logprobs += happened.logprobs
    elif isinstance(happened, Finished):
        answer.reason = happened.reason
    elif isinstance(happened, CallBegun):
        begun = call_begun(happened.index, happened.id, happened.name)
        answer.calls.append({key: value for key, value in begun.items() if key != "index"})
    elif not isinstance(happened, Begun):
        answer.calls[happened.index]["function"]["arguments"] += happened.text
