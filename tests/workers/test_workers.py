"""`sepal serve --workers`: several processes at one address, with one audit file and one set of engines."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.backends.stub_engine import HELLO, Stub, says, stub_engine
from tests.conftest import SEPAL, free_port
from tests.running_gateway import policy

WORKERS = 2
pytestmark = pytest.mark.asyncio(loop_scope="module")


POLICY = """version: 1
name: mine
levels: [public, confidential]
destinations:
  away: {clearance: public, engine: openai, base_url: "STUB/v1", model: m}
entities: {default: confidential}
rules:
  - {name: names, when: {only: [PERSON]}, declassify: {method: pseudonym, to: public}}
route: {prefer: [away]}
"""


@dataclass
class Gateway:
    """A running gateway of several processes, in front of a stub."""

    process: subprocess.Popen[bytes]
    url: str
    directory: Path
    stub: Stub
    client: httpx.AsyncClient

    async def chat(self, content: str = "hello", **headers: str) -> httpx.Response:
        """Ask for an answer."""
        body = {"model": "auto", "messages": [{"role": "user", "content": content}]}
        return await self.client.post("/v1/chat/completions", json=body, headers=headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.directory / "state" / "audit.jsonl").read_text().splitlines()]

    def children(self) -> set[int]:
        """The workers' process ids."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(pid) for pid in listed if b"gateway.workers.child" in Path(f"/proc/{pid}/cmdline").read_bytes()}

    async def until_all_answer(self, name: str = "mine") -> set[int]:
        """Wait until each process has answered by the policy of that name: their socket's peers differ."""
        async with asyncio.timeout(90):
            while True:
                reports = await asyncio.gather(*(self.get("/health/ready") for _ in range(12)))
                names = [report.json()["policy"]["name"] for report in reports if report.status_code == 200]
                if names == [name] * len(reports) and await self._all_listen():
                    return self.children()
                await asyncio.sleep(0.1)

    async def _all_listen(self) -> bool:
        """Whether every process has a listening socket of its own at the port."""
        port = f"{int(self.url.rsplit(':', 1)[1]):04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(row[1].endswith(f":{port}") and row[3] == "0A" for row in rows) == WORKERS


@asynccontextmanager
async def started(directory: Path) -> AsyncIterator[Gateway]:
    port = free_port()
    async with stub_engine(says(*HELLO)) as stub:
        (directory / "mine.yaml").write_text(POLICY.replace("STUB", stub.url))
        command = [
            SEPAL,
            "serve",
            "--workers",
            str(WORKERS),
            "--port",
            str(port),
            "--state-dir",
            str(directory / "state"),
        ]
        with (directory / "out").open("wb") as out:
            process = subprocess.Popen(  # noqa: ASYNC220
                [*command, "--policy", str(directory / "mine.yaml")],
                cwd=directory,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        url = f"http://127.0.0.1:{port}"
        # A connection for each request, so that any process may get it.
        limits = httpx.Limits(max_keepalive_connections=0)
        client = httpx.AsyncClient(base_url=url, timeout=60, trust_env=False, limits=limits)
        running = Gateway(process, url, directory, stub, client)
        try:
            async with asyncio.timeout(60):
                while "Ctrl-C stops it" not in (directory / "out").read_text():
                    assert process.poll() is None, (directory / "out").read_text()
                    await asyncio.sleep(0.05)
            await running.until_all_answer()
            yield running
        finally:
            process.kill()
            process.wait()
            await client.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    """One gateway for all tests; the last one ends it."""
    async with started(tmp_path_factory.mktemp("workers")) as running:
        yield running


async def test_all_processes_answer_and_one_trail_tells_of_it(gateway: Gateway) -> None:
    answers = await asyncio.gather(*(gateway.chat(f"hello {number}") for number in range(60)))
    metrics = (await gateway.get("/metrics")).text

    assert [answer.status_code for answer in answers] == [200] * 60, answers[0].text
    ids = {answer.headers["x-sepal-decision"] for answer in answers}
    async with asyncio.timeout(10):  # Nobody waits for outcomes to be written.
        while len([record for record in gateway.records() if record["event"] == "outcome"]) < 60:
            await asyncio.sleep(0.01)
    for event in ("decision", "outcome"):
        assert {record["decision"] for record in gateway.records() if record["event"] == event} == ids
    assert 'sepal_decisions_total{label="public"} 60.0' in metrics.splitlines()
    assert len(gateway.children()) == WORKERS - 1


async def test_a_conversation_keeps_its_stand_ins_whichever_process_answers(gateway: Gateway) -> None:
    before = len(gateway.stub.seen)
    await asyncio.gather(*(gateway.chat("Please write a short poem for Maria Gonzalez.") for _ in range(24)))
    bodies = [request.body for request in gateway.stub.seen[before:] if request.method == "POST"]
    sent = {json.loads(body)["messages"][0]["content"] for body in bodies}

    assert len(bodies) == 24
    assert len(sent) == 1, sent
    assert "Gonzalez" not in sent.pop()


async def test_a_worker_that_dies_is_started_again_while_the_others_answer(gateway: Gateway) -> None:
    before = gateway.children()
    os.kill(min(before), signal.SIGKILL)
    async with asyncio.timeout(60):
        while len(after := gateway.children()) < WORKERS - 1 or after == before:
            await asyncio.sleep(0.05)
    await gateway.until_all_answer()
    answers = await asyncio.gather(*(gateway.chat() for _ in range(30)))

    assert [answer.status_code for answer in answers] == [200] * 30
    assert len(after - before) == 1


async def test_a_new_policy_is_taken_over_by_every_process_and_recorded_once(gateway: Gateway) -> None:
    (gateway.directory / "mine.yaml").write_text(policy("closed", "secret", gateway.stub.url))
    await gateway.until_all_answer("closed")
    answers = await asyncio.gather(*(gateway.chat() for _ in range(30)))

    assert {answer.headers["x-sepal-label"] for answer in answers} == {"secret"}
    changes = [record["policy"]["name"] for record in gateway.records() if record["event"] == "policy"]
    assert changes == ["closed"]


async def test_ctrl_c_ends_all_of_them_and_the_trail_is_whole(gateway: Gateway) -> None:
    children = gateway.children()
    gateway.process.send_signal(signal.SIGINT)
    assert await asyncio.to_thread(gateway.process.wait, 20) == 0
    verify = [SEPAL, "audit", "verify", "--state-dir", str(gateway.directory / "state")]
    verified = await asyncio.to_thread(subprocess.run, verify, stdout=subprocess.DEVNULL)

    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert verified.returncode == 0
    of_the_gateway = [record["event"] for record in gateway.records() if record["event"] not in ("decision", "outcome")]
    assert of_the_gateway == ["started", "policy", "stopped"]


async def test_workers_end_with_the_first_process_however_it_ends(tmp_path: Path) -> None:
    async with started(tmp_path) as running:
        children = running.children()
        running.process.kill()
        async with asyncio.timeout(20):
            while any(Path(f"/proc/{pid}").exists() for pid in children):
                await asyncio.sleep(0.05)
