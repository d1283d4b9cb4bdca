"""The prompts of one request, each answered on its own, and their answers merged into one.

The request keeps its place at the destination until all prompts are answered; where more places are free, more
prompts are answered at the same time. OpenAI's order: choice j of prompt i has the index i·n + j. Knows nothing of how
one prompt is sent.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from gateway.backends.turns import Busy
from gateway.openai.checked import BrokenAnswer
from gateway.openai.stream import AnswerStream, Chunk
from gateway.openai.usage import Usage, added
from gateway.policy.clear import Cleared

MOST_AT_ONCE = 4
"""Answers to one request that are written at the same time: the slots of llama.cpp's server and of the bridge."""
_UNREAD = 64
"""Chunks that may wait for their reader; then the engines wait too."""

Send = Callable[[Cleared], AbstractAsyncContextManager[AsyncIterator[Chunk]]]


@dataclass(frozen=True, slots=True)
class _Done:
    """One prompt is answered."""


Event = Chunk | _Done | Exception


@dataclass(slots=True)
class Several:
    """The answers to `prompts`.

    Args:
        streams: normalises the answer to each.
        answers: choices that each has.
        send: sends one.
        turn: waits for one more place at the destination.
    """

    prompts: Sequence[Cleared]
    streams: Sequence[AnswerStream]
    answers: int
    send: Send
    turn: Callable[[], AbstractAsyncContextManager[None]]
    _left: deque[int] = field(init=False, repr=False)
    _events: asyncio.Queue[Event] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._left = deque(range(len(self.prompts)))
        self._events = asyncio.Queue(_UNREAD)

    @property
    def usage(self) -> Usage | None:
        """The counts of all answers together; None if those of one are not known."""
        return added(stream.usage for stream in self.streams)

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[AsyncIterator[Chunk]]:
        """Send the prompts; the context yields normalised chunks. Leaving it cancels the work.

        Raises:
            Unavailable, Refused, BrokenAnswer: while chunks are read; the others' answers end with it.
        """
        more = min(max(MOST_AT_ONCE // self.answers, 1), len(self.prompts)) - 1
        tasks = [asyncio.create_task(self._in_our_place()), *(asyncio.create_task(self._beside()) for _ in range(more))]
        try:
            yield self._merged()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _in_our_place(self) -> None:
        while self._left:
            await self._answer(self._left.popleft())

    async def _beside(self) -> None:
        while self._left:
            try:
                async with self.turn():
                    if self._left:
                        await self._answer(self._left.popleft())
            except Busy:
                return

    async def _answer(self, place: int) -> None:
        try:
            async with self.send(self.prompts[place]) as raw:
                async for chunk in self.streams[place].normalised(raw):
                    await self._events.put(self._placed(chunk, place))
        except Exception as problem:
            await self._events.put(problem)
        else:
            await self._events.put(_Done())

    def _placed(self, chunk: Chunk, place: int) -> Chunk:
        (choice,) = chunk["choices"]
        if choice["index"] >= self.answers:
            raise BrokenAnswer("malformed_chunk")
        return {**chunk, "choices": [{**choice, "index": place * self.answers + choice["index"]}]}

    async def _merged(self) -> AsyncIterator[Chunk]:
        base: Chunk = {}
        left = len(self.prompts)
        while left:
            event = await self._events.get()
            if isinstance(event, Exception):
                raise event
            if isinstance(event, _Done):
                left -= 1
                continue
            base = base or {key: value for key, value in event.items() if key != "choices"}
            yield {**base, "choices": event["choices"]}
