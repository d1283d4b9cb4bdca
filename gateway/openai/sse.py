"""Server-sent events, as far as OpenAI's streams use them: `data:` lines between blank lines.

Follows the WHATWG HTML standard, section 9.2. Knows nothing of what the data means.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import orjson

DONE = b"data: [DONE]\n\n"


class EventTooLarge(Exception):
    """An upstream sent an event without end."""


async def data_lines(chunks: AsyncIterator[bytes], limit: int = 16 * 1024 * 1024) -> AsyncIterator[bytes]:
    """The data of each event in `chunks`, which may be cut anywhere.

    Args:
        chunks: the bytes of a ``text/event-stream`` body.
        limit: the largest event in bytes.

    Raises:
        EventTooLarge: an event is longer than `limit`.
    """
    buffer = bytearray()
    async for chunk in chunks:
        buffer += chunk
        while (end := buffer.find(b"\n")) >= 0:
            line = bytes(buffer[:end]).rstrip(b"\r")
            del buffer[: end + 1]
            if line.startswith(b"data:"):
                yield line[5:].strip()
        if len(buffer) > limit:
            raise EventTooLarge
    if buffer.startswith(b"data:"):
        yield bytes(buffer[5:]).strip()


def event(data: object, kind: str | None = None) -> bytes:
    """One event that carries `data` as JSON, named `kind`."""
    name = b"" if kind is None else f"event: {kind}\n".encode()
    return name + b"data: " + _on_one_line(orjson.dumps(data)) + b"\n\n"


def _on_one_line(text: bytes) -> bytes:
    """JSON without what some clients take for the end of a line, as Python's `str.splitlines` does."""
    for character, escape in _LINE_ENDS:
        text = text.replace(character, escape)
    return text


_LINE_ENDS = tuple((chr(code).encode(), f"\\u{code:04x}".encode()) for code in (0x85, 0x2028, 0x2029))
