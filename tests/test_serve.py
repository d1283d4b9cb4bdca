"""The gateway's socket."""

from __future__ import annotations

import asyncio
import socket

import pytest

from gateway import serve
from gateway.swarm import listening


@pytest.mark.parametrize("side", ["gateway", "bridge"])
async def test_sends_each_piece_of_an_answer_without_waiting_for_the_one_before(side: str) -> None:
    listener = serve.bind("127.0.0.1", 0) if side == "gateway" else listening.listen("127.0.0.1", 0, None)
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        accepted.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(connected, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        assert await asyncio.wait_for(accepted, 5) != 0
        writer.close()
