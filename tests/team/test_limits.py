"""Limits hold for a key wherever it is used, refill steadily, and count what answers really used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.settings import load_settings
from gateway.team.key import Key, Limits
from gateway.team.keys import Keys
from gateway.team.limits import Exceeded, Usage
from gateway.team.shared import Shared, open_shared
from tests.redis_server import RedisProcess
from tests.team.conftest import Clock


@pytest.fixture
def usage(store: Shared, clock: Clock) -> Usage:
    return Usage(store.usage, clock)


async def key(store: Shared, clock: Clock, limits: Limits, name: str = "alice") -> Key:
    made = Key(name, limits=limits)
    await Keys(store.keys, clock).create(made)
    return made


async def test_requests_are_let_in_up_to_the_limit_and_then_steadily(store: Shared, usage: Usage, clock: Clock) -> None:
    alice = await key(store, clock, Limits(requests_per_minute=3))
    remaining = []
    for _ in range(3):
        taken = await usage.take(alice, 0)
        assert not isinstance(taken, Exceeded)
        remaining.append(taken[0].remaining)
    assert remaining == [2, 1, 0]
    assert await usage.take(alice, 0) == Exceeded("requests", 3, 20)
    clock.now += 19.9
    assert isinstance(await usage.take(alice, 0), Exceeded)
    clock.now += 0.1
    assert not isinstance(await usage.take(alice, 0), Exceeded)
    assert isinstance(await usage.take(alice, 0), Exceeded)
    clock.now += 600
    taken = await usage.take(alice, 0)
    assert not isinstance(taken, Exceeded)
    assert (taken[0].remaining, taken[0].reset) == (2, 20)


async def test_what_an_answer_used_is_waited_for_by_the_next_request(store: Shared, usage: Usage, clock: Clock) -> None:
    alice = await key(store, clock, Limits(tokens_per_minute=600))
    await usage.take(alice, 100)
    await usage.settle(alice, 900)  # 1,000 altogether
    exceeded = await usage.take(alice, 10)
    assert isinstance(exceeded, Exceeded)
    assert (exceeded.what, round(exceeded.wait, 3)) == ("tokens", 40.1)
    clock.now += exceeded.wait
    assert not isinstance(await usage.take(alice, 10), Exceeded)


async def test_what_was_taken_too_much_is_given_back_and_no_more(store: Shared, usage: Usage, clock: Clock) -> None:
    alice = await key(store, clock, Limits(tokens_per_minute=600, tokens_per_day=1000))
    await usage.take(alice, 500)
    await usage.settle(alice, -480)
    taken = await usage.take(alice, 0)
    assert not isinstance(taken, Exceeded)
    assert taken[0].remaining == 580
    await usage.settle(alice, -10_000)
    taken = await usage.take(alice, 0)
    assert not isinstance(taken, Exceeded)
    assert taken[0].remaining == 600


async def test_a_refused_request_takes_nothing(store: Shared, usage: Usage, clock: Clock) -> None:
    alice = await key(store, clock, Limits(requests_per_minute=10, tokens_per_minute=100))
    await usage.take(alice, 150)
    for _ in range(5):
        assert isinstance(await usage.take(alice, 1), Exceeded)
    clock.now += 60
    taken = await usage.take(alice, 0)
    assert not isinstance(taken, Exceeded)
    assert taken[0].remaining == 9


async def test_a_days_tokens_are_free_again_the_next_day(store: Shared, usage: Usage, clock: Clock) -> None:
    alice = await key(store, clock, Limits(tokens_per_day=1000))
    await usage.take(alice, 10)
    await usage.settle(alice, 990)
    exceeded = await usage.take(alice, 1)
    assert isinstance(exceeded, Exceeded)
    assert exceeded == Exceeded("day", 1000, 86_400 - clock.now % 86_400)
    clock.now += exceeded.wait
    assert await usage.take(alice, 1) == ()


async def test_keys_do_not_use_up_each_others(store: Shared, usage: Usage, clock: Clock) -> None:
    alice = await key(store, clock, Limits(requests_per_minute=1))
    bob = await key(store, clock, Limits(requests_per_minute=1), "bob")
    assert not isinstance(await usage.take(alice, 0), Exceeded)
    assert not isinstance(await usage.take(bob, 0), Exceeded)
    assert isinstance(await usage.take(alice, 0), Exceeded)


async def test_a_clock_that_was_set_back_locks_nobody_out(store: Shared, usage: Usage, clock: Clock) -> None:
    alice = await key(store, clock, Limits(requests_per_minute=1))
    await usage.take(alice, 0)
    clock.now -= 86_400
    assert not isinstance(await usage.take(alice, 0), Exceeded)


async def test_a_key_that_was_removed_meanwhile_is_no_fault(store: Shared, usage: Usage, clock: Clock) -> None:
    alice = await key(store, clock, Limits(tokens_per_minute=10, tokens_per_day=10))
    await usage.take(alice, 1)
    keys = Keys(store.keys, clock)
    await keys.revoke("alice")
    await keys.remove("alice")
    await usage.settle(alice, 5)


async def test_a_key_that_is_gone_gets_nothing(store: Shared, usage: Usage, clock: Clock) -> None:
    await key(store, clock, Limits(requests_per_minute=10))
    assert await usage.take(Key("nobody", limits=Limits(10, 10, 10)), 1) is None


async def test_giving_back_on_the_next_day_earns_nothing(store: Shared, usage: Usage, clock: Clock) -> None:
    alice = await key(store, clock, Limits(tokens_per_day=1000))
    await usage.take(alice, 500)
    clock.now += 86_400
    await usage.settle(alice, -500)
    await usage.settle(alice, 1000)
    assert isinstance(await usage.take(alice, 1), Exceeded)


async def test_without_a_clock_the_stores_own_counts(store: Shared, clock: Clock) -> None:
    alice, usage = await key(store, clock, Limits(requests_per_minute=2)), Usage(store.usage)
    taken = [await usage.take(alice, 0) for _ in range(3)]
    assert [isinstance(one, Exceeded) for one in taken] == [False, False, True]
    assert isinstance(taken[2], Exceeded)
    assert 0 < taken[2].wait <= 30


async def test_all_who_share_the_store_share_the_limit(
    opened: Callable[[], Shared], store: Shared, clock: Clock
) -> None:
    alice = await key(store, clock, Limits(requests_per_minute=50))
    several = [Usage(opened().usage, clock) for _ in range(4)]
    taken = await asyncio.gather(*(usage.take(alice, 0) for usage in several * 25))
    assert (len(taken), [isinstance(one, Exceeded) for one in taken].count(False)) == (100, 50)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["take", "settle"]), st.integers(-400, 400), st.floats(0, 90)),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_stores_count_alike(
    redis_process: RedisProcess, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, float]]
) -> None:
    """The one counts in Python, the other in a script on the server."""

    async def outcome(**store: str) -> list[object]:
        state = tmp_path_factory.mktemp("state")
        shared, clock = open_shared(load_settings(None, {}, {"state_dir": str(state), **store})), Clock()
        alice, seen = await key(shared, clock, Limits(5, 600, 900)), []
        usage = Usage(shared.usage, clock)
        for what, tokens, wait in steps:
            clock.now += wait
            seen.append(await (usage.take(alice, abs(tokens)) if what == "take" else usage.settle(alice, tokens)))
        await shared.close()
        return seen

    with redis_process.client() as client:
        client.flushall()
    assert asyncio.run(outcome()) == asyncio.run(outcome(store=redis_process.url))
