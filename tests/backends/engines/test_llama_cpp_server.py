"""What llama.cpp's server does for the gateway: the behaviour that the rest relies on."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from gateway.backends.engines.engine import Surroundings
from gateway.backends.engines.llama_cpp import LlamaCpp
from gateway.paths import Paths
from gateway.policy.schema import Destination

CANARY = "Xylophone 8341"
MESSAGES = [{"role": "user", "content": f"Say hello to {CANARY}"}]
SLOTS = 4


class Server:
    """The engine with a client and what it said of itself."""

    def __init__(self, engine: LlamaCpp, session: aiohttp.ClientSession, events: dict[str, dict[str, object]]) -> None:
        self.engine, self.session, self.events = engine, session, events

    def post(self, path: str = "/chat/completions", **body: object) -> Any:
        body = {"model": "the-model", "messages": MESSAGES, "max_tokens": 3, "temperature": 0, **body}
        return self.session.post(self.engine.address().base_url + path, json=body)

    async def ask(self, path: str = "/chat/completions", **body: object) -> tuple[int, dict[str, Any]]:
        async with self.post(path, **body) as response:
            return response.status, await response.json()


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def server(state: Path) -> AsyncIterator[Server]:
    events: dict[str, dict[str, object]] = {}
    engine = LlamaCpp(
        "local",
        Destination(clearance="restricted", engine="llama.cpp"),
        "the-model",
        Surroundings(Paths(state)),
        lambda event, fields: events.update({event: fields}),
    )
    assert (await engine.start(wait=60)).ready
    headers = {"authorization": f"Bearer {engine.address().api_key}"}
    # The server closes a connection that was kept for a while.
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(force_close=True)) as session:
        yield Server(engine, session, events)
    await engine.stop()


async def test_it_says_that_each_of_its_slots_holds_the_whole_context(server: Server) -> None:
    assert server.events["ready"]["context_length"] == 8192
    assert server.events["ready"]["slots"] == SLOTS
    assert "logit_bias below 49152" in server.events["ready"]["abilities"]
    assert server.events["ready"]["tools"] is True, "the template shows no tools to the model"


async def test_requests_that_it_quotes_in_its_errors_stay_out_of_its_log(server: Server, state: Path) -> None:
    quoted = [
        await server.ask(tools=CANARY),
        await server.ask(response_format={"type": CANARY}),
        await server.ask(response_format={"type": "json_schema", "json_schema": {"schema": {"type": CANARY}}}),
        await server.ask(messages=[{"content": CANARY}]),
    ]
    url = f"{server.engine.address().base_url}/chat/completions"
    async with server.session.post(url, data=f'{{"messages": ["{CANARY}" !') as response:
        quoted.append((response.status, await response.json()))

    assert all(status >= 400 for status, _ in quoted)
    assert all("8341" in json.dumps(body) for _, body in quoted[:4]), "it no longer quotes; choose other requests"
    log = (state / "logs" / "local.log").read_text()
    assert "Serving the-model" in log
    assert "8341" not in log


async def test_a_prompt_over_the_context_is_an_error_with_the_numbers(server: Server) -> None:
    status, body = await server.ask(messages=[{"role": "user", "content": "sea " * 9000}])

    assert status == 400
    assert body["error"]["type"] == "exceed_context_size_error"
    assert body["error"]["n_ctx"] == 8192
    assert body["error"]["n_prompt_tokens"] > 9000


async def test_a_client_that_goes_away_frees_its_slot(server: Server) -> None:
    responses = [await server.post(stream=True, max_tokens=8000, ignore_eos=True) for _ in range(SLOTS)]
    for response in responses:
        await response.content.readany()
        response.close()

    started = time.monotonic()
    status, _ = await server.ask()

    assert status == 200
    assert time.monotonic() - started < 40, "8,000 tokens in each slot take minutes"


async def test_a_stream_ends_with_usage_and_done(server: Server) -> None:
    async with server.post(stream=True, stream_options={"include_usage": True}) as response:
        lines = [line.decode().removeprefix("data: ").strip() async for line in response.content if line.strip()]

    chunks = [json.loads(line) for line in lines[:-1]]
    assert lines[-1] == "[DONE]"
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert chunks[-2]["choices"][0]["finish_reason"] == "length"
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["completion_tokens"] == 3


async def test_seed_n_logprobs_and_schemas_are_honoured(server: Server) -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}

    _, first = await server.ask(seed=7, temperature=1, max_tokens=12)
    _, second = await server.ask(seed=7, temperature=1, max_tokens=12)
    _, two = await server.ask(n=2)
    _, with_logprobs = await server.ask(logprobs=True, top_logprobs=2)
    _, shaped = await server.ask(
        response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}, max_tokens=40
    )

    assert first["choices"] == second["choices"]
    assert [choice["index"] for choice in two["choices"]] == [0, 1]
    assert len(with_logprobs["choices"][0]["logprobs"]["content"]) == 3
    assert isinstance(json.loads(shaped["choices"][0]["message"]["content"])["age"], int)


async def test_an_answer_may_be_any_json_object(server: Server) -> None:
    _, free = await server.ask(max_tokens=8, temperature=0)
    _, answer = await server.ask(response_format={"type": "json_object"}, max_tokens=60, temperature=0)

    assert not free["choices"][0]["message"]["content"].startswith("{")
    assert isinstance(json.loads(answer["choices"][0]["message"]["content"]), dict)


async def test_it_ends_at_once_also_while_it_answers(server: Server) -> None:
    """The last one: nothing runs after it."""
    response = await server.post(stream=True, max_tokens=8000, ignore_eos=True)
    await response.content.readany()

    started = time.monotonic()
    await server.engine.stop()

    assert time.monotonic() - started < 8
    response.close()
