"""Ends a call to a server as soon as the server has ended it.

hivemind 1.1.12's client, told by the daemon that a stream is closed, first waits until everything was
sent; a session that waits for its next step before it sends would wait for its time-out when a server
dies between two steps (seen in half of all kills: 15 s instead of 0.2 s). `mend` replaces that part.
Knows nothing of what is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from hivemind.p2p import P2P, P2PHandlerError


def mend() -> None:
    """Let all streaming calls of this process, and of those forked from it, end so."""
    P2P._iterate_protobuf_stream_handler = _call


async def _call(
    p2p: Any, peer_id: Any, name: str, requests: AsyncIterator[Any], response_type: type
) -> AsyncIterator[Any]:
    _, reader, writer = await p2p.call_binary_stream_handler(peer_id, name)
    sending = asyncio.create_task(_send(requests, writer))
    return _responses(reader, writer, sending, response_type)


async def _send(requests: AsyncIterator[Any], writer: asyncio.StreamWriter) -> None:
    async for request in requests:
        await P2P.send_protobuf(request, writer)
    await P2P.send_protobuf(P2P.END_OF_STREAM, writer)


async def _responses(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sending: asyncio.Task[None], response_type: type
) -> AsyncIterator[Any]:
    try:
        while True:
            response, error = await P2P.receive_protobuf(response_type, reader)
            if error is not None:
                raise P2PHandlerError(error.message)
            yield response
    except (asyncio.IncompleteReadError, ConnectionError):
        # The end is all there is to say: Petals' client leaves a session half closed if its goodbye raises,
        # and its destructor, run by the garbage collector in the thread it waits for, then waits for ever.
        return
    finally:
        sending.add_done_callback(_forget)
        sending.cancel()
        writer.close()


def _forget(sending: asyncio.Task[None]) -> None:
    if not sending.cancelled():
        sending.exception()
