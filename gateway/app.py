"""The HTTP side of the gateway: routes, headers, and answers on the wire.

Every `/v1` path that is not listed here is an OpenAI-shaped 404; nothing is ever passed through
without the pipeline. Access logs are off, since paths and headers are the callers' text.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from gateway.backends.run import Journey
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.read import parse_json, read_body, validate
from gateway.openai.sse import DONE, event
from gateway.openai.stream import BrokenAnswer
from gateway.pipeline import Pipeline
from gateway.policy.decide import AUTO, Endpoint
from gateway.report import explain, readiness
from gateway.verdict import Call

logger = logging.getLogger(__name__)
_LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "localhost", "::1": "[::1]"}
T = TypeVar("T")


class Gateway:
    """What the endpoints share: the pipeline, its limits, and how the engines are."""

    def __init__(
        self, pipeline: Pipeline, *, max_body_bytes: int, engine_status: Callable[[], Awaitable[dict[str, Any]]]
    ) -> None:
        self.pipeline = pipeline
        self.max_body_bytes = max_body_bytes
        self.engine_status = engine_status
        self.started = int(time.time())


class _Stream:
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


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Run `work`; cancel it when the caller goes away.

    Raises:
        ClientDisconnect: the caller went first.
    """

    async def disconnect() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    task = asyncio.create_task(work)
    watch = asyncio.create_task(disconnect())
    try:
        await asyncio.wait((task, watch), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        for pending in (task, watch):
            pending.cancel()
        await asyncio.gather(task, watch, return_exceptions=True)


Handler = Callable[[Request, str], Coroutine[Any, Any, Response | _Stream]]


class _Endpoint:
    """An endpoint that is cancelled with its caller, and that answers every fault as OpenAI would."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = f"req_{secrets.token_hex(12)}"
        started = False

        async def tell(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        request = Request(scope, receive)
        try:
            await self._work(request, request_id, receive, tell)
            return
        except (ClientDisconnect, ConnectionError):
            return
        except ApiError as error:
            response = error.response({"x-request-id": request_id})
        except Exception as error:
            # The type only: an exception's text may quote what it failed on.
            logger.error("%s failed with %s (bug)", request_id, _where(error))
            if started:
                raise RuntimeError("the answer was broken off") from None
            response = _bug().response({"x-request-id": request_id})
        await response(scope, receive, send)

    async def _work(self, request: Request, request_id: str, receive: Receive, send: Send) -> None:
        async def respond() -> None:
            response = await self._handler(request, request_id)
            await response(request.scope, receive, send)

        if request.method == "GET":
            await respond()
            return
        refuse_browsers_of_others(request)
        gateway: Gateway = request.app.state.gateway
        request.state.body = await read_body(request, gateway.max_body_bytes)
        await while_connected(receive, respond())


def refuse_browsers_of_others(request: Request) -> None:
    """A web page that the user visits must not use the gateway behind the user's back.

    Browsers name the page's origin in every such request (Fetch standard, 3.2); other clients do not.

    Raises:
        ApiError: 403, the request comes from a page of another origin.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin != f"http://{_LOOPBACK.get(request.url.hostname or '', '')}:{request.url.port}":
        raise ApiError(
            403,
            "Requests from web pages are not accepted. Call the gateway from a program, or from a server.",
            code="cross_origin",
        )


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"


def _bug() -> ApiError:
    return ApiError(500, "The gateway failed on this request. Please report it with the request id.", code="internal")


def _json(data: object, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(data), headers=headers, media_type="application/json")


def _call(request: Request, request_id: str, endpoint: Endpoint) -> Call:
    data = parse_json(request.state.body)
    body: wire.Request = (
        validate(data, wire.ChatRequest) if endpoint == "chat.completions" else validate(data, wire.CompletionRequest)
    )
    return Call(endpoint, body, request_id, dict(request.headers))


async def _answer(request: Request, request_id: str, endpoint: Endpoint) -> Response | _Stream:
    gateway: Gateway = request.app.state.gateway
    call = _call(request, request_id, endpoint)
    journey = await gateway.pipeline.answer(call)
    headers = {**journey.headers, "x-request-id": request_id}
    if journey.answer is not None:
        return _json(journey.answer, headers)
    options = call.request.stream_options
    return _Stream(journey, include_usage=bool(options and options.include_usage), headers=headers)


async def chat_completions(request: Request, request_id: str) -> Response | _Stream:
    return await _answer(request, request_id, "chat.completions")


async def completions(request: Request, request_id: str) -> Response | _Stream:
    return await _answer(request, request_id, "completions")


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


def _models(gateway: Gateway) -> dict[str, dict[str, Any]]:
    pipeline = gateway.pipeline
    names = [(AUTO, "sepal"), *((name, "sepal") for name in pipeline.decider.policy.prefer)]
    names += [
        (pipeline.backends[name].model, pipeline.decider.policy.destinations[name].spec.engine) for name, _ in names[1:]
    ]
    models: dict[str, dict[str, Any]] = {}
    for name, owner in names:
        models.setdefault(name, _model(name, gateway.started, owner))
    return models


async def models(request: Request, request_id: str) -> Response:
    listed = list(_models(request.app.state.gateway).values())
    return _json({"object": "list", "data": listed}, {"x-request-id": request_id})


async def model(request: Request, request_id: str) -> Response:
    found = _models(request.app.state.gateway).get(request.path_params["id"])
    if found is None:
        request.app.state.gateway.pipeline.decider.resolve("")
        raise _bug()
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
            "There is no such endpoint. This gateway serves /v1/chat/completions, /v1/completions, /v1/models and "
            "/v1/sepal/decide; a request to any other path is not passed on to anyone.",
            code="unknown_url",
        )
    return problem.response({"x-request-id": f"req_{secrets.token_hex(12)}"})


def create_app(gateway: Gateway) -> Starlette:
    """The ASGI application of one gateway."""
    post, get = ["POST"], ["GET"]
    app = Starlette(
        routes=[
            Route("/v1/chat/completions", _Endpoint(chat_completions), methods=post),
            Route("/v1/completions", _Endpoint(completions), methods=post),
            Route("/v1/sepal/decide", _Endpoint(decide), methods=post),
            Route("/v1/models", _Endpoint(models), methods=get),
            Route("/v1/models/{id:path}", _Endpoint(model), methods=get),
            Route("/health/live", _Endpoint(live), methods=get),
            Route("/health/ready", _Endpoint(ready), methods=get),
            Route("/metrics", _Endpoint(metrics), methods=get),
        ],
        exception_handlers={404: _http_error, 405: _http_error},
    )
    app.state.gateway = gateway
    # A redirect would have the client send its prompt again, elsewhere.
    app.router.redirect_slashes = False
    return app
