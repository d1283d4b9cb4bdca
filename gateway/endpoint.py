"""What every endpoint has in common: who may call it, what ends it, and how its faults are told.

A request is cancelled with its caller. Knows nothing of what endpoints do.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import secrets
from collections.abc import Callable, Coroutine
from ipaddress import ip_address
from typing import Any, Literal, Protocol, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from gateway.openai.errors import ApiError
from gateway.openai.read import read_body
from gateway.policy.policy import Policy
from gateway.team.gate import Gate, Guest

logger = logging.getLogger(__name__)
_LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "localhost", "::1": "[::1]"}
_MADE = re.compile(
    r"(?:[a-z]{2,8}[_-])?(?=[0-9]*[a-f])(?:[0-9a-f]{16,64}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})", re.IGNORECASE
)
"""UUIDs and other hexadecimal ids with at least one letter, perhaps with a word before: req_9f86d081884c7d65."""
T = TypeVar("T")


class Answer(Protocol):
    """What is sent back: a response of Starlette's, or a stream."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class Host(Protocol):
    """What endpoints need to know of their gateway: `app.state.gateway`."""

    gate: Gate
    max_body_bytes: int

    @property
    def policy(self) -> Policy: ...


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


def told(error: ApiError, request_id: str) -> Response:
    """A fault as OpenAI's servers tell it."""
    return error.response({"x-request-id": request_id})


Handler = Callable[[Request, str], Coroutine[Any, Any, Answer]]


class Handled:
    """An endpoint that is cancelled with its caller, and that answers every fault as OpenAI would.

    Args:
        access: who needs a key, where any are needed: nobody, those who are not on this machine, or everybody.
        told: how a fault is told in the dialect of the endpoint, given the request's id.
    """

    def __init__(
        self,
        handler: Handler,
        access: Literal["open", "local", "key"] = "key",
        told: Callable[[ApiError, str], Response] = told,
    ) -> None:
        self._handler = handler
        self._access = access
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request_id = _request_id(request)
        started = False

        async def tell(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._work(request, request_id, receive, tell)
            return
        except (ClientDisconnect, ConnectionError):
            return
        except ApiError as error:
            response = self._told(error, request_id)
        except Exception as error:
            # The type only: an exception's text may quote what it failed on.
            logger.error("%s failed with %s (bug)", request_id, _where(error))
            if started:
                raise RuntimeError("the answer was broken off") from None
            response = self._told(bug(), request_id)
        await response(scope, receive, send)

    async def _work(self, request: Request, request_id: str, receive: Receive, send: Send) -> None:
        async def respond() -> None:
            response = await self._handler(request, request_id)
            await response(request.scope, receive, send)

        host: Host = request.app.state.gateway
        request.state.guest = await self._admit(request, host)
        if request.method == "GET":
            await respond()
            return
        refuse_browsers_of_others(request)
        request.state.body = await read_body(request, host.max_body_bytes)
        await while_connected(receive, respond())

    async def _admit(self, request: Request, host: Host) -> Guest:
        local = self._access == "local" and host.gate.trusts_this_machine and _is_local(request)
        if self._access == "open" or local:
            return Guest()
        return await host.gate.admit(request.headers, host.policy)


def _request_id(request: Request) -> str:
    """The caller's own id where it is one that a program made and can be nobody's name or number, else a new one."""
    given = request.headers.get("x-request-id", "")
    return given if _MADE.fullmatch(given) else f"req_{secrets.token_hex(12)}"


def _is_local(request: Request) -> bool:
    """Whether the caller is on this machine, and no proxy stands between."""
    host = request.client.host if request.client is not None else ""
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback and "x-forwarded-for" not in request.headers
    return False


def refuse_browsers_of_others(request: Request) -> None:
    """A web page that the user visits must not use the gateway behind the user's back.

    Browsers name the page's origin in every such request (Fetch standard, 3.2); other clients do not.

    Raises:
        ApiError: 403, the request comes from a page of another origin.
    """
    origin = request.headers.get("origin")
    if origin in request.app.state.origins:
        return
    if origin is not None and origin != f"http://{_LOOPBACK.get(request.url.hostname or '', '')}:{request.url.port}":
        raise ApiError(
            403,
            "Requests from web pages are not accepted. Call the gateway from a program, or list the page's origin "
            "under `cors_origins` in sepal.yaml.",
            code="cross_origin",
        )


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"


def bug() -> ApiError:
    return ApiError(500, "The gateway failed on this request. Please report it with the request id.", code="internal")
