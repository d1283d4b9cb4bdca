"""A small real HTTP server in the place of an engine, for faults that a real engine can't be asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from gateway.backends.upstream import Address, Unavailable, Upstream
from gateway.policy.clear import Cleared, clear
from gateway.policy.decide import Facts, decide
from gateway.policy.load import load_text
from gateway.prompt import read_prompt

NAMES = ("first", "second", "third")
POLICY = load_text(
    "version: 1\nlevels: [public, secret]\nentities: {default: secret}\nroute: {prefer: [first, second, third]}\n"
    "destinations:\n" + "".join(f"  {name}: {{clearance: secret, engine: llama.cpp}}\n" for name in NAMES)
)
PROMPT = "Canary Fairweather's prompt"
BODY = {"messages": [{"role": "user", "content": PROMPT}], "model": "m", "stream": True}
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def cleared(destination: str = "first", *, path: str = "/chat/completions") -> Cleared:
    """A prompt that a real policy cleared for `destination`."""
    prompt = read_prompt(BODY)
    facts = Facts((), inspected=prompt.digest())
    return clear(decide(POLICY, facts), destination, prompt, decision_id="dec_1", path=path, body=BODY)


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Stub:
    """A running stub. `left` is set when a client goes away before its answer has ended."""

    answer: Answer
    url: str = ""
    seen: list[Request] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {key.lower(): value for key, value in request.headers.items()}
        self.seen.append(Request(request.method, request.path, headers, await request.read()))
        try:
            return await self.answer(request)
        except (asyncio.CancelledError, ConnectionResetError):
            self.left.set()
            raise


@asynccontextmanager
async def stub_engine(answer: Answer, socket: Path | None = None) -> AsyncIterator[Stub]:
    """Serve `answer` on a free loopback port, or on a Unix socket."""
    stub = Stub(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stub.handle)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site: web.BaseSite = web.UnixSite(runner, str(socket)) if socket else web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stub.url = "http://engine" if socket else f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        await runner.cleanup()


@dataclass
class FixedSource:
    where: Address | None

    def address(self) -> Address:
        if self.where is None:
            raise Unavailable("is starting (loading the model)")
        return self.where


@asynccontextmanager
async def client(
    to: Stub | str | None, destination: str = "first", *, socket: Path | None = None, **more: Any
) -> AsyncIterator[Upstream]:
    """The gateway's client of an engine at `to`; None is an engine that is not ready."""
    url = to.url if isinstance(to, Stub) else to
    upstream = Upstream(destination, FixedSource(None if url is None else Address(f"{url}/v1", socket, **more)))
    try:
        yield upstream
    finally:
        await upstream.close()


def delta(content: str = "", *, finish: str | None = None, **fields: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": content, **fields} if content or fields else {}, "finish_reason": finish}
    return {"id": "c1", "choices": [choice]}


ROLE = delta(role="assistant")
STOP = delta(finish="stop")
HELLO: tuple[Any, ...] = (ROLE, delta("Hel"), delta("lo"), STOP, {"choices": [], "usage": USAGE}, b"data: [DONE]\n\n")


def says(*parts: Any) -> Answer:
    """Answers with an event stream: a dict is an event, bytes go out as they are, a number is a pause in
    seconds, and None breaks the connection."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for part in parts:
            if part is None:
                assert request.transport is not None
                request.transport.abort()
                return response
            if isinstance(part, int | float):
                await asyncio.sleep(part)
            else:
                await response.write(part if isinstance(part, bytes) else b"data: " + orjson.dumps(part) + b"\n\n")
        return response

    return answer


def fails(status: int, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
    """Answers with an error at once."""

    async def answer(request: web.Request) -> web.StreamResponse:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        return web.Response(status=status, body=raw, headers=headers, content_type="application/json")

    return answer
