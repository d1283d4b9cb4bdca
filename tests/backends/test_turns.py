"""Callers take turns; the line is bounded, and who leaves it leaves no gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from gateway.backends.turns import Busy, Turns


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Asking:
    """Requests that note when it is their turn, and answer when they are told."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._ends: dict[str, asyncio.Event] = {}

    async def ask(self, *names: str) -> None:
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._one(name))
            await settled()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await settled()

    async def _one(self, name: str) -> None:
        async with self.turns.turn(name[0]):
            self.order.append(name)
            await self._ends[name].wait()


async def test_no_more_than_so_many_at_once_and_callers_in_turn() -> None:
    asking = Asking(Turns(2))
    await asking.ask("a1", "a2", "a3", "a4", "a5", "b1", "c1", "b2")
    assert asking.order == ["a1", "a2"]
    for name in ("a1", "a2", "a3", "b1", "c1", "a4", "b2", "a5"):
        await asking.end(name)
    assert asking.order == ["a1", "a2", "a3", "b1", "c1", "a4", "b2", "a5"]
    assert asking.turns.waiting == 0
    # And the places are free again.
    await asking.ask("d1", "d2")
    assert asking.order[-2:] == ["d1", "d2"]
    await asking.end("d1")
    await asking.end("d2")


async def test_a_full_line_says_when_to_come_again() -> None:
    now = 0.0
    asking = Asking(Turns(1, most_waiting=2, clock=lambda: now))
    await asking.ask("a1")
    now = 30.0  # The answer takes long.
    await asking.end("a1")
    await asking.ask("a2", "a3", "a4")
    with pytest.raises(Busy, match="its queue is full") as busy:
        async with asking.turns.turn("b"):
            pass
    assert busy.value.retry_after == 30  # Ten seconds an answer by now, three before it.
    for name in ("a2", "a3", "a4"):
        await asking.end(name)


async def test_who_waits_too_long_is_told_and_leaves_no_gap() -> None:
    asking = Asking(Turns(1, patience=0.01))
    await asking.ask("a1", "b1")
    with pytest.raises(Busy, match=r"no free place within 0\.01 s"):
        await asking.tasks["b1"]
    assert asking.turns.waiting == 0
    await asking.end("a1")
    await asking.ask("c1")
    assert asking.order == ["a1", "c1"]
    await asking.end("c1")


@pytest.mark.parametrize("leaves", ["a2", "b1", "a1"])
async def test_who_goes_away_leaves_no_gap(leaves: str) -> None:
    asking = Asking(Turns(1))
    await asking.ask("a1", "a2", "b1", "a3")
    asking.tasks[leaves].cancel()
    await settled()
    left = [name for name in ("a1", "a2", "b1", "a3") if name != leaves]
    for _ in left:
        await asking.end(next(name for name in asking.order[::-1] if name in left))
    await settled()
    assert {name for name in asking.order if name != leaves} == set(left)
    assert asking.turns.waiting == 0
    await asking.ask("z1")
    assert asking.order[-1] == "z1"
    await asking.end("z1")


async def test_who_goes_away_when_the_place_is_given_passes_it_on() -> None:
    turns = Turns(1)
    asking = Asking(turns)
    await asking.ask("a1", "b1", "c1")
    asking._ends["a1"].set()
    for _ in range(3):
        await asyncio.sleep(0)
        if asking.tasks["a1"].done():
            break
    asking.tasks["b1"].cancel()
    await settled()
    assert asking.order[-1] == "c1"
    await asking.end("c1")


async def test_where_there_is_no_limit_nobody_waits() -> None:
    asking = Asking(Turns())
    names = [f"a{number}" for number in range(50)]
    await asking.ask(*names)
    assert asking.order == names
    for name in names:
        await asking.end(name)


@pytest.mark.parametrize("at_once", [1, 3])
async def test_for_many_callers_no_place_is_ever_given_twice(at_once: int) -> None:
    turns, inside, most = Turns(at_once, most_waiting=10_000), 0, 0

    async def ask(number: int) -> None:
        nonlocal inside, most
        async with turns.turn(str(number % 7)):
            inside += 1
            most = max(most, inside)
            try:
                await asyncio.sleep(0)
            finally:
                inside -= 1

    tasks = [asyncio.create_task(ask(number)) for number in range(300)]
    await asyncio.sleep(0)
    cancel: Callable[[asyncio.Task[None]], bool] = asyncio.Task.cancel
    for task in tasks[::11]:
        cancel(task)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (inside, turns.waiting) == (0, 0)
    assert most == at_once
