"""Runs answers: so many at once, so many waiting, each cancelled when nobody wants it any more.

Joins the event loop that talks HTTP to the threads that generate. Knows nothing of HTTP or of models.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from gateway.swarm import errors

T = TypeVar("T")

Work = Callable[[Callable[[T], None], threading.Event], None]


class Answers(Generic[T]):
    """Events of type `T` from at most `at_once` threads; `waiting` more requests may wait for one."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        self._free = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self.active = 0

    @asynccontextmanager
    async def run(self, works: Sequence[Work[T]]) -> AsyncIterator[AsyncIterator[tuple[int, T]]]:
        """Run each of `works` in a thread; the context yields the events they tell, with each work's number.

        A work gets a callback for events and an event that is set when the context is left. As many run side
        by side as there are places; the others wait for one. A place is free for the next work only when its
        work has really ended.

        Raises:
            BridgeError: 429, too many are waiting. What a work raises comes out of the iterator.
        """
        if self.active and self.active + len(works) > self._most:
            raise errors.busy()
        events: asyncio.Queue[tuple[int, T] | _Ended] = asyncio.Queue()
        cancelled = threading.Event()
        calls = [partial(work, _into(events, index), cancelled) for index, work in enumerate(works)]
        starting = [self._soon(call, events) for call in calls]
        try:
            yield _events(events, len(works))
        finally:
            cancelled.set()
            for task in starting:
                task.cancel()
            await asyncio.gather(*starting, return_exceptions=True)

    def _soon(self, work: Callable[[], None], events: asyncio.Queue[tuple[int, T] | _Ended]) -> asyncio.Task[None]:
        self.active += 1

        async def start() -> None:
            await self._free.acquire()
            ended = asyncio.get_running_loop().run_in_executor(self._threads, work)
            ended.add_done_callback(partial(self._leave, events))

        task = asyncio.create_task(start())
        task.add_done_callback(partial(self._unless_started, events))
        return task

    def _unless_started(self, events: asyncio.Queue[tuple[int, T] | _Ended], task: asyncio.Task[None]) -> None:
        if task.cancelled() or task.exception() is not None:
            self.active -= 1
            events.put_nowait(_Ended(None if task.cancelled() else task.exception()))

    def close(self) -> None:
        """Take no more work; does not wait."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _leave(self, events: asyncio.Queue[tuple[int, T] | _Ended], ended: asyncio.Future[None]) -> None:
        self.active -= 1
        self._free.release()
        events.put_nowait(_Ended(None if ended.cancelled() else ended.exception()))


@dataclass(frozen=True, slots=True)
class _Ended:
    """One work has ended, perhaps with an error."""

    error: BaseException | None


def _into(events: asyncio.Queue[tuple[int, T] | _Ended], index: int) -> Callable[[T], None]:
    loop = asyncio.get_running_loop()

    def tell(event: T) -> None:
        loop.call_soon_threadsafe(events.put_nowait, (index, event))

    return tell


async def _events(events: asyncio.Queue[tuple[int, T] | _Ended], left: int) -> AsyncIterator[tuple[int, T]]:
    while left:
        event = await events.get()
        if isinstance(event, _Ended):
            left -= 1
            if event.error is not None:
                raise event.error
        else:
            yield event
