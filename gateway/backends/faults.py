"""Why a destination gave no answer, in the gateway's own words; and how an engine's error becomes one.

An engine's words may quote the prompt, so none of them is kept. Knows nothing of requests.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from gateway.openai.stream import known_code

ERROR_TIMEOUT = 5.0
MAX_ERROR_BYTES = 64 * 1024
_TOO_LONG = frozenset({"exceed_context_size_error", "context_length_exceeded"})
_OVER_BATCH = re.compile(
    r"input \((\d{1,9}) tokens\) is too large to process\. increase the physical batch size "
    r"\(current batch size: (\d{1,9})\)"
)
"""llama.cpp's server of a text to embed that is longer than a batch; with status 500. The whole message is this."""


class Unavailable(Exception):
    """The destination can't answer now; another one may. `reason` is a sentence without content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Exception):
    """The destination will not answer this request, whenever it is asked.

    Attributes:
        code: OpenAI's code where the engine's error has a known one, e.g. ``context_length_exceeded``.
        prompt_tokens, context_length: numbers that belong to that code, if given.
    """

    def __init__(self, code: str | None, prompt_tokens: int | None = None, context_length: int | None = None) -> None:
        super().__init__(code or "refused")
        self.code = code
        self.prompt_tokens = prompt_tokens
        self.context_length = context_length


async def read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body up to `limit` bytes, however it is cut on the way."""
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) >= limit:
            break
    return bytes(body[:limit])


async def failure(response: aiohttp.ClientResponse) -> Unavailable | Refused:
    """What a status other than 200 means."""
    try:
        async with asyncio.timeout(ERROR_TIMEOUT):
            data = orjson.loads(await read(response, MAX_ERROR_BYTES))
    except (orjson.JSONDecodeError, aiohttp.ClientError, OSError, TimeoutError):
        data = {}
    error = data.get("error") if isinstance(data, dict) else None
    error = error if isinstance(error, dict) else {}
    if any(error.get(key) in _TOO_LONG for key in ("type", "code") if isinstance(error.get(key), str)):
        return Refused("context_length_exceeded", _number(error, "n_prompt_tokens"), _number(error, "n_ctx"))
    message = error.get("message")
    if isinstance(message, str) and (over := _OVER_BATCH.fullmatch(message)):
        return Refused("context_length_exceeded", int(over[1]), int(over[2]))
    if response.status in (400, 413, 415, 422):
        return Refused(None)
    code = known_code(error)
    return Unavailable(f"answered with status {response.status}" + ("" if code == "engine_error" else f", {code}"))


def _number(error: Mapping[str, Any], key: str) -> int | None:
    value = error.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
