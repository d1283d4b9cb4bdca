"""Responses that are made in the background: seen, followed, cancelled, deleted, and lost with their gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from gateway.dialects.responses.background import STOPPED, Background, Run
from gateway.dialects.responses.conversation import Conversations, Turn
from gateway.dialects.responses.memory import MemoryRecords
from tests.backends.stub_engine import ROLE, STOP, delta, fails, says
from tests.dialects.responses.asking import CANARY, END, ask, events_in, post, response_in, text_of, types_of
from tests.running_gateway import Running, policy, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
ID = f"resp_{'ab' * 12}"


class Held:
    """An engine that begins to answer and then waits."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.release = asyncio.Event()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.method != "POST":
            return await fails(404)(request)
        response = await says(ROLE, delta("Hel"))(request)
        self.begun.set()
        await self.release.wait()
        for part in (delta("lo"), STOP, END[0]):
            await response.write(b"data: " + orjson.dumps(part) + b"\n\n")
        return response


@pytest.fixture
async def held(up: Running) -> AsyncIterator[Held]:
    engine = Held()
    up.stub.answer = engine
    yield engine
    engine.release.set()


async def seen(up: Running, id_: str) -> dict[str, Any]:
    return response_in(await up.client.get(f"/v1/responses/{id_}"))


async def until(up: Running, id_: str, status: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while (response := await seen(up, id_))["status"] != status:
            await asyncio.sleep(0.02)
    return response


async def start(up: Running, held: Held, given: Any = "hello", **more: Any) -> str:
    """The id of a response that is being made."""
    response = await ask(up, given, background=True, **more)
    assert (response["status"], response["background"], response["output"]) == ("queued", True, [])
    await asyncio.wait_for(held.begun.wait(), 20)
    return str(response["id"])


async def test_it_is_queued_then_in_progress_then_complete(up: Running, held: Held) -> None:
    id_ = await start(up, held)
    assert (await seen(up, id_))["status"] == "in_progress"
    early = await post(up, previous_response_id=id_)
    assert early.json()["error"]["code"] == "previous_response_not_found"
    held.release.set()

    done = await until(up, id_, "completed")

    assert text_of(done) == "Hello"
    assert done["usage"]["total_tokens"] == 5
    follow_up = await ask(up, "And?", previous_response_id=id_)
    assert follow_up["status"] == "completed"
    assert up.audit("outcome")[-1]["outcome"] == "completed"


@pytest.mark.parametrize("stream", [False, True])
async def test_to_cancel_it_ends_the_work_at_the_engine(up: Running, held: Held, stream: bool) -> None:
    following = asyncio.create_task(post(up, background=True, stream=True)) if stream else None
    if following is None:
        id_ = await start(up, held)
    else:
        await asyncio.wait_for(held.begun.wait(), 20)
        id_ = up.audit("decision")[-1]["decision"].replace("dec_", "resp_")

    cancelled = response_in(await up.client.post(f"/v1/responses/{id_}/cancel"))

    assert cancelled["status"] == "cancelled"
    await asyncio.wait_for(up.stub.left.wait(), 20)
    assert up.audit("outcome")[-1]["outcome"] == "cancelled"
    assert response_in(await up.client.post(f"/v1/responses/{id_}/cancel")) == await seen(up, id_) == cancelled
    assert (await post(up, previous_response_id=id_)).status_code == 400
    if following is not None:
        assert types_of(events_in((await following).text))[-1].endswith("delta")


async def test_to_delete_it_ends_the_work_and_leaves_nothing(up: Running, held: Held) -> None:
    id_ = await start(up, held)

    assert (await up.client.delete(f"/v1/responses/{id_}")).json()["deleted"] is True

    await asyncio.wait_for(up.stub.left.wait(), 20)
    assert (await up.client.get(f"/v1/responses/{id_}")).status_code == 404


async def test_its_stream_can_be_left_and_taken_up_again(up: Running, held: Held) -> None:
    body = {"model": "auto", "input": "hello", "background": True, "stream": True}
    raw = ""
    async with up.client.stream("POST", "/v1/responses", json=body) as answer:
        async for text in answer.aiter_text():
            raw += text
            if raw.endswith("\n\n") and "output_text.delta" in raw:
                break
    first = events_in(raw)
    assert types_of(first)[:3] == ["created", "queued", "in_progress"]
    id_ = first[0]["response"]["id"]
    last = first[-1]["sequence_number"]
    again = asyncio.create_task(up.client.get(f"/v1/responses/{id_}?stream=true&starting_after={last}"))
    held.release.set()

    rest = events_in((await again).text, start=last + 1)

    assert types_of(rest)[-1] == "completed"
    assert text_of(rest[-1]["response"]) == "Hello"
    late = await up.client.get(f"/v1/responses/{id_}?stream=true&starting_after={last}")
    assert events_in(late.text, start=last + 1) == rest
    assert await seen(up, id_) == rest[-1]["response"]


@pytest.mark.parametrize("query", ["stream=true", "stream=true&starting_after=1"])
async def test_one_that_was_not_streamed_has_no_events_while_it_is_made(up: Running, held: Held, query: str) -> None:
    id_ = await start(up, held)

    assert (await up.client.get(f"/v1/responses/{id_}?{query}")).status_code == 400


async def test_one_that_nobody_could_answer_says_why(up: Running) -> None:
    up.stub.answer = fails(503)
    response = await ask(up, background=True)
    told = events_in((await post(up, background=True, stream=True)).text)

    failed = await until(up, response["id"], "failed")

    assert failed["error"]["code"] == "server_error"
    assert "can answer now" in failed["error"]["message"]
    assert types_of(told) == ["created", "queued", "failed"]


async def test_one_that_breaks_off_fails(up: Running) -> None:
    up.stub.answer = says(ROLE, delta("Hel"), None)

    told = events_in((await post(up, background=True, stream=True)).text)

    assert types_of(told)[-1] == "failed"
    assert await until(up, told[0]["response"]["id"], "failed") == told[-1]["response"]


async def test_only_what_is_made_in_the_background_can_be_cancelled(up: Running) -> None:
    response = await ask(up)

    refused = await up.client.post(f"/v1/responses/{response['id']}/cancel")

    assert (refused.status_code, "background" in refused.json()["error"]["message"]) == (400, True)


async def test_too_many_at_once_are_refused_with_a_time_to_come_again(
    up: Running, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.dialects.responses.background.WAITING", 1)
    await start(up, held)

    refused = await post(up, background=True)

    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "queue_full")
    assert int(refused.headers["retry-after"]) > 0


async def test_a_gateway_that_stops_leaves_them_failed_and_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, lambda url: policy("mine", "public", url)) as up:
        held = Held()
        up.stub.answer = held
        id_ = await start(up, held, f"About {CANARY}")
        up.file.unlink()

    async with running(tmp_path, lambda url: policy("mine", "public", url)) as up:
        response = await seen(up, id_)

    assert response["status"] == "failed"
    assert response["error"] == {"code": "server_error", "message": STOPPED}


@asynccontextmanager
async def processes(monkeypatch: pytest.MonkeyPatch, clock: Callable[[], float]) -> AsyncIterator[list[Background]]:
    """Two processes of one gateway, which share their records."""
    monkeypatch.setattr("gateway.dialects.responses.background.LOOK", 0.01)
    records = MemoryRecords(clock=clock)
    both = [Background(Conversations(records, 3600)) for _ in range(2)]
    yield both
    for one in both:
        await one.close()


def queued() -> Turn:
    return Turn({"id": ID, "status": "queued", "output": [], "previous_response_id": None}, [])


async def forever(run: Run) -> Turn:
    await asyncio.Event().wait()
    raise AssertionError


async def kept(background: Background) -> Turn | None:
    return await background._conversations.find("me", ID)


async def test_another_process_sees_it_and_can_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with processes(monkeypatch, lambda: 0.0) as (one, other):
        run = Run("me", ID, streams=False)
        await one.start(run, queued(), forever)
        turn = await kept(other)
        assert turn is not None
        assert (await other.standing("me", turn))["status"] == "queued"
        assert other.running("me", ID) is None

        await other.stop("me", ID, "cancelled")

        turn = await kept(other)
        assert turn is not None
        assert turn.response["status"] == "cancelled"
        assert run.done


async def test_what_another_process_deletes_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with processes(monkeypatch, lambda: 0.0) as (one, other):
        run = Run("me", ID, streams=False)
        await one.start(run, queued(), forever)

        await other.stop("me", ID, "deleted")

        assert run.task is not None
        await asyncio.wait([run.task])
        assert await kept(other) is None


async def test_work_of_a_process_that_is_gone_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    async with processes(monkeypatch, lambda: now) as (one, other):
        await one.start(Run("me", ID, streams=False), queued(), forever)
        turn = await kept(other)
        assert turn is not None
        now = 21.0  # longer than its last mark holds

        standing = await other.standing("me", turn)

        assert (standing["status"], standing["error"]["message"]) == ("failed", STOPPED)


async def test_only_the_owner_can_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with processes(monkeypatch, lambda: 0.0) as (one, _):
        run = Run("me", ID, streams=False)
        await one.start(run, queued(), forever)

        assert one.running("you", ID) is None
        await one.stop("you", ID, "cancelled")

        assert not run.done


async def test_a_fault_of_the_gateways_own_is_told_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def faulty(run: Run) -> Turn:
        raise ValueError(CANARY)

    async with processes(monkeypatch, lambda: 0.0) as (one, _):
        run = Run("me", ID, streams=False)
        await one.start(run, queued(), faulty)
        assert run.task is not None
        await asyncio.wait([run.task])

        turn = await kept(one)

    assert turn is not None
    assert turn.response["status"] == "failed"
    assert "ValueError" in caplog.text
    assert CANARY not in caplog.text + str(turn.response)


async def test_a_policy_that_changes_while_it_waits_still_sees_how_confidential_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.dialects.responses.background.AT_ONCE", 1)
    async with running(tmp_path, lambda url: policy("mine", "public", url)) as up:
        first = await ask(up, headers={"x-sepal-level": "internal"})
        second = await ask(up, previous_response_id=first["id"], headers={"x-sepal-level": "secret"})
        held = Held()
        up.stub.answer = held
        await start(up, held)
        waiting = await ask(up, "And?", background=True, previous_response_id=second["id"])
        turned = up.text("turned", "public").replace("internal, secret]", "secret, internal]")
        up.save(turned.replace("clearance: secret", "clearance: internal"))
        await up.until_in_force("turned")
        held.release.set()

        await until(up, waiting["id"], "completed")

        assert up.audit("decision")[-1]["label"] == "internal"
