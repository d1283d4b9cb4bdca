"""Worker: an upstream that costs next to nothing. Every chat gets the same answer, at once or paced.

Runs as ``python -m gateway.bench.stub [CHUNKS [PAUSE_MS]]``, says its base URL, and answers until it is ended. A
chat that does not ask for a stream is answered whole. Speaks just as much HTTP as its clients here need.
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
_STREAMED = (b'"stream":true', b'"stream": true')
"""Inside a string the quotation marks would be escaped."""
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


def whole_answer(count: int = CHUNKS) -> dict[str, Any]:
    """The same answer in one object."""
    chunks = answer_chunks(count)
    text = "".join(choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"])
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return {**chunks[-1], "object": "chat.completion", "choices": [choice]}


def _stream(count: int) -> list[bytes]:
    """The streamed answer as it goes over the wire, an event each; the last one ends it."""
    events = [json.dumps(chunk, separators=(",", ":")).encode() for chunk in answer_chunks(count)]
    lines = [b"data: %s\n\n" % event for event in [*events, b"[DONE]"]]
    parts = [b"%x\r\n%s\r\n" % (len(line), line) for line in lines]
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    return [head + parts[0], *parts[1:-1], parts[-1] + b"0\r\n\r\n"]


def _json(data: object) -> bytes:
    body = json.dumps(data).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body


class Stub(asyncio.Protocol):
    """One connection."""

    _MODELS = _json({"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    def __init__(self, count: int, pause: float) -> None:
        self._events = _stream(count)
        self._stream = b"".join(self._events)
        self._whole = _json(whole_answer(count))
        self._pause = pause
        self._buffer = b""
        self._loop = asyncio.get_running_loop()
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
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"get "):
            self._write(self._MODELS)
        elif not any(mark in body for mark in _STREAMED):
            self._write(self._whole)
        elif self._pause:
            start = self._loop.time()
            for place, event in enumerate(self._events):
                self._loop.call_at(start + place * self._pause, self._write, event)
        else:
            self._write(self._stream)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


async def main() -> None:
    """Serve until the process is ended."""
    out = claim_stdout()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CHUNKS
    pause = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    server = await asyncio.get_running_loop().create_server(lambda: Stub(count, pause / 1000), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    say(out, {"base_url": f"http://127.0.0.1:{port}/v1"})
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
