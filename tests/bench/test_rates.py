"""Sides take turns, cold prompts are never asked twice, and ratios compare what ran side by side."""

from __future__ import annotations

import asyncio
import itertools
import os
from typing import Any

import pytest

from gateway.bench.rates import Load, Numbers, Rate, in_turn, ratio, spreads


class Client:
    """Answers as the load worker does, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    async def ask(self, **work: Any) -> dict[str, Any]:
        self.asked.append(work)
        return {"requests": 50, "seconds": work["seconds"]}


SIDES = [{"name": "direct"}, {"name": "gateway", "pid": os.getpid()}]


def asked(load: Load, slices: int) -> tuple[list[dict[str, Any]], dict[str, list[Rate]]]:
    client = Client()
    rates = asyncio.run(in_turn(client, SIDES, load, Numbers(), slices=slices, seconds=10))  # type: ignore[arg-type]
    return client.asked, rates


def test_the_side_that_is_first_changes_and_each_gets_its_share_of_the_time() -> None:
    work, rates = asked(Load(16, 50, cold=False, fields={"stream": False}), 2)

    assert [item["side"]["name"] for item in work] == ["direct", "gateway", "gateway", "direct"]
    assert all((item["seconds"], item["seed"], item["fields"]) == (5, None, {"stream": False}) for item in work)
    assert [item.per_second for item in rates["gateway"]] == [10, 10]


def test_no_two_slices_share_a_cold_prompt() -> None:
    work, _ = asked(Load(16, 50, cold=True), 3)

    seeds = sorted(item["seed"] for item in work)

    assert min(after - before for before, after in itertools.pairwise(seeds)) >= 1_000_000


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="the system does not say what a process has used")  # noqa: PTH110
def test_tells_the_processor_time_of_sides_whose_process_is_known() -> None:
    _, rates = asked(Load(1, 50, cold=False), 1)

    assert rates["direct"][0].cpu is None
    assert rates["gateway"][0].cpu is not None
    assert "cpu_ms" in spreads(rates)["gateway"]
    assert "cpu_ms" not in spreads(rates)["direct"]


def test_a_ratio_is_that_of_slices_side_by_side() -> None:
    rates = {"ours": [Rate(30, None), Rate(10, None), Rate(80, None)], "theirs": [Rate(10, None)] * 3}

    assert ratio(rates, "ours", "theirs") == {"median": 3.0, "low": 1.0, "high": 8.0, "count": 3}
