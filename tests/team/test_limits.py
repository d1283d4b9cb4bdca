"""Limits hold for a key wherever it is used, refill steadily, and count what answers really used."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from gateway.team.keys import Key, Keys, Limits
from gateway.team.limits import Exceeded, Usage
from gateway.team.store import Store
from tests.team.test_keys import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store.db")


@pytest.fixture
def usage(store: Store, clock: Clock) -> Usage:
    return Usage(store, clock)


def key(store: Store, clock: Clock, limits: Limits, name: str = "alice") -> Key:
    made = Key(name, limits=limits)
    Keys(store, clock).create(made)
    return made


def test_requests_are_let_in_up_to_the_limit_and_then_steadily(store: Store, usage: Usage, clock: Clock) -> None:
    alice = key(store, clock, Limits(requests_per_minute=3))
    remaining = []
    for _ in range(3):
        taken = usage.take(alice, 0)
        assert not isinstance(taken, Exceeded)
        remaining.append(taken[0].remaining)
    assert remaining == [2, 1, 0]
    assert usage.take(alice, 0) == Exceeded("requests", 3, 20)
    clock.now += 19.9
    assert isinstance(usage.take(alice, 0), Exceeded)
    clock.now += 0.1
    assert not isinstance(usage.take(alice, 0), Exceeded)
    assert isinstance(usage.take(alice, 0), Exceeded)
    clock.now += 600
    taken = usage.take(alice, 0)
    assert not isinstance(taken, Exceeded)
    assert (taken[0].remaining, taken[0].reset) == (2, 20)


def test_what_an_answer_used_is_waited_for_by_the_next_request(store: Store, usage: Usage, clock: Clock) -> None:
    alice = key(store, clock, Limits(tokens_per_minute=600))
    usage.take(alice, 100)
    usage.settle(alice, 900)  # 1,000 altogether
    exceeded = usage.take(alice, 10)
    assert isinstance(exceeded, Exceeded)
    assert (exceeded.what, round(exceeded.wait, 3)) == ("tokens", 40.1)
    clock.now += exceeded.wait
    assert not isinstance(usage.take(alice, 10), Exceeded)


def test_what_was_taken_too_much_is_given_back_and_no_more(store: Store, usage: Usage, clock: Clock) -> None:
    alice = key(store, clock, Limits(tokens_per_minute=600, tokens_per_day=1000))
    usage.take(alice, 500)
    usage.settle(alice, -480)
    taken = usage.take(alice, 0)
    assert not isinstance(taken, Exceeded)
    assert taken[0].remaining == 580
    usage.settle(alice, -10_000)
    taken = usage.take(alice, 0)
    assert not isinstance(taken, Exceeded)
    assert taken[0].remaining == 600


def test_a_refused_request_takes_nothing(store: Store, usage: Usage, clock: Clock) -> None:
    alice = key(store, clock, Limits(requests_per_minute=10, tokens_per_minute=100))
    usage.take(alice, 150)
    for _ in range(5):
        assert isinstance(usage.take(alice, 1), Exceeded)
    clock.now += 60
    taken = usage.take(alice, 0)
    assert not isinstance(taken, Exceeded)
    assert taken[0].remaining == 9


def test_a_days_tokens_are_free_again_the_next_day(store: Store, usage: Usage, clock: Clock) -> None:
    alice = key(store, clock, Limits(tokens_per_day=1000))
    usage.take(alice, 10)
    usage.settle(alice, 990)
    exceeded = usage.take(alice, 1)
    assert isinstance(exceeded, Exceeded)
    assert exceeded == Exceeded("day", 1000, 86_400 - clock.now % 86_400)
    clock.now += exceeded.wait
    assert usage.take(alice, 1) == ()


def test_keys_do_not_use_up_each_others(store: Store, usage: Usage, clock: Clock) -> None:
    alice = key(store, clock, Limits(requests_per_minute=1))
    bob = key(store, clock, Limits(requests_per_minute=1), "bob")
    assert not isinstance(usage.take(alice, 0), Exceeded)
    assert not isinstance(usage.take(bob, 0), Exceeded)
    assert isinstance(usage.take(alice, 0), Exceeded)


def test_a_clock_that_was_set_back_locks_nobody_out(store: Store, usage: Usage, clock: Clock) -> None:
    alice = key(store, clock, Limits(requests_per_minute=1))
    usage.take(alice, 0)
    clock.now -= 86_400
    assert not isinstance(usage.take(alice, 0), Exceeded)


def test_a_key_that_was_removed_meanwhile_is_no_fault(store: Store, usage: Usage, clock: Clock) -> None:
    alice = key(store, clock, Limits(tokens_per_minute=10, tokens_per_day=10))
    usage.take(alice, 1)
    keys = Keys(store, clock)
    keys.revoke("alice")
    keys.remove("alice")
    usage.settle(alice, 5)


def test_all_who_share_the_store_share_the_limit(tmp_path: Path, store: Store, clock: Clock) -> None:
    alice = key(store, clock, Limits(requests_per_minute=50))
    let_in: list[bool] = []

    def ask() -> None:
        own = Store(tmp_path / "store.db")
        usage = Usage(own, clock)
        for _ in range(25):
            let_in.append(not isinstance(usage.take(alice, 0), Exceeded))
        own.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(let_in), sum(let_in)) == (100, 50)
