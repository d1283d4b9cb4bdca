"""A retry with the same idempotency key gets the first answer again, and nothing is run twice."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.backends.stub_engine import HELLO, ROLE, Answer, delta, fails, says
from tests.running_gateway import Running, policy, running

CANARY = "Zanzibarquartz"


def public(url: str) -> str:
    return policy("mine", "public", url)


def asked(gateway: Running) -> int:
    return len([request for request in gateway.stub.seen if request.method == "POST"])


async def post(gateway: Running, key: str, path: str = "/v1/chat/completions", **changes: Any) -> Any:
    body = {"model": "auto", "messages": [{"role": "user", "content": "hello"}], **changes}
    return await gateway.client.post(path, json=body, headers={"idempotency-key": key})


@pytest.mark.parametrize("stream", [False, True])
async def test_a_retry_gets_the_first_answer_again(tmp_path: Path, stream: bool) -> None:
    async with running(tmp_path, public) as gateway:
        first = await post(gateway, "k1", stream=stream)
        again = await post(gateway, "k1", stream=stream)
        another = await post(gateway, "k2", stream=stream)
        runs = asked(gateway)
        records = gateway.audit("decision")

    assert again.content == first.content
    assert again.status_code == first.status_code == 200
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    for name in ("content-type", "x-sepal-decision", "x-sepal-destination", "x-sepal-label"):
        assert again.headers[name] == first.headers[name]
    assert another.headers["x-sepal-decision"] != first.headers["x-sepal-decision"]
    assert runs == len(records) == 2


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/responses", "/v1/completions"])
async def test_every_endpoint_that_answers_does_so(tmp_path: Path, path: str) -> None:
    bodies = {
        "/v1/messages": {"max_tokens": 5},
        "/v1/responses": {"input": "hello"},
        "/v1/completions": {"prompt": "hello"},
    }
    text = ({"id": "c", "choices": [{"index": 0, "text": "hi", "finish_reason": "stop"}]}, b"data: [DONE]\n\n")
    async with running(tmp_path, public, says(*(text if path == "/v1/completions" else HELLO))) as gateway:
        first = await post(gateway, "k", path, **bodies[path])
        again = await post(gateway, "k", path, **bodies[path])

    assert first.status_code == 200, first.text
    assert again.content == first.content
    assert asked(gateway) == 1


async def test_another_request_with_the_same_key_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path, public) as gateway:
        await post(gateway, "k")
        refused = await post(gateway, "k", temperature=0.5)
        elsewhere = await post(gateway, "k", "/v1/messages", max_tokens=5)

    assert refused.status_code == elsewhere.status_code == 422
    assert refused.json()["error"]["code"] == "idempotency_key_reused"
    assert refused.headers["x-should-retry"] == "false"


async def test_while_the_first_is_answered_a_second_is_told_to_wait(tmp_path: Path) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            begun.set()
            await go_on.wait()
        return await says(*HELLO)(request)

    async with running(tmp_path, public, slow) as gateway:
        first = asyncio.create_task(post(gateway, "k"))
        await begun.wait()
        second = await post(gateway, "k")
        go_on.set()
        assert (await first).status_code == 200
        third = await post(gateway, "k")

    assert second.status_code == 409
    assert second.headers["x-should-retry"] == "true"
    assert third.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    ("bad", "stream"),
    [(fails(500, {}), False), (says(ROLE, delta("Hel"), None), True), (says(ROLE, delta("Hel"), None), False)],
)
async def test_a_failure_is_not_kept(tmp_path: Path, bad: Answer, stream: bool) -> None:
    answers = [bad, says(*HELLO)]

    async def in_turn(request: web.Request) -> web.StreamResponse:
        return await (answers.pop(0) if request.method == "POST" else says(*HELLO))(request)

    async with running(tmp_path, public, in_turn) as gateway:
        await post(gateway, "k", stream=stream)
        second = await post(gateway, "k", stream=stream)

    assert second.status_code == 200
    assert "idempotency-replayed" not in second.headers
    assert "Hel" in second.text
    assert "lo" in second.text


async def test_who_goes_away_may_ask_again(tmp_path: Path) -> None:
    pieces = [ROLE, delta("Hel"), 30.0]
    answers = [says(*pieces), says(*HELLO)]

    async def in_turn(request: web.Request) -> web.StreamResponse:
        return await (answers.pop(0) if request.method == "POST" else says(*HELLO))(request)

    async with running(tmp_path, public, in_turn) as gateway:
        body = {"model": "auto", "stream": True, "messages": [{"role": "user", "content": "hello"}]}
        headers = {"idempotency-key": "k"}
        async with gateway.client.stream("POST", "/v1/chat/completions", json=body, headers=headers) as response:
            async for _ in response.aiter_bytes():
                break
        await gateway.stub.left.wait()
        async with asyncio.timeout(10):
            while (second := await post(gateway, "k", stream=True)).status_code == 409:
                await asyncio.sleep(0.01)

    assert second.status_code == 200
    assert "[DONE]" in second.text


@pytest.mark.parametrize("key", ["", "é", "x" * 256, "a b"])
async def test_a_key_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    async with running(tmp_path, public) as gateway:
        response = await gateway.client.post(
            "/v1/chat/completions",
            json={"model": "auto", "messages": [{"role": "user", "content": "hello"}]},
            headers=[(b"idempotency-key", key.encode())],
        )

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid_header"


async def test_nothing_of_it_can_be_read_in_the_store(tmp_path: Path) -> None:
    async with running(tmp_path, public, says(ROLE, delta(CANARY), delta(finish="stop"))) as gateway:
        answer = await post(gateway, f"{CANARY}-key", messages=[{"role": "user", "content": CANARY}])

    assert CANARY in answer.text
    state = tmp_path / "state"
    files = [file for file in state.rglob("*") if file.is_file()]
    assert any(file.name == "store.db" for file in files)
    for file in files:
        assert CANARY.encode() not in file.read_bytes()


async def test_keys_of_different_callers_are_different(tmp_path: Path) -> None:
    from hashlib import sha256

    more = "keys:\n" + "".join(
        f"  {name}: {{sha256: {sha256(name.encode()).hexdigest()}}}\n" for name in ("alice", "bob")
    )
    async with running(tmp_path, lambda url: policy("mine", "public", url, more)) as gateway:
        body = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "hello"}]})
        answers = [
            await gateway.client.post(
                "/v1/chat/completions",
                content=body,
                headers={"idempotency-key": "k", "authorization": f"Bearer {name}"},
            )
            for name in ("alice", "bob", "alice")
        ]

    assert ["idempotency-replayed" in answer.headers for answer in answers] == [False, False, True]
