"""Callers take turns at a destination, through the real client; who finds the line full is told when to come again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import openai
import pytest

from gateway.backends.turns import Turns
from gateway.team.key import Key
from gateway.team.keys import Keys
from gateway.team.shared import open_shared
from tests.backends.stub_engine import ROLE, STOP, delta, says
from tests.running_gateway import Running, policy, running

SLOW = says(ROLE, delta("slowly "), 0.3, delta("done"), STOP)


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.backends.fleet._AT_ONCE", {"openai": 1})
    monkeypatch.setattr("gateway.backends.fleet.Turns", partial(Turns, most_waiting=4))
    monkeypatch.setattr("gateway.team.keys._LOOK", 0)


@asynccontextmanager
async def client(up: Running, name: str) -> AsyncIterator[openai.AsyncOpenAI]:
    store = open_shared(up.gateway.effective)
    secret = await Keys(store.keys).create(Key(name))
    await store.close()
    async with openai.AsyncOpenAI(base_url=f"{up.url}/v1", api_key=secret, max_retries=0) as asking:
        yield asking


async def ask(asking: openai.AsyncOpenAI, **more: Any) -> Any:
    return await asking.chat.completions.create(model="auto", messages=[{"role": "user", "content": "hello"}], **more)


@pytest.mark.usefixtures("one_at_a_time")
async def test_one_request_does_not_wait_behind_all_of_anothers(tmp_path: Path) -> None:
    async with (
        running(tmp_path, lambda url: policy("open", "public", url), SLOW) as up,
        client(up, "alice") as alice,
        client(up, "bob") as bob,
    ):
        ended: list[str] = []

        async def noted(name: str, asking: openai.AsyncOpenAI) -> None:
            assert (await ask(asking)).choices[0].message.content == "slowly done"
            ended.append(name)

        line = up.gateway.fleet.members["local"].backend.turns
        tasks = [asyncio.create_task(noted("alice", alice)) for _ in range(4)]
        await up.until(lambda: line.waiting == 3)
        tasks.append(asyncio.create_task(noted("bob", bob)))
        await asyncio.gather(*tasks)
        assert ended.index("bob") <= 2
        assert line.waiting == 0


@pytest.mark.usefixtures("one_at_a_time")
async def test_a_full_line_is_a_429_that_says_when_and_a_stream_that_is_left_frees_its_place(tmp_path: Path) -> None:
    async with (
        running(tmp_path, lambda url: policy("open", "public", url), SLOW) as up,
        client(up, "alice") as alice,
    ):
        line = up.gateway.fleet.members["local"].backend.turns
        stream = await ask(alice, stream=True)
        waiting = [asyncio.create_task(ask(alice)) for _ in range(4)]
        await up.until(lambda: line.waiting == 4)
        with pytest.raises(openai.RateLimitError, match="its queue is full") as refused:
            await ask(alice)
        headers = refused.value.response.headers
        assert (refused.value.code, headers["x-should-retry"]) == ("queue_full", "true")
        assert int(headers["retry-after"]) >= 1
        outcome = next(item for item in up.audit("outcome") if item["error"] == "queue_full")
        assert outcome["fallbacks"][0]["destination"] == "local"
        await stream.close()
        answers = await asyncio.gather(*waiting)
        assert {answer.choices[0].message.content for answer in answers} == {"slowly done"}
        assert line.waiting == 0
