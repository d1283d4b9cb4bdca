"""Runs answers: so many at once, so many waiting, each cancelled when nobody wants it any more.

Joins the event loop that talks HTTP to the threads that generate. Knows nothing of HTTP or of models.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
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
    async def run(self, work: Work[T]) -> AsyncIterator[AsyncIterator[T]]:
        """Run `work` in a thread; the context yields the events it tells.

        `work` gets a callback for events and an event that is set when the context is left. Its place
        is free for the next answer only when it has really ended.

        Raises:
            BridgeError: 429, too many are waiting. What `work` raises comes out of the iterator.
        """
        if self.active >= self._most:
            raise errors.busy()
        self.active += 1
        try:
            await self._free.acquire()
        except BaseException:
            self.active -= 1
            raise
        loop = asyncio.get_running_loop()
        events: asyncio.Queue[T | None] = asyncio.Queue()
        cancelled = threading.Event()
        tell = _into(loop, events)
        ended = loop.run_in_executor(self._threads, work, tell, cancelled)
        ended.add_done_callback(lambda _: self._leave(events))
        try:
            yield _events(events, ended)
        finally:
            cancelled.set()

    def close(self) -> None:
        """Take no more work; does not wait."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _leave(self, events: asyncio.Queue[T | None]) -> None:
        self.active -= 1
        self._free.release()
        events.put_nowait(None)


def _into(loop: asyncio.AbstractEventLoop, events: asyncio.Queue[T | None]) -> Callable[[T], None]:
    def tell(event: T) -> None:
        loop.call_soon_threadsafe(events.put_nowait, event)

    return tell


async def _events(events: asyncio.Queue[T | None], ended: asyncio.Future[None]) -> AsyncIterator[T]:
    while (event := await events.get()) is not None:
        yield event
    ended.result()
