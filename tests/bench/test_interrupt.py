"""Ctrl-C during a measurement ends everything that it had started."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .test_bench import SEPAL, started_with


def default_interrupt() -> None:
    """Undo the ignored SIGINT that a shell gives to what it runs in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_of_it(fresh_state: Path, tmp_path: Path, number: signal.Signals) -> None:
    command = [SEPAL, "bench", "overhead", "--state-dir", str(fresh_state)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, preexec_fn=default_interrupt, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "latency" in line:
                break
        assert len(started_with(tmp_path)) > 2

        process.send_signal(number)

        assert process.wait(timeout=20) != 0
        assert "Traceback" not in process.stderr.read()
    deadline = time.monotonic() + 2
    while started_with(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert started_with(tmp_path) == []
    assert [path.name for path in fresh_state.iterdir()] == ["models"]
