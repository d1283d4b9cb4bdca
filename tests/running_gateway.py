"""A gateway in this process, as `sepal serve` runs it, in front of a stub in the place of an engine."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from gateway.listening import bind
from gateway.running import RunningGateway
from gateway.serve import serve
from gateway.settings import load_settings
from tests.backends.stub_engine import HELLO, Answer, Stub, says, stub_engine


def policy(name: str, level: str, url: str = "http://127.0.0.1:1", more: str = "") -> str:
    """A policy that labels every prompt `level`, with one destination at `url`."""
    return f"""version: 1
name: {name}
levels: [lowest, public, internal, secret]
destinations:
  local: {{clearance: secret, engine: openai, base_url: "{url}/v1", model: m}}
entities: {{default: internal}}
rules:
  - {{name: always, raise_to: {level}}}
route: {{prefer: [local]}}
{more}"""


@dataclass
class Running:
    """A running gateway; `file` is its policy's."""

    gateway: RunningGateway
    url: str
    file: Path
    stub: Stub
    client: httpx.AsyncClient

    def text(self, name: str, level: str, more: str = "") -> str:
        return policy(name, level, self.stub.url, more)

    def save(self, text: str | bytes, file: Path | None = None) -> None:
        """As editors do: beside it, then renamed."""
        file = file or self.file
        beside = file.with_name(".saving")
        beside.write_bytes(text.encode() if isinstance(text, str) else text)
        beside.rename(file)

    async def decide(self, content: str = "hello") -> dict[str, Any]:
        response = await self.client.post("/v1/sepal/decide", json={"messages": [{"role": "user", "content": content}]})
        return dict(response.json())

    async def chat(self, content: str = "hello", **more: Any) -> httpx.Response:
        body = {"model": "auto", "messages": [{"role": "user", "content": content}], **more}
        return await self.client.post("/v1/chat/completions", json=body)

    async def report(self) -> dict[str, Any]:
        return dict((await self.client.get("/health/ready")).json())

    async def metric(self, name: str) -> float:
        text = (await self.client.get("/metrics")).text
        return next((float(line.split()[-1]) for line in text.splitlines() if line.startswith(f"{name} ")), 0.0)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not holds():
                await asyncio.sleep(0.01)

    async def until_in_force(self, name: str) -> None:
        await self.until(lambda: self.gateway.policy.name == name)

    async def until_failed(self) -> dict[str, Any]:
        await self.until(lambda: bool(self.gateway.pipeline.file.mistakes))
        return dict((await self.report())["policy"]["reload"])

    async def until_ok(self) -> None:
        await self.until(lambda: not self.gateway.pipeline.file.mistakes)

    def audit(self, event: str) -> list[dict[str, Any]]:
        """The records of `event`, those too that the gateway does not wait for: records keep their order."""
        self.gateway.audit.append_blocking({"event": "read"})
        records = map(json.loads, self.gateway.audit.path.read_text().splitlines())
        return [record for record in records if record["event"] == event]


@asynccontextmanager
async def running(
    directory: Path, text: Callable[[str], str], answer: Answer | None = None, **settings: Any
) -> AsyncIterator[Running]:
    """Serve the policy that `text` makes of the stub's URL."""
    file = directory / "mine.yaml"
    stop = asyncio.Event()
    ready: asyncio.Future[tuple[RunningGateway, str]] = asyncio.get_running_loop().create_future()
    async with stub_engine(answer or says(*HELLO)) as stub:
        if not os.path.lexists(file):
            file.write_text(text(stub.url))
        effective = load_settings(None, {}, {"policy": str(file), "state_dir": str(directory / "state"), **settings})
        task = asyncio.create_task(
            serve(
                effective,
                stop=stop,
                listeners=bind("127.0.0.1", 0),
                on_listening=lambda gateway, url: ready.set_result((gateway, url)),
            )
        )
        await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        gateway, url = ready.result()
        limits = httpx.Limits(max_connections=None, keepalive_expiry=1)
        try:
            async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False, limits=limits) as client:
                yield Running(gateway, url, file, stub, client)
        finally:
            stop.set()
            await task
