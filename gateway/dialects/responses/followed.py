"""A stream of events that come from elsewhere, on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from starlette.types import Receive, Scope, Send


class Followed:
    """An answer that tells `events` as they come, and ends with them."""

    def __init__(self, events: AsyncIterator[bytes], headers: Mapping[str, str]) -> None:
        self._events = events
        self._headers = {**headers, "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in self._headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for event in self._events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
