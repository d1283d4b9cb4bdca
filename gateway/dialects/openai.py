"""OpenAI's chat completions, completions and embeddings: answers are in their own form already."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from gateway.backends.run import Journey
from gateway.openai.errors import ApiError
from gateway.openai.sse import DONE, event
from gateway.openai.stream import BrokenAnswer


class OpenAITeller:
    """Tells an answer as chat completions and completions do: chunks, then usage and ``[DONE]``."""

    def __init__(self, *, include_usage: bool) -> None:
        self._include_usage = include_usage

    async def whole(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer as it is."""
        return answer

    async def events(self, journey: Journey) -> AsyncGenerator[bytes, None]:
        """The chunks as they come."""
        extra = {"usage": None} if self._include_usage else {}
        last: dict[str, Any] = {}
        try:
            async for chunk in journey.chunks():
                last = chunk
                yield event({**chunk, **extra})
        except BrokenAnswer as broken:
            yield event(interrupted(broken).body())
            return
        if self._include_usage:
            yield event({**last, "choices": [], "usage": journey.usage})
        yield DONE

    def late(self) -> bytes:
        """An error event."""
        return event(too_late().body())


def interrupted(broken: BrokenAnswer) -> ApiError:
    """What a caller is told whose answer was broken off by the destination."""
    return ApiError(
        502,
        "The destination broke off in the middle of its answer. What has arrived is incomplete; ask again.",
        code=broken.code,
    )


def too_late() -> ApiError:
    """What a caller is told whose answer took longer than it may."""
    return ApiError(
        504,
        "The answer has taken longer than it may, so it was broken off. Ask for a shorter one, or allow more time.",
        code="deadline_exceeded",
    )
