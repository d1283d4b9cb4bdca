"""What is seen of a process from outside, and what is made of it."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys

import pytest

from gateway.bench.soak_checks import is_back
from gateway.bench.soak_watch import Sample, growth, look, youngest


def sample(at: float, rss: float = 100.0, descriptors: int = 10, tasks: int | None = None) -> Sample:
    return Sample(at, descriptors, 3, 4, rss, tasks)


def test_an_open_socket_is_one_more_descriptor_and_one_more_socket() -> None:
    before = look(os.getpid())
    with socket.socket():
        during = look(os.getpid())
    after = look(os.getpid())

    assert (during.descriptors, during.sockets) == (before.descriptors + 1, before.sockets + 1)
    assert (after.descriptors, after.sockets) == (before.descriptors, before.sockets)
    assert during.threads >= 1
    assert during.rss > 1


def test_finds_the_last_process_of_a_chain() -> None:
    inner = "import os; print(os.getpid(), flush=True); input()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen([sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None

        said = int(process.stdout.readline())

        assert youngest(process.pid) == said != process.pid
        process.communicate(b"\n")


def test_growth_leaves_out_the_first_fifth_and_tells_the_slope() -> None:
    warming = [sample(at, 1_000 - at) for at in range(60)]
    steady = [sample(at, 200 + at / 60 * 3) for at in range(60, 301)]

    found = growth(warming + steady)

    assert found is not None
    assert found.a_minute == pytest.approx(3)
    assert (found.first, found.last) == (pytest.approx(203), pytest.approx(215))


def test_one_look_says_nothing_of_growth() -> None:
    assert growth([sample(0)]) is None


def test_a_process_is_back_when_it_holds_no_more_than_before() -> None:
    level = {"gateway": sample(0, tasks=10), "engine": sample(0)}

    assert is_back({"gateway": sample(9, tasks=9), "engine": sample(9)}, level)
    assert not is_back({"gateway": sample(9, tasks=11), "engine": sample(9)}, level)
    assert not is_back({"gateway": sample(9, tasks=10), "engine": sample(9, descriptors=11)}, level)


def test_the_gateway_of_a_soak_counts_its_tasks() -> None:
    from gateway.bench.soak_gateway import count_tasks

    async def counted() -> list[int]:
        alone = (await count_tasks())["tasks"]
        waiting = asyncio.create_task(asyncio.Event().wait())
        more = (await count_tasks())["tasks"]
        waiting.cancel()
        return [alone, more]

    alone, more = asyncio.run(counted())

    assert more == alone + 1
