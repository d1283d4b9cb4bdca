"""Answers a decided kind of request over HTTP: charges the caller, runs the pipeline, and tells the answer in the
dialect that was asked in.

Knows nothing of any dialect's words; a `Teller` has those.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.backends.run import Journey
from gateway.openai.errors import ApiError, invalid
from gateway.streamed import Streamed
from gateway.team.gate import Gate, Visit
from gateway.verdict import Call

if TYPE_CHECKING:
    from gateway.app import Gateway

TIMEOUT = "x-sepal-timeout"
"""The header in which a caller says after how many seconds an answer is of no use any more."""
_BYTES_PER_TOKEN = 4
"""Of a request's body, until the engine has counted."""


class Teller(Protocol):
    """Tells one answer in one dialect."""

    async def whole(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer's body, from an answer in OpenAI's chat or completion form."""
        ...

    def events(self, journey: Journey) -> AsyncGenerator[bytes, None]:
        """The answer as server-sent events, with their end; a `BrokenAnswer` is told in it."""
        ...

    def late(self) -> bytes:
        """The event that tells that the request has taken too long."""
        ...


async def answer(gateway: Gateway, request: Request, call: Call, teller: Teller) -> Response | Streamed:
    """Answer `call`.

    Raises:
        ApiError: it is refused, or nobody can answer.
    """
    patience = _patience(request, gateway.request_timeout)
    visit = await gateway.gate.visit(call.guest, len(request.state.body) // _BYTES_PER_TOKEN)
    call.settle = partial(_settle, gateway.gate, visit)
    end = None if patience is None else asyncio.get_running_loop().time() + patience
    try:
        journey = await _in_time(gateway, call, end)
    except ApiError as error:
        _settle(gateway.gate, visit, {"total_tokens": 0})
        error.extra_headers |= visit.headers()
        raise
    headers = {**journey.headers, **visit.headers(), "x-request-id": call.request_id}
    if journey.answer is not None:
        return Response(
            orjson.dumps(await teller.whole(journey.answer)), headers=headers, media_type="application/json"
        )
    return Streamed(journey, teller, headers=headers, end=end)


async def _in_time(gateway: Gateway, call: Call, end: float | None) -> Journey:
    try:
        async with asyncio.timeout_at(end) as limit:
            return await gateway.pipeline.answer(call)
    except TimeoutError:
        if not limit.expired():
            raise
        raise ApiError(
            504,
            "The request has taken longer than it may. Ask for a shorter answer, or allow more time "
            f"(the header {TIMEOUT}, `request_timeout` in sepal.yaml).",
            code="deadline_exceeded",
        ) from None


def _patience(request: Request, most: float | None) -> float | None:
    """Seconds that the request may take.

    Raises:
        ApiError: 400, the caller's number is none.
    """
    given = request.headers.get(TIMEOUT)
    if given is None:
        return most
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e9:
        raise invalid(f"The header {TIMEOUT} must be a number of seconds, such as 30.", code="invalid_timeout")
    return seconds if most is None else min(seconds, most)


def _settle(gate: Gate, visit: Visit, usage: Mapping[str, Any] | None) -> None:
    """Charge what the engine counted; what it did not count stays as it was estimated."""
    gate.leave(visit, None if usage is None else int(usage.get("total_tokens", visit.taken)))
