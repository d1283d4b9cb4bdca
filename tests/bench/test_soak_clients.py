"""What clients of a soak count, in front of a stub that answers well or badly."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web

from gateway.bench.soak_clients import Client, Tally, session
from tests.backends.stub_engine import Answer, stub_engine

from .test_soak_answers import data, good

HEADERS = {"content-type": "text/event-stream", "x-sepal-decision": "dec_1"}
DIALECT_OF: dict[str, Any] = {
    "/v1/chat/completions": "chat",
    "/v1/completions": "completions",
    "/v1/responses": "responses",
    "/v1/messages": "messages",
}


async def answered(request: web.Request, *, lacking: int = 0) -> web.StreamResponse:
    """An answer in the dialect of the request, as long as it may be, without its `lacking` last events."""
    dialect, asked = DIALECT_OF[request.path], json.loads(await request.read())
    most = asked.get("max_output_tokens") or asked["max_tokens"]
    text = json.dumps(good(dialect)).replace('_tokens": 2', f'_tokens": {most}')
    events = data(dialect, json.loads(text))
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    for event in events[: len(events) - lacking]:
        await response.write(b"data: " + event + b"\n\n")
    return response


async def counted(answer: Answer, numbers: range = range(8)) -> Tally:
    """What so many clients saw, each of which asked once or more."""
    tally = Tally()
    async with stub_engine(answer) as stub, session(stub.url) as opened:
        end = asyncio.get_running_loop().time() + 0.01
        await asyncio.gather(*(Client(number, opened, tally, (0, 8)).until(end) for number in numbers))
    return tally


async def test_counts_what_was_whole_and_what_clients_cut_off() -> None:
    tally = await counted(answered)

    assert tally.finished
    assert {item.decision for item in tally.finished} == {"dec_1"}
    assert tally.left.total() > 0
    assert tally.broken == {}


async def test_counts_an_answer_that_lacks_its_end_as_broken() -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        return await answered(request, lacking=1)

    tally = await counted(cut)

    assert tally.finished == []
    assert tally.broken.total() > 0


@pytest.mark.parametrize("status", [400, 500, 503])
async def test_counts_any_other_status_as_broken(status: int) -> None:
    async def refuse(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    tally = await counted(refuse)

    assert all(f"status {status}" in problem for problem in tally.broken)
    assert tally.broken.total() > 0


async def test_a_full_queue_is_no_fault_if_it_says_when_to_come_again() -> None:
    async def busy(request: web.Request) -> web.StreamResponse:
        return web.Response(status=429, headers={"retry-after": "0"})

    async def curt(request: web.Request) -> web.StreamResponse:
        return web.Response(status=429)

    told, untold = await counted(busy), await counted(curt)

    assert (told.refused > 0, told.broken.total()) == (True, 0)
    assert (untold.refused, untold.broken.total() > 0) == (0, True)
