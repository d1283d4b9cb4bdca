"""One HTTP exchange over ASGI: read a body up to a limit, answer, stream, notice that the client left.

Follows the ASGI specification's HTTP protocol. Knows nothing of what the bytes mean.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping

from starlette.types import Receive, Send

from gateway.swarm.errors import BridgeError


class ClientGone(Exception):
    """The client closed the connection."""


async def read(receive: Receive, most_bytes: int) -> bytes:
    """The request's body.

    Raises:
        BridgeError: 413, as soon as it is longer than `most_bytes`. ClientGone: it was not sent whole.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > most_bytes:
            raise BridgeError(413, f"The body is longer than {most_bytes} bytes.", code="request_too_large")
        if not message.get("more_body"):
            return bytes(body)


async def unless_gone(receive: Receive, work: Coroutine[None, None, None]) -> None:
    """Run `work`, cancelling it when the client goes away. To be used after the whole body was read.

    Raises:
        ClientGone: it went away. What `work` raises.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_left(receive))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientGone
        working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def respond(send: Send, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
    """Answer with a JSON `body` in one piece."""
    await send(_start(status, "application/json", {"content-length": str(len(body)), **(headers or {})}))
    await send({"type": "http.response.body", "body": body})


async def stream(send: Send, chunks: AsyncIterator[bytes], headers: Mapping[str, str]) -> None:
    """Answer with server-sent events as they come."""
    await send(_start(200, "text/event-stream; charset=utf-8", {"cache-control": "no-store", **headers}))
    async for chunk in chunks:
        if chunk:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _start(status: int, kind: str, headers: Mapping[str, str]) -> dict[str, object]:
    pairs = {"content-type": kind, **headers}
    raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in pairs.items()]
    return {"type": "http.response.start", "status": status, "headers": raw}
