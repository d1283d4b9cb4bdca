"""The HTTP side of the gateway: routes, headers, and answers on the wire.

Every `/v1` path that is not listed here is an OpenAI-shaped 404; nothing is ever passed through
without the pipeline. Access logs are off, since paths and headers are the callers' text.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway.endpoint import Handled, bug
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
from gateway.team.gate import Gate, Guest, Visit
from gateway.team.store import StoreError
from gateway.verdict import Call

logger = logging.getLogger(__name__)
_BYTES_PER_TOKEN = 4
"""Of a request's body, until the engine has counted."""


class Gateway:
    """What the endpoints share: the pipeline, its limits, and how the engines are."""

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        max_body_bytes: int,
        engine_status: Callable[[], Awaitable[dict[str, Any]]],
        gate: Gate | None = None,
    ) -> None:
        self.pipeline = pipeline
        self.gate = gate or Gate()
        self.max_body_bytes = max_body_bytes
        self.engine_status = engine_status
        self.started = int(time.time())

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.pipeline.decider.policy


def _json(data: object, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(data), headers=headers, media_type="application/json")


def _call(request: Request, request_id: str, endpoint: Endpoint) -> Call:
    data = parse_json(request.state.body)
    body: wire.Request = (
        validate(data, wire.ChatRequest) if endpoint == "chat.completions" else validate(data, wire.CompletionRequest)
    )
    return Call(endpoint, body, request_id, dict(request.headers), request.state.guest)


async def _answer(request: Request, request_id: str, endpoint: Endpoint) -> Response | Streamed:
    gateway: Gateway = request.app.state.gateway
    call = _call(request, request_id, endpoint)
    visit = gateway.gate.visit(call.guest, len(request.state.body) // _BYTES_PER_TOKEN)
    call.settle = partial(_settle, gateway.gate, visit)
    try:
        journey = await gateway.pipeline.answer(call)
    except ApiError as error:
        _settle(gateway.gate, visit, {"total_tokens": 0})
        error.extra_headers |= visit.headers()
        raise
    headers = {**journey.headers, **visit.headers(), "x-request-id": request_id}
    if journey.answer is not None:
        return _json(journey.answer, headers)
    options = call.request.stream_options
    return Streamed(journey, include_usage=bool(options and options.include_usage), headers=headers)


def _settle(gate: Gate, visit: Visit, usage: Mapping[str, Any] | None) -> None:
    """Charge what the engine counted; what it did not count stays as it was estimated."""
    try:
        gate.leave(visit, None if usage is None else int(usage.get("total_tokens", visit.taken)))
    except StoreError as problem:
        logger.error("an answer's tokens could not be charged: %s", problem)


async def chat_completions(request: Request, request_id: str) -> Response | Streamed:
    return await _answer(request, request_id, "chat.completions")


async def completions(request: Request, request_id: str) -> Response | Streamed:
    return await _answer(request, request_id, "completions")


async def moderations(request: Request, request_id: str) -> Response:
    """What detection and policy say of texts, in the form of OpenAI's moderations."""
    gateway: Gateway = request.app.state.gateway
    asked = validate(parse_json(request.state.body), wire.ModerationRequest)
    visit = gateway.gate.visit(request.state.guest, 0)
    decider = gateway.pipeline.decider
    answer = await moderated(asked, decider, request_id, dict(request.headers), request.state.guest)
    return _json(answer, {**visit.headers(), "x-request-id": request_id})


async def decide(request: Request, request_id: str) -> Response:
    """The decision on a chat (or completion) request, without running it."""
    gateway: Gateway = request.app.state.gateway
    data = parse_json(request.state.body)
    endpoint: Endpoint = "completions" if "prompt" in data and "messages" not in data else "chat.completions"
    data.setdefault("model", AUTO)
    request.state.body = orjson.dumps(data)
    call = _call(request, request_id, endpoint)
    decider = gateway.pipeline.decider
    return _json(explain(await decider.decide(call), decider), {"x-request-id": request_id})


def _model(name: str, created: int, owner: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": created, "owned_by": owner}


def _models(gateway: Gateway, guest: Guest) -> dict[str, dict[str, Any]]:
    pipeline = gateway.pipeline
    policy = pipeline.decider.policy
    usable = [name for name in policy.prefer if guest.may_use(name, pipeline.backends[name].model)]
    names = [(AUTO, "sepal"), *((name, "sepal") for name in usable)]
    names += [(pipeline.backends[name].model, policy.destinations[name].spec.engine) for name in usable]
    models: dict[str, dict[str, Any]] = {}
    for name, owner in names:
        models.setdefault(name, _model(name, gateway.started, owner))
    return models


async def models(request: Request, request_id: str) -> Response:
    listed = list(_models(request.app.state.gateway, request.state.guest).values())
    return _json({"object": "list", "data": listed}, {"x-request-id": request_id})


async def model(request: Request, request_id: str) -> Response:
    found = _models(request.app.state.gateway, request.state.guest).get(request.path_params["id"])
    if found is None:
        request.app.state.gateway.pipeline.decider.resolve("")
        raise bug()
    return _json(found, {"x-request-id": request_id})


async def live(request: Request, request_id: str) -> Response:
    return _json({"status": "live"})


async def ready(request: Request, request_id: str) -> Response:
    """What is really in use; 503 until some destination of the highest label can answer."""
    gateway: Gateway = request.app.state.gateway
    report = readiness(gateway.pipeline, await gateway.engine_status())
    response = _json(report)
    response.status_code = 200 if report["status"] == "ready" else 503
    return response


async def metrics(request: Request, request_id: str) -> Response:
    gateway: Gateway = request.app.state.gateway
    return Response(gateway.pipeline.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        problem = ApiError(405, "This path does not take that method. See the README for the endpoints.")
        problem.extra_headers = dict(getattr(error, "headers", None) or {})
    else:
        problem = ApiError(
            404,
            "There is no such endpoint. This gateway serves /v1/chat/completions, /v1/completions, /v1/models, "
            "/v1/moderations and /v1/sepal/decide; a request to any other path is not passed on to anyone.",
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
            Route("/v1/chat/completions", Handled(chat_completions), methods=post),
            Route("/v1/completions", Handled(completions), methods=post),
            Route("/v1/moderations", Handled(moderations), methods=post),
            Route("/v1/sepal/decide", Handled(decide), methods=post),
            Route("/v1/models", Handled(models), methods=get),
            Route("/v1/models/{id:path}", Handled(model), methods=get),
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
