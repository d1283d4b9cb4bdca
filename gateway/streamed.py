"""A streamed answer on the wire: headers at once, then a dialect's events as they come, until the deadline."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
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
            async with asyncio.timeout_at(self._end) as limit, aclosing(self._teller.events(self._journey)) as events:
                async for event in events:
                    await self._send(send, event)
        except TimeoutError:
            if not limit.expired():
                raise
            self._journey.outcome.error = "deadline_exceeded"
            await self._send(send, self._teller.late())

    async def _send(self, send: Send, event: bytes) -> None:
        try:
            async with asyncio.timeout(UNREAD_TIMEOUT) as patience:
                await send({"type": "http.response.body", "body": event, "more_body": True})
        except TimeoutError:
            if not patience.expired():
                raise
            self._journey.outcome.error = "not_read"
            raise ConnectionAbortedError from None
