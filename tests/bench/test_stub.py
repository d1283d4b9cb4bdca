"""The stub gives the same answer streamed, paced and whole."""

from __future__ import annotations

import asyncio

import aiohttp
import orjson
import pytest

from gateway.bench.stub import Stub, answer_chunks

CHUNKS = 6


async def asked(pause: float, *bodies: bytes) -> list[tuple[str, bytes]]:
    """Content type and body of the answers to `bodies`, one after the other on one connection."""
    server = await asyncio.get_running_loop().create_server(lambda: Stub(CHUNKS, pause), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, aiohttp.ClientSession() as session:
        answers = []
        for body in bodies:
            async with session.post(f"http://127.0.0.1:{port}/v1/chat/completions", data=body) as response:
                answers.append((response.content_type, await response.read()))
        return answers


@pytest.mark.parametrize("body", [b'{"stream":true}', b'{"stream": true}'])
def test_a_paced_stream_is_the_same_as_one_at_once(body: bytes) -> None:
    [at_once] = asyncio.run(asked(0, body))
    first, second = asyncio.run(asked(0.001, body, body))

    assert at_once[0] == "text/event-stream"
    events = at_once[1].split(b"\n\n")
    assert [orjson.loads(event[6:]) for event in events[:-2]] == answer_chunks(CHUNKS)
    assert events[-2:] == [b"data: [DONE]", b""]
    assert first == second == at_once


def test_who_does_not_stream_gets_the_same_text_whole() -> None:
    [(kind, body)] = asyncio.run(asked(0, b'{"messages":[{"content":"\\"stream\\":true"}]}'))

    assert kind == "application/json"
    answer = orjson.loads(body)
    streamed = "".join(
        choice["delta"].get("content", "") for chunk in answer_chunks(CHUNKS) for choice in chunk["choices"]
    )
    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"]["content"] == streamed
    assert answer["usage"] == answer_chunks(CHUNKS)[-1]["usage"]
