"""Worker: an upstream that costs next to nothing. Every chat gets the same streamed answer at once.

Runs as ``python -m gateway.bench.stub [CHUNKS]``, says its base URL, and answers until it is ended. Speaks just
as much HTTP as its clients here need.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, cast

import uvloop

from gateway.bench.lines import claim_stdout, say

CHUNKS = 34
MODEL = "stub"
_WORDS = [
    "The",
    "sky",
    "looks",
    "blue",
    "because",
    "air",
    "scatters",
    "short",
    "waves",
    "of",
    "light",
    "more",
    "than",
    "long",
    "ones",
    ".",
    "",
]


def answer_chunks(count: int = CHUNKS) -> list[dict[str, Any]]:
    """The answer as an engine would stream it, in `count` chunks: role, words, finish_reason, usage."""
    deltas: list[tuple[dict[str, str], str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({"content": f"{_WORDS[index % len(_WORDS)]} "}, None) for index in range(count - 3)]
    deltas.append(({}, "stop"))
    base = {"id": "chatcmpl-stub", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
    chunks: list[dict[str, Any]] = [
        {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]} for delta, reason in deltas
    ]
    usage = {"prompt_tokens": 50, "completion_tokens": count - 3, "total_tokens": count + 47}
    return [*chunks, {**base, "choices": [], "usage": usage}]


def _chunked(events: list[bytes]) -> bytes:
    parts = [b"%x\r\n%s\r\n" % (len(event), event) for event in events]
    return b"".join(parts) + b"0\r\n\r\n"


def _stream(count: int) -> bytes:
    chunks = answer_chunks(count)
    events = [b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n" for chunk in chunks]
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    return head + _chunked([*events, b"data: [DONE]\n\n"])


def _json(data: object) -> bytes:
    body = json.dumps(data).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body


class Stub(asyncio.Protocol):
    """One connection."""

    _MODELS = _json({"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        # uvloop's transports are not of asyncio's classes.
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            length = 0
            if (at := head.find(b"content-length:")) >= 0:
                length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            if self._transport is not None:
                self._transport.write(self._MODELS if head.startswith(b"get ") else self._stream)


async def main() -> None:
    """Serve until the process is ended."""
    out = claim_stdout()
    stream = _stream(int(sys.argv[1]) if len(sys.argv) > 1 else CHUNKS)
    server = await asyncio.get_running_loop().create_server(lambda: Stub(stream), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    say(out, {"base_url": f"http://127.0.0.1:{port}/v1"})
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
