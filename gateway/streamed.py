"""A streamed answer on the wire: headers at once, then a dialect's events as they come, until the deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from gateway.backends.run import Journey

if TYPE_CHECKING:
    from gateway.answering import Teller

UNREAD_TIMEOUT = 120.0
"""Seconds in which a caller must read on when its connection is full; till then it holds a place at the engine."""


class Streamed:
    """A streamed answer.

    Args:
        end: by the event loop's clock; then it is broken off.
    """

    def __init__(self, journey: Journey, teller: Teller, *, headers: dict[str, str], end: float | None = None) -> None:
        self._journey = journey
        self._teller = teller
        self._end = end
        self._headers = {**headers, "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store"}

    @property
    def whole(self) -> bool:
        """Whether the answer has come to its own end."""
        outcome = self._journey.outcome
        return outcome.outcome == "completed" and outcome.error is None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in self._headers.items()]
        fault: BaseException | None = None
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._send_events(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except BaseException as error:
            fault = error
            raise
        finally:
            await self._journey.close(fault)

    async def _send_events(self, send: Send) -> None:
        try:
            async with (
                asyncio.timeout_at(self._end) as limit,
                _while_read(self._journey) as waits,
                aclosing(self._teller.events(self._journey)) as events,
            ):
                async for event in events:
                    waits.since = waits.clock()
                    await send({"type": "http.response.body", "body": event, "more_body": True})
                    waits.since = None
        except TimeoutError:
            if not limit.expired():
                raise
            self._journey.outcome.error = "deadline_exceeded"
            await send({"type": "http.response.body", "body": self._teller.late(), "more_body": True})


@dataclass(slots=True)
class _Waits:
    """Since when an event waits to be read, by `clock`; one timer looks, since a time-out for each event is costly."""

    clock: Callable[[], float]
    since: float | None = None


@asynccontextmanager
async def _while_read(journey: Journey) -> AsyncIterator[_Waits]:
    """Break off what is done here once an event has waited for too long.

    Raises:
        ConnectionAbortedError: the caller does not read on.
    """
    loop = asyncio.get_running_loop()
    waits = _Waits(loop.time)
    timer: asyncio.TimerHandle

    def look() -> None:
        nonlocal timer
        began = loop.time() if waits.since is None else waits.since
        if began + UNREAD_TIMEOUT > loop.time():
            timer = loop.call_at(began + UNREAD_TIMEOUT, look)
        else:
            patience.reschedule(loop.time())

    timer = loop.call_later(UNREAD_TIMEOUT, look)
    try:
        async with asyncio.timeout(None) as patience:
            yield waits
    except TimeoutError:
        if not patience.expired():
            raise
        journey.outcome.error = "not_read"
        raise ConnectionAbortedError from None
    finally:
        timer.cancel()
