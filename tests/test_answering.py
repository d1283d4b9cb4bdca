"""How long a request may take, and what stands for models that clients ask for."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from gateway import streamed
from tests.backends.stub_engine import HELLO, ROLE, delta, says
from tests.running_gateway import policy, running

BODY = {"model": "auto", "messages": [{"role": "user", "content": "hello"}]}


def public(url: str) -> str:
    return policy("mine", "public", url)


async def test_a_request_that_takes_too_long_is_ended_everywhere(tmp_path: Path) -> None:
    async with running(tmp_path, public, says(3600.0)) as gateway:
        response = await gateway.client.post("/v1/chat/completions", json=BODY, headers={"x-sepal-timeout": "0.2"})
        await asyncio.wait_for(gateway.stub.left.wait(), 10)
        [outcome] = gateway.audit("outcome")

    assert response.status_code == 504
    assert response.json()["error"]["code"] == "deadline_exceeded"
    assert response.headers["x-should-retry"] == "false"
    assert outcome["outcome"] == "cancelled"


async def test_a_stream_that_takes_too_long_says_so_at_its_end(tmp_path: Path) -> None:
    async with running(tmp_path, public, says(ROLE, delta("Hel"), 3600.0), request_timeout=0.5) as gateway:
        response = await gateway.client.post("/v1/chat/completions", json={**BODY, "stream": True})
        await asyncio.wait_for(gateway.stub.left.wait(), 10)
        [outcome] = gateway.audit("outcome")

    events = [json.loads(line.removeprefix("data: ")) for line in response.text.splitlines() if line]
    assert events[0]["choices"][0]["delta"]["role"] == "assistant"
    assert events[-1]["error"]["code"] == "deadline_exceeded"
    assert outcome["error"] == "deadline_exceeded"


async def test_callers_may_ask_for_less_time_and_not_for_more(tmp_path: Path) -> None:
    async with running(tmp_path, public, says(3600.0), request_timeout=0.2) as gateway:
        response = await gateway.client.post("/v1/chat/completions", json=BODY, headers={"x-sepal-timeout": "3600"})

    assert response.status_code == 504


@pytest.mark.parametrize("given", ["soon", "", "0", "-1", "nan", "inf"])
async def test_a_time_that_is_none_is_refused(tmp_path: Path, given: str) -> None:
    async with running(tmp_path, public) as gateway:
        response = await gateway.client.post("/v1/chat/completions", json=BODY, headers={"x-sepal-timeout": given})

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid_timeout"


async def test_a_model_that_clients_ask_for_may_stand_for_another(tmp_path: Path) -> None:
    aliases = {"gpt-*": "auto", "claude-3": "local"}
    async with running(tmp_path, public, says(*HELLO), model_aliases=aliases) as gateway:
        answers = {
            model: await gateway.client.post("/v1/chat/completions", json={**BODY, "model": model})
            for model in ("gpt-5.2-mini", "claude-3", "claude-4")
        }
        decisions = gateway.audit("decision")

    assert {model: answer.status_code for model, answer in answers.items()} == {
        "gpt-5.2-mini": 200,
        "claude-3": 200,
        "claude-4": 404,
    }
    assert "model_aliases" in answers["claude-4"].json()["error"]["message"]
    # What matched is the caller's own text; the alias is not.
    assert [decision.get("asked") for decision in decisions] == [None, ["local"]]
    assert [decision["model"] for decision in decisions] == ["gpt-*", "claude-3"]


@pytest.mark.parametrize("field", ["functions", "function_call", "web_search_options", "audio"])
async def test_what_would_change_the_answer_is_refused_and_not_dropped(tmp_path: Path, field: str) -> None:
    async with running(tmp_path, public) as gateway:
        response = await gateway.client.post("/v1/chat/completions", json={**BODY, field: {"any": "thing"}})
        absent = await gateway.client.post("/v1/chat/completions", json={**BODY, field: None})

    assert response.status_code == 400
    assert response.json()["error"]["param"] == field
    assert absent.status_code == 200


async def test_unknown_fields_are_dropped_with_a_note_of_their_number(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "gateway.dialects.read")
    async with running(tmp_path, public) as gateway:
        response = await gateway.client.post(
            "/v1/chat/completions", json={**BODY, "service_tier": "flex", "Zanzibarquartz": "Zanzibarquartz"}
        )
        [sent] = [request for request in gateway.stub.seen if request.method == "POST"]

    assert response.status_code == 200
    assert b"Zanzibarquartz" not in sent.body
    assert "ignored 2 fields; those known are: service_tier" in caplog.text
    assert "Zanzibarquartz" not in caplog.text


async def test_who_does_not_read_an_answer_loses_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "UNREAD_TIMEOUT", 0.3)
    endless = [delta("x" * 100_000)] * 1_000
    body = json.dumps({**BODY, "stream": True}).encode()
    async with running(tmp_path, public, says(ROLE, *endless, 3600.0)) as gateway:
        port = httpx.URL(gateway.url).port
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: {len(body)}\r\n"
        writer.write(f"{head}content-type: application/json\r\n\r\n".encode() + body)
        await writer.drain()
        await asyncio.wait_for(gateway.stub.left.wait(), 30)
        await gateway.until(lambda: bool(gateway.audit("outcome")))
        [outcome] = gateway.audit("outcome")
        writer.transport.abort()

    assert (outcome["outcome"], outcome["error"]) == ("cancelled", "not_read")


async def test_who_reads_slowly_gets_it_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "UNREAD_TIMEOUT", 5.0)
    long = [delta("x" * 100_000)] * 60
    got = 0
    async with (
        running(tmp_path, public, says(ROLE, *long, delta(finish="stop"))) as gateway,
        gateway.client.stream("POST", "/v1/chat/completions", json={**BODY, "stream": True}) as response,
    ):
        async for part in response.aiter_bytes():
            got += part.count(b"xx")
            await asyncio.sleep(0.001)

    assert 2.99e6 < got <= 3e6
