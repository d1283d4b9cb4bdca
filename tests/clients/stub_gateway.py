"""A gateway in a thread of this process, in front of a stub that calls tools and answers in their place.

The policy is small but the detection is real.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.backends.stub_engine import STOP, USAGE, Stub, delta, fails, says
from tests.running_gateway import Running, running

CALL_ID = "call_9f86d081884c7d65"
END = ({"choices": [], "usage": USAGE}, b"data: [DONE]\n\n")


def policy(url: str) -> str:
    """What names a person stays at `near`; a word is denied; else both may answer. `bare` is to be asked by name."""
    return f"""version: 1
levels: [public, secret]
destinations:
  near: {{clearance: secret, engine: openai, base_url: "{url}/near/v1", model: near-model}}
  far: {{clearance: public, engine: openai, base_url: "{url}/far/v1", model: far-model}}
  bare: {{clearance: public, engine: openai, base_url: "{url}/bare/v1", model: bare-model}}
entities: {{default: secret, LOCATION: public, DATE_TIME: public, PUBLIC_FIGURE: public, URL: public}}
rules:
  - {{name: no-rockets, when: {{words: [rocket]}}, deny: Ask about something else than rockets.}}
route: {{prefer: [far, near, bare]}}
"""


@dataclass
class StubGateway:
    """Where it is, what its stub has got, and what it has recorded."""

    running: Running
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def stub(self) -> Stub:
        return self.running.stub

    def audit(self) -> list[dict[str, Any]]:
        """All records."""
        self.running.gateway.audit.append_blocking({"event": "read"})
        lines = self.running.gateway.audit.path.read_text().splitlines()
        return [record for record in map(json.loads, lines) if record["event"] != "read"]

    def bodies(self) -> list[dict[str, Any]]:
        """The requests that the stub has got."""
        return [json.loads(request.body) for request in self.stub.seen if request.body]


async def answer(request: web.Request) -> web.StreamResponse:
    """A call of the first tool, or a text."""
    if request.method == "GET":
        return await fails(404)(request)
    body = await request.json()
    messages = body["messages"]
    if body.get("tools") and messages[-1]["role"] != "tool":
        function = body["tools"][0]["function"]
        calls = called_bare if request.path.startswith("/bare") else called
        chunks = calls(function["name"], json.dumps(arguments(function["parameters"])))
        return await says(*chunks, delta(finish="tool_calls"), *END)(request)
    text = EDIT if "greeting.py" in json.dumps(messages) else "It is sunny in Paris."
    return await says(delta(role="assistant"), *map(delta, text.splitlines(keepends=True)), STOP, *END)(request)


EDIT = """Here it is.

greeting.py
```python
print("good evening")
```
"""


def called(name: str, text: str) -> list[dict[str, Any]]:
    """A tool call as llama.cpp and vLLM stream it: who is called first, then the arguments bit by bit."""
    first = {"index": 0, "id": CALL_ID, "type": "function", "function": {"name": name, "arguments": ""}}
    pieces = [text[start : start + 5] for start in range(0, len(text), 5)]
    rest = [{"index": 0, "function": {"arguments": piece}} for piece in pieces]
    return [delta(role="assistant"), *(delta(tool_calls=[call]) for call in (first, *rest))]


def called_bare(name: str, text: str) -> list[dict[str, Any]]:
    """The same without index, id and type, as some servers stream it."""
    pieces = ({"function": {"name": name}}, *({"function": {"arguments": part}} for part in (text[:5], text[5:])))
    return [delta(tool_calls=[piece]) for piece in pieces]


def arguments(schema: dict[str, Any]) -> dict[str, Any]:
    """Something that `schema` allows."""
    samples = {"string": "Paris", "integer": 5, "number": 5}
    return {name: samples[field["type"]] for name, field in schema["properties"].items()}


@contextmanager
def stub_gateway(directory: Path, **settings: Any) -> Iterator[StubGateway]:
    """A running one."""
    made: list[StubGateway] = []
    ready, stop = threading.Event(), asyncio.Event()

    async def work() -> None:
        async with running(directory, policy, answer, **settings) as gateway:
            made.append(StubGateway(gateway, asyncio.get_running_loop()))
            ready.set()
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(work())
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    assert made, "the gateway did not start"
    try:
        yield made[0]
    finally:
        made[0].loop.call_soon_threadsafe(stop.set)
        thread.join()
