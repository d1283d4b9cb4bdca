"""The bridge's HTTP side: OpenAI's endpoints behind the door that takes clearance tickets.

The order is fixed: read the bytes up to a limit, check the ticket on exactly these bytes, and only
then look into them. Nothing of a request or an exception's text is logged or sent back.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol, get_args

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.swarm import errors, request, telling, tickets
from gateway.swarm.answering import Answers, Work
from gateway.swarm.events import Begun, Event
from gateway.swarm.exchange import ClientGone, read, respond, stream, unless_gone
from gateway.swarm.wire import Wire, encode, event

logger = logging.getLogger("sepal.bridge")

ROUTE_HEADER = "x-sepal-swarm-route"
"""Response header: ids of the servers that the prompt passed, in order, joined by commas."""

MOST_BODY_BYTES = 16 * 1024 * 1024
_INTERNAL = errors.BridgeError(500, "The swarm bridge failed. Its log names the kind of error.", code="internal_error")


class Generation(Protocol):
    """What makes the answers."""

    model_id: str
    context_length: int

    def health(self) -> dict[str, Any]:
        """How the swarm stands: a part of `/health`."""
        ...

    def abilities(self) -> list[str]:
        """What it can beyond plain text, named by OpenAI's parameters: a part of `/health`."""
        ...

    def prepare(self, asked: request.Request) -> list[Work[Event]]:
        """The works that write the answers to `asked`, one each; may take a while, any thread.

        Raises:
            BridgeError: it can't be answered, or not now.
        """
        ...


class Bridge:
    """The endpoints over one `generation`, behind one `door`.

    Args:
        refused: told the reason of each refused ticket.
    """

    def __init__(
        self,
        generation: Generation,
        door: tickets.TicketDoor,
        answers: Answers[Event],
        refused: Callable[[str], None],
    ) -> None:
        self.generation = generation
        self.answers = answers
        self._door = door
        self._refused = refused
        self._refusals: Counter[str] = Counter(dict.fromkeys(get_args(tickets.RefusalReason), 0))

    def app(self) -> Starlette:
        """The ASGI application."""
        routes = [
            Route("/health", self._health, methods=["GET"]),
            Route("/v1/models", self._models, methods=["GET"]),
            Route("/v1/chat/completions", _Completions(self, "chat"), methods=["POST"]),
            Route("/v1/completions", _Completions(self, "completions"), methods=["POST"]),
        ]
        handlers: Any = {HTTPException: _no_such_endpoint, Exception: _internal_error}
        return Starlette(routes=routes, exception_handlers=handlers)

    def check(self, ticket: str | None, body: bytes) -> None:
        """Let a request in, or raise 403 and count it."""
        try:
            self._door.check(ticket, body)
        except tickets.TicketRefused as refusal:
            self._refusals[refusal.reason] += 1
            self._refused(refusal.reason)
            message = f"No valid clearance ticket for these bytes ({refusal.reason}). Ask the gateway, not the bridge."
            raise errors.BridgeError(403, message, code=f"ticket_{refusal.reason}") from None

    async def _health(self, _: HttpRequest) -> Response:
        return _json(
            {
                "model": self.generation.model_id,
                "context_length": self.generation.context_length,
                "abilities": self.generation.abilities(),
                **self.generation.health(),
                "active_requests": self.answers.active,
                "refusals": dict(self._refusals),
            }
        )

    async def _models(self, _: HttpRequest) -> Response:
        generation = self.generation
        model = {
            "id": generation.model_id,
            "object": "model",
            "created": 0,
            "owned_by": "petals",
            "max_model_len": generation.context_length,
        }
        return _json({"object": "list", "data": [model]})


class _Completions:
    """One of the two endpoints that generate."""

    def __init__(self, bridge: Bridge, endpoint: request.Endpoint) -> None:
        self._bridge = bridge
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read(receive, MOST_BODY_BYTES)
            self._bridge.check(HttpRequest(scope).headers.get(tickets.HEADER), body)
            asked = request.parse(body, self._endpoint)
            await unless_gone(receive, self._answer(asked, send))
        except ClientGone:
            return
        except errors.BridgeError as error:
            await respond(send, error.status, encode(error.body()), error.headers())
        except Exception as error:
            # The type alone: an exception's text may quote what it choked on.
            logger.error("a request failed: %s", type(error).__name__)
            await respond(send, 500, encode(_INTERNAL.body()))

    async def _answer(self, asked: request.Request, send: Send) -> None:
        wire = Wire(self._endpoint, self._bridge.generation.model_id, usage_follows=asked.include_usage)
        works = await asyncio.to_thread(self._bridge.generation.prepare, asked)
        async with self._bridge.answers.run(works) as events:
            # Until the first token an error is still an HTTP status.
            _, begun = await anext(events)
            # Several answers may take different ways; the first one's is known when the headers are sent.
            headers = {ROUTE_HEADER: ",".join(begun.servers)} if isinstance(begun, Begun) else {}
            if asked.stream:
                await stream(send, _unless_broken(telling.chunks(wire, len(works), events)), headers)
            else:
                whole = await telling.whole(wire, len(works), events, logprobs=asked.logprobs is not None)
                await respond(send, 200, whole, headers)


async def _unless_broken(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks of a streamed answer; a fault is the last of them."""
    try:
        async for chunk in chunks:
            yield chunk
    except errors.BridgeError as error:
        yield event(error.body())
    except Exception as error:
        logger.error("an answer broke off: %s", type(error).__name__)
        yield event(_INTERNAL.body())


async def _no_such_endpoint(_: HttpRequest, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    message = "The swarm bridge has no such endpoint, or it takes another method."
    return _json(errors.BridgeError(status, message, code="unknown_url").body(), status)


async def _internal_error(_: HttpRequest, _error: Exception) -> Response:
    return _json(_INTERNAL.body(), 500)


def _json(data: object, status: int = 200) -> Response:
    return Response(encode(data), status, media_type="application/json")
