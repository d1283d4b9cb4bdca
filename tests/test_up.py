"""`sepal up`: whatever happens to it, nothing that it started is left.

Ctrl-C when all of it is ready: `test_nothing_phones_home.py`, and the end of the shared product.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.conftest import assert_it_ends, free_port, start_product, started_below, wait_for


@pytest.fixture
def tmpdir_of_product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a short name: sockets are made below it, and their paths may have 107 characters."""
    return tmp_path_factory.mktemp("t")


@pytest.mark.parametrize(
    ("moment", "number"),
    [("gateway +ready", signal.SIGINT), ("swarm-server-b +starting", signal.SIGTERM)],
)
def test_a_signal_during_the_start_leaves_no_process(
    fresh_state: Path, tmpdir_of_product: Path, moment: str, number: signal.Signals
) -> None:
    process = start_product(fresh_state, tmpdir_of_product, free_port())
    try:
        wait_for(fresh_state / "up.out", moment, process)
        assert len(started_below(tmpdir_of_product)) > 1
        assert_it_ends(process, tmpdir_of_product, number)
    finally:
        process.kill()


def test_dead_parts_and_a_killed_gateway_leave_no_process(fresh_state: Path, tmpdir_of_product: Path) -> None:
    process = start_product(fresh_state, tmpdir_of_product, free_port())
    try:
        wait_for(fresh_state / "up.out", "Sepal is ready", process)
        for pid, command in started_below(tmpdir_of_product).items():
            if "gateway.swarm.bridge" in command or "p2pd" in command:
                os.kill(pid, signal.SIGKILL)
        time.sleep(1)
        process.kill()
        process.wait(timeout=20)
        deadline = time.monotonic() + 15
        while started_below(tmpdir_of_product) and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        process.kill()

    assert started_below(tmpdir_of_product) == {}


def test_a_taken_port_is_said_in_a_sentence_and_starts_nothing(fresh_state: Path, tmpdir_of_product: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start_product(fresh_state, tmpdir_of_product, taken.getsockname()[1])
        status = process.wait(timeout=60)

    output = (fresh_state / "up.out").read_text()
    assert status == 1
    assert "can't be used" in output
    assert "--port" in output
    assert "Traceback" not in output
    assert started_below(tmpdir_of_product) == {}
