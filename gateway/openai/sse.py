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


def event(data: object) -> bytes:
    """One event that carries `data` as JSON."""
    return b"data: " + orjson.dumps(data) + b"\n\n"
