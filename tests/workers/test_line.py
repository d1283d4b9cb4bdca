"""The line between two processes: questions, answers, refusals, and its end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gateway.workers.line import Answerer, Line, LineClosed, Refusal


@asynccontextmanager
async def both(answerers: Mapping[str, Answerer]) -> AsyncIterator[tuple[Line, Line]]:
    """A line with one end that asks, and one that has `answerers`."""
    one, other = socket.socketpair()
    asking, answering = await Line.over(one, {}), await Line.over(other, answerers)
    running = [asyncio.create_task(end.run()) for end in (asking, answering)]
    try:
        yield asking, answering
    finally:
        asking.close()
        answering.close()
        await asyncio.gather(*running)


async def doubled(fields: Mapping[str, Any]) -> int:
    return int(fields["number"]) * 2


async def test_answers_find_their_questions_in_any_order() -> None:
    release: dict[int, asyncio.Event] = {number: asyncio.Event() for number in range(3)}

    async def wait(fields: Mapping[str, Any]) -> int:
        await release[fields["which"]].wait()
        return int(fields["which"])

    async with both({"wait": wait}) as (asking, _):
        waiting = [asyncio.create_task(asking.ask("wait", which=number)) for number in range(3)]
        for number in (2, 0, 1):
            release[number].set()
            assert await waiting[number] == number


async def test_what_is_told_comes_in_order_and_after_what_was_asked_before() -> None:
    heard: list[str] = []

    async def ask(fields: Mapping[str, Any]) -> None:
        heard.append("asked")
        await asyncio.sleep(0)

    async def tell(fields: Mapping[str, Any]) -> None:
        heard.append(fields["what"])

    async with both({"ask": ask, "tell": tell}) as (asking, _):
        asked = asyncio.create_task(asking.ask("ask"))
        await asyncio.sleep(0)
        asking.tell("tell", what="first")
        asking.tell("tell", what="second")
        await asked
        await asking.ask("ask")

    assert heard == ["asked", "first", "second", "asked"]


async def test_a_refusal_carries_its_word_and_a_bug_only_that_it_is_one(caplog: pytest.LogCaptureFixture) -> None:
    async def refuse(fields: Mapping[str, Any]) -> None:
        raise Refusal("busy", retry_after=3)

    async def fail(fields: Mapping[str, Any]) -> None:
        raise ValueError("Zanzibarquartz")

    async with both({"refuse": refuse, "fail": fail}) as (asking, _):
        with pytest.raises(Refusal) as refused:
            await asking.ask("refuse")
        with pytest.raises(Refusal) as failed:
            await asking.ask("fail")

    assert (refused.value.kind, refused.value.fields) == ("busy", {"retry_after": 3})
    assert failed.value.kind == "bug"
    assert "Zanzibarquartz" not in caplog.text


async def test_the_end_of_the_line_ends_questions_and_the_work_on_them() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def forever(fields: Mapping[str, Any]) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with both({"forever": forever}) as (asking, answering):
        asked = asyncio.create_task(asking.ask("forever"))
        await begun.wait()
        answering.close()
        with pytest.raises(LineClosed):
            await asked
        await ended.wait()
        with pytest.raises(LineClosed):
            await asking.ask("forever")
        with pytest.raises(LineClosed):
            asking.tell("forever")


@pytest.mark.parametrize("junk", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x03abc", b"\x00\x00\x00\x02[]", b"\x00"])
async def test_what_is_no_message_ends_the_line(junk: bytes) -> None:
    one, other = socket.socketpair()
    line = await Line.over(other, {})
    with one:
        one.send(junk)
        one.shutdown(socket.SHUT_WR)
        await line.run()
        with pytest.raises(LineClosed):
            line.tell("anything")
