from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from gateway.swarm.answering import Answers
from gateway.swarm.errors import BridgeError


async def test_events_come_in_order_and_then_end() -> None:
    def work(tell: Callable[[int], None], _: threading.Event) -> None:
        for number in range(5):
            tell(number)

    async with Answers[int](1, 0).run([work]) as events:
        assert [event async for event in events] == [(0, number) for number in range(5)]


async def test_a_failure_follows_the_events_before_it() -> None:
    def work(tell: Callable[[int], None], _: threading.Event) -> None:
        tell(1)
        raise ValueError("broken")

    async with Answers[int](1, 0).run([work]) as events:
        assert await anext(events) == (0, 1)
        with pytest.raises(ValueError, match="broken"):
            await anext(events)


async def test_leaving_cancels_the_work_and_frees_its_place() -> None:
    answers = Answers[int](1, 0)

    def until_cancelled(tell: Callable[[int], None], cancelled: threading.Event) -> None:
        tell(1)
        cancelled.wait()

    for _ in range(3):
        async with answers.run([until_cancelled]) as events:
            assert await anext(events) == (0, 1)
        while answers.active:
            await asyncio.sleep(0.001)


async def test_as_many_run_as_there_are_places_and_the_rest_waits_or_is_refused() -> None:
    answers = Answers[str](2, 1)
    go = threading.Event()
    running: list[int] = []

    def work(tell: Callable[[str], None], _: threading.Event) -> None:
        running.append(1)
        go.wait()
        tell("done")

    async def ask() -> list[str]:
        async with answers.run([work]) as events:
            return [event async for _, event in events]

    asked = [asyncio.create_task(ask()) for _ in range(3)]
    while len(running) < 2:
        await asyncio.sleep(0.001)
    with pytest.raises(BridgeError) as refused:
        await ask()
    assert (refused.value.status, len(running)) == (429, 2)
    go.set()
    assert await asyncio.gather(*asked) == [["done"]] * 3


async def test_a_request_that_gives_up_waiting_takes_no_place() -> None:
    answers = Answers[int](1, 1)
    go = threading.Event()

    def hold(tell: Callable[[int], None], _: threading.Event) -> None:
        tell(1)
        go.wait()

    async def ask() -> None:
        async with answers.run([hold]):
            pass

    async with answers.run([hold]) as events:
        await anext(events)
        waiting = asyncio.create_task(ask())
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert answers.active == 1
        go.set()


def _saying(
    word: str, barrier: threading.Barrier | None = None
) -> Callable[[Callable[[str], None], threading.Event], None]:
    def work(tell: Callable[[str], None], _: threading.Event) -> None:
        if barrier is not None:
            barrier.wait(10)
        tell(word)

    return work


async def test_several_works_of_one_request_run_side_by_side() -> None:
    together = threading.Barrier(3)
    async with Answers[str](3, 0).run([_saying(word, together) for word in "abc"]) as events:
        assert sorted([event async for event in events]) == [(0, "a"), (1, "b"), (2, "c")]


async def test_more_works_than_places_run_one_after_the_other() -> None:
    answers = Answers[str](1, 7)
    async with answers.run([_saying(word) for word in "abcdefgh"]) as events:
        assert [event async for event in events] == list(enumerate("abcdefgh"))
    assert answers.active == 0


async def test_a_work_that_fails_ends_the_others() -> None:
    answers = Answers[str](2, 2)

    def fail(tell: Callable[[str], None], _: threading.Event) -> None:
        raise ValueError("broken")

    def until_cancelled(tell: Callable[[str], None], cancelled: threading.Event) -> None:
        assert cancelled.wait(10)

    with pytest.raises(ValueError, match="broken"):
        async with answers.run([until_cancelled, fail, until_cancelled, until_cancelled]) as events:
            await anext(events)
    while answers.active:
        await asyncio.sleep(0.001)


async def test_a_request_with_more_answers_than_may_wait_is_refused_while_others_run() -> None:
    answers = Answers[str](1, 1)
    go = threading.Event()

    def hold(tell: Callable[[str], None], _: threading.Event) -> None:
        tell("held")
        go.wait()

    async with answers.run([hold]) as events:
        await anext(events)
        with pytest.raises(BridgeError) as refused:
            async with answers.run([hold, hold]):
                pass
        go.set()
    assert refused.value.status == 429
