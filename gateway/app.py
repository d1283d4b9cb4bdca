"""The HTTP side of the gateway: routes, headers, and answers on the wire.

Every `/v1` path that is not listed here is an OpenAI-shaped 404; nothing is ever passed through
without the pipeline. Access logs are off, since paths and headers are the callers' text.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway.answering import answer
from gateway.dialects.messages.endpoints import count_tokens, messages
from gateway.dialects.messages.errors import told as messages_told
from gateway.dialects.openai import OpenAITeller
from gateway.dialects.read import endpoint_of, read_request
from gateway.dialects.responses.create import asked as responses_asked
from gateway.dialects.responses.endpoints import routes as responses_routes
from gateway.dialects.responses.service import Responses
from gateway.endpoint import Handled
from gateway.idempotency import once
from gateway.models import model, models
from gateway.moderations import moderated
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.read import parse_json, validate
from gateway.pipeline import Pipeline
from gateway.policy.decide import AUTO, Endpoint
from gateway.policy.policy import Policy
from gateway.report import explain, readiness
from gateway.streamed import Streamed
from gateway.team.fence import guarded
from gateway.team.gate import Gate
from gateway.team.records import Records
from gateway.verdict import Call


class Gateway:
    """What the endpoints share: the pipeline, its limits, and how the engines are."""

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        max_body_bytes: int,
        engine_status: Callable[[], Awaitable[dict[str, Any]]],
        gate: Gate | None = None,
        request_timeout: float | None = None,
        exposition: Callable[[], Awaitable[bytes]] | None = None,
        responses: Responses | None = None,
        records: Records | None = None,
    ) -> None:
        self.pipeline = pipeline
        self.gate = gate or Gate()
        self.max_body_bytes = max_body_bytes
        self.engine_status = engine_status
        self.request_timeout = request_timeout
        self.responses = responses or Responses()
        self.records = records
        self._exposition = exposition
        self.started = int(time.time())

    async def exposition(self) -> bytes:
        """The metrics of all processes in Prometheus' text format."""
        return await self._exposition() if self._exposition is not None else self.pipeline.metrics.exposition()

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.pipeline.decider.policy


def _json(data: object, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(data), headers=headers, media_type="application/json")


def _call(request: Request, request_id: str, endpoint: Endpoint) -> Call:
    body = read_request(parse_json(request.state.body), endpoint)
    return Call(endpoint, body, request_id, dict(request.headers), request.state.guest)


async def _answer(request: Request, request_id: str, endpoint: Endpoint) -> Response | Streamed:
    gateway: Gateway = request.app.state.gateway
    call = _call(request, request_id, endpoint)
    options = getattr(call.request, "stream_options", None)
    teller = OpenAITeller(include_usage=bool(options and options.include_usage))
    return await answer(gateway, request, call, teller)


async def chat_completions(request: Request, request_id: str) -> Response | Streamed:
    return await _answer(request, request_id, "chat.completions")


async def completions(request: Request, request_id: str) -> Response | Streamed:
    return await _answer(request, request_id, "completions")


async def embeddings(request: Request, request_id: str) -> Response | Streamed:
    return await _answer(request, request_id, "embeddings")


async def moderations(request: Request, request_id: str) -> Response:
    """What detection and policy say of texts, in the form of OpenAI's moderations."""
    gateway: Gateway = request.app.state.gateway
    asked = validate(parse_json(request.state.body), wire.ModerationRequest)
    visit = await gateway.gate.visit(request.state.guest, 0)
    decider = gateway.pipeline.decider
    answer = await moderated(asked, decider, request_id, dict(request.headers), request.state.guest)
    return _json(answer, {**visit.headers(), "x-request-id": request_id})


async def decide(request: Request, request_id: str) -> Response:
    """The decision on a chat (or completion) request, without running it."""
    gateway: Gateway = request.app.state.gateway
    data = parse_json(request.state.body)
    endpoint = endpoint_of(data)
    data.setdefault("model", AUTO)
    request.state.body = orjson.dumps(data)
    if endpoint == "responses":
        call = (await responses_asked(request, request_id)).call
    else:
        call = _call(request, request_id, endpoint)
    decider = gateway.pipeline.decider
    return _json(explain(await decider.decide(call), decider), {"x-request-id": request_id})


async def live(request: Request, request_id: str) -> Response:
    return _json({"status": "live"})


async def ready(request: Request, request_id: str) -> Response:
    """What is really in use; 503 until some destination of the highest label can answer."""
    gateway: Gateway = request.app.state.gateway
    report = readiness(gateway.pipeline, await gateway.engine_status())
    response = _json(report)
    response.status_code = 200 if report["status"] == "ready" else 503
    return response


async def openapi(request: Request, request_id: str) -> Response:
    """The OpenAPI document."""
    from gateway.openapi import document  # takes a while, which most gateways need not

    # Bounds of 64-bit numbers are larger than what orjson writes.
    return Response(json.dumps(document()), headers={"x-request-id": request_id}, media_type="application/json")


async def metrics(request: Request, request_id: str) -> Response:
    gateway: Gateway = request.app.state.gateway
    return Response(await gateway.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        problem = ApiError(405, "This path does not take that method. See the README for the endpoints.")
        problem.extra_headers = dict(getattr(error, "headers", None) or {})
    else:
        problem = ApiError(
            404,
            "There is no such endpoint. This gateway serves /v1/chat/completions, /v1/completions, /v1/embeddings, "
            "/v1/responses, /v1/messages, /v1/models, /v1/moderations and /v1/sepal/decide; a request to any other "
            "path is not passed on to anyone.",
            code="unknown_url",
        )
    return problem.response({"x-request-id": f"req_{secrets.token_hex(12)}"})


def create_app(gateway: Gateway, *, hosts: Sequence[str] = (), origins: Sequence[str] = ()) -> ASGIApp:
    """The ASGI application of one gateway.

    Args:
        hosts: names by which it may be called; none for any.
        origins: of web pages that may use it.
    """
    post, get = ["POST"], ["GET"]
    app = Starlette(
        routes=[
            Route("/v1/chat/completions", Handled(once(chat_completions)), methods=post),
            Route("/v1/completions", Handled(once(completions)), methods=post),
            Route("/v1/embeddings", Handled(once(embeddings)), methods=post),
            Route("/v1/messages", Handled(once(messages), told=messages_told), methods=post),
            Route("/v1/messages/count_tokens", Handled(count_tokens, told=messages_told), methods=post),
            *responses_routes(),
            Route("/v1/moderations", Handled(moderations), methods=post),
            Route("/v1/sepal/decide", Handled(decide), methods=post),
            Route("/v1/models", Handled(models), methods=get),
            Route("/v1/models/{id:path}", Handled(model), methods=get),
            Route("/openapi.json", Handled(openapi, "open"), methods=get),
            Route("/health/live", Handled(live, "open"), methods=get),
            Route("/health/ready", Handled(ready, "local"), methods=get),
            Route("/metrics", Handled(metrics, "local"), methods=get),
        ],
        exception_handlers={404: _http_error, 405: _http_error},
    )
    app.state.gateway, app.state.origins = gateway, frozenset(origins)
    # A redirect would have the client send its prompt again, elsewhere.
    app.router.redirect_slashes = False
    return guarded(app, hosts=hosts, origins=origins)
