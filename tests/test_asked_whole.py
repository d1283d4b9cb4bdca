"""Other servers are asked for an answer in one piece where the caller wants one, unless its start is waited for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import orjson
import pytest
from aiohttp import web

from tests.answering_engine import answers
from tests.backends.stub_engine import HELLO, fails, says
from tests.running_gateway import policy, running

TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
REWRITING = """version: 1
extends: default
destinations:
  there: {{clearance: public, engine: openai, base_url: "{url}/v1", model: m}}
rules:
  - {{name: people, when: {{only: [PERSON, contact]}}, declassify: {{method: pseudonym, to: public}}}}
route: {{prefer: [there]}}
"""


def public(url: str) -> str:
    return policy("mine", "public", url)


def impatient(url: str) -> str:
    return public(url).replace("model: m", "model: m, first_token_timeout: 30")


@pytest.mark.parametrize("more", [{}, {"n": 2}, {"tools": [TOOL]}, {"logprobs": True, "top_logprobs": 2}])
async def test_the_answer_is_the_same_either_way(tmp_path: Path, more: dict[str, object]) -> None:
    told = []
    for name, text in (("asked-whole", public), ("asked-streamed", impatient)):
        (tmp_path / name).mkdir()
        async with running(tmp_path / name, text, answers) as gateway:
            told.append((await gateway.chat(**more)).json())
            [sent] = [orjson.loads(seen.body) for seen in gateway.stub.seen if seen.method == "POST"]
            [outcome] = gateway.audit("outcome")
        assert sent["stream"] is (text is impatient)
        # Of an answer in one piece nobody knows when it began.
        assert ("first_token_ms" in outcome["timings"]) is (text is impatient)
        assert outcome["usage"] == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    for answer in told:
        del answer["created"]
    assert told[0] == told[1]


async def test_who_streams_gets_a_stream(tmp_path: Path) -> None:
    async with running(tmp_path, public, answers) as gateway:
        response = await gateway.chat(stream=True)
        [sent] = [orjson.loads(seen.body) for seen in gateway.stub.seen if seen.method == "POST"]
    assert sent["stream"] is True
    assert response.text.endswith("data: [DONE]\n\n")


async def test_a_server_that_knows_one_way_only_is_understood(tmp_path: Path) -> None:
    whole = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    for name, answer in (("streams", says(*HELLO)), ("does-not", fails(200, whole))):
        (tmp_path / name).mkdir()
        async with running(tmp_path / name, public, answer) as gateway:
            asked_whole, streamed = await gateway.chat(), await gateway.chat(stream=True)
        assert asked_whole.json()["choices"][0]["message"]["content"] == "Hello"
        events = [orjson.loads(line[6:]) for line in streamed.text.splitlines() if line.startswith("data: {")]
        assert (
            "".join(event["choices"][0]["delta"].get("content", "") for event in events if event["choices"]) == "Hello"
        )


async def test_originals_are_put_back_in_an_answer_in_one_piece(tmp_path: Path) -> None:
    async def echoes(request: web.Request) -> web.StreamResponse:
        if request.method != "POST":
            return web.json_response({"object": "list", "data": []})
        content = (await request.json())["messages"][-1]["content"]
        message = {"role": "assistant", "content": content}
        return web.json_response({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})

    prompt = "Write a birthday card to Maria Gonzalez, maria.gonzalez@acme-corp.com."
    async with running(tmp_path, lambda url: REWRITING.format(url=url), echoes) as gateway:
        answer = await gateway.chat(prompt)
        [body] = [seen.body for seen in gateway.stub.seen if seen.method == "POST"]
    assert answer.headers["x-sepal-destination"] == "there"
    assert orjson.loads(body)["stream"] is False
    assert not any(original in body for original in (b"Maria", b"Gonzalez", b"acme"))
    assert answer.json()["choices"][0]["message"]["content"] == prompt


async def test_a_caller_who_goes_ends_the_work(tmp_path: Path) -> None:
    async def waits(request: web.Request) -> web.StreamResponse:
        if request.method != "POST":
            return web.json_response({"object": "list", "data": []})
        await asyncio.sleep(3600)  # Not even headers come before the answer.
        raise AssertionError

    async with running(tmp_path, public, waits) as gateway:
        response = await gateway.client.post(
            "/v1/chat/completions",
            json={"model": "auto", "messages": [{"role": "user", "content": "hello"}]},
            headers={"x-sepal-timeout": "0.2"},
        )
        await asyncio.wait_for(gateway.stub.left.wait(), 15)
    assert response.status_code == 504
