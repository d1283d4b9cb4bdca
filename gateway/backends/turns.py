"""Turns at a destination: so many answers at once, the others wait, each caller's in turn.

A caller who sends a hundred requests delays another's one by no more than one answer. The line is bounded, and who
can't be served soon is told when to come again. Knows nothing of what is sent.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from gateway.backends.upstream import Unavailable

_WEIGHT = 0.2
"""Of the last answer in the running average of how long one takes."""
_FIRST_GUESS = 5.0


class Busy(Unavailable):
    """All places are taken and the line is full, or moved too slowly. `retry_after` is in seconds."""

    def __init__(self, reason: str, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Queue(Protocol):
    """Where one waits for a turn."""

    def turn(self, caller: str | None) -> AbstractAsyncContextManager[None]:
        """As `Turns.turn`."""
        ...


class Turns:
    """The places at one destination.

    Args:
        at_once: answers at the same time; None for any number.
        most_waiting: requests that may wait.
        patience: seconds that one may wait.
        clock: seconds, for how long answers take.
    """

    def __init__(
        self,
        at_once: int | None = None,
        *,
        most_waiting: int = 64,
        patience: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once = at_once
        self._most_waiting = most_waiting
        self._patience = patience
        self._clock = clock
        self._taken = 0
        self._lines: OrderedDict[str | None, deque[asyncio.Future[None]]] = OrderedDict()
        self._usual = _FIRST_GUESS

    @property
    def waiting(self) -> int:
        """Requests in the line."""
        return sum(map(len, self._lines.values()))

    @asynccontextmanager
    async def turn(self, caller: str | None) -> AsyncIterator[None]:
        """Wait for a place, and keep it as long as the context is open.

        Args:
            caller: whose turn it is: the name of an API key.

        Raises:
            Busy: the line is full, or it took too long.
        """
        if self._at_once is None:
            yield
            return
        if self._taken < self._at_once and not self._lines:
            self._taken += 1
        else:
            await self._wait(caller)
        begun = self._clock()
        try:
            yield
        finally:
            self._usual += _WEIGHT * (self._clock() - begun - self._usual)
            self._leave()

    async def _wait(self, caller: str | None) -> None:
        if self.waiting >= self._most_waiting:
            raise Busy("is busy and its queue is full", self._soon())
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(caller, deque()).append(place)
        try:
            async with asyncio.timeout(self._patience):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self._leave()  # The place was given at the very moment.
            else:
                self._withdraw(caller, place)
            if isinstance(error, TimeoutError):
                raise Busy(f"had no free place within {self._patience:g} s", self._soon()) from None
            raise

    def _withdraw(self, caller: str | None, place: asyncio.Future[None]) -> None:
        line = self._lines.get(caller)
        if line is not None and place in line:
            line.remove(place)
            if not line:
                del self._lines[caller]

    def _leave(self) -> None:
        """Give the place to the caller who has waited longest for a turn."""
        while self._lines:
            caller, line = self._lines.popitem(last=False)
            place = line.popleft()
            if line:
                self._lines[caller] = line  # to the end
            if not place.done():
                place.set_result(None)
                return
        self._taken -= 1

    def _soon(self) -> int:
        """Seconds until a place may be free, as answers have taken of late."""
        return max(1, math.ceil(self._usual * (self.waiting + 1) / (self._at_once or 1)))
