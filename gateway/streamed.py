"""A streamed answer on the wire: server-sent events as OpenAI's clients parse them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.types import Receive, Scope, Send

from gateway.backends.run import Journey
from gateway.openai.errors import ApiError
from gateway.openai.sse import DONE, event
from gateway.openai.stream import BrokenAnswer


class Streamed:
    """A streamed answer: headers at once, then chunks as they come, then usage and `[DONE]`."""

    def __init__(self, journey: Journey, *, include_usage: bool, headers: dict[str, str]) -> None:
        self._journey = journey
        self._include_usage = include_usage
        self._headers = {**headers, "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in self._headers.items()]
        fault: BaseException | None = None
        try:
            async with aclosing(self._parts()) as parts:
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                async for part in parts:
                    await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except BaseException as error:
            fault = error
            raise
        finally:
            await self._journey.close(fault)

    async def _parts(self) -> AsyncGenerator[bytes, None]:
        journey = self._journey
        extra = {"usage": None} if self._include_usage else {}
        last: dict[str, Any] = {}
        try:
            async for chunk in journey.chunks():
                last = chunk
                yield event({**chunk, **extra})
        except BrokenAnswer as broken:
            yield event(_interrupted(broken).body())
            return
        if self._include_usage:
            yield event({**last, "choices": [], "usage": journey.usage})
        yield DONE


def _interrupted(broken: BrokenAnswer) -> ApiError:
    return ApiError(
        502,
        "The destination broke off in the middle of its answer. What has arrived is incomplete; ask again.",
        code=broken.code,
    )
