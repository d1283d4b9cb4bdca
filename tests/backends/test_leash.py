"""The leash lets a command live as long as its owner, and not a moment longer."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.backends import leash

SLEEP = "import time; time.sleep(600)"
ALL_GONE = Callable[[str], bool]


@pytest.fixture
def mark() -> str:
    return f"mark-{secrets.token_hex(8)}"


@contextmanager
def leashed(code: str, *options: str, runner: list[str] | None = None) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A leash around ``python -c code``, and our end of its lifeline."""
    theirs, ours = os.pipe()
    command = [*(runner or [sys.executable, "-I", "-S", leash.__file__]), "--lifeline", str(theirs), *options]
    process = subprocess.Popen(
        [*command, "--", sys.executable, "-c", textwrap.dedent(code)],
        pass_fds=[theirs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.communicate()
        os.close(ours)


def _started(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"


def _cut(lifeline: int) -> None:
    """Close our end for good; its number stays taken until the leash is gone."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, lifeline)
    os.close(nowhere)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("raise SystemExit(0)", 0),
        ("raise SystemExit(7)", 7),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137),
    ],
)
def test_it_exits_as_its_command_did(code: str, status: int) -> None:
    with leashed(code) as (process, _):
        assert process.wait(10) == status


def test_a_command_that_is_not_there_is_said_in_words() -> None:
    theirs, ours = os.pipe()
    command = [sys.executable, "-I", "-S", leash.__file__, "--lifeline", str(theirs), "--", "/nowhere/program"]
    done = subprocess.run(command, pass_fds=[theirs], capture_output=True, timeout=10)
    os.close(theirs)
    os.close(ours)

    assert done.returncode == 127
    assert done.stderr == b"cannot start /nowhere/program: No such file or directory\n"


def test_the_end_of_the_lifeline_is_the_end_of_the_command(mark: str, all_gone: ALL_GONE) -> None:
    with leashed(f"print('started', flush=True); {SLEEP}  # {mark}") as (process, lifeline):
        _started(process)
        _cut(lifeline)

        assert process.wait(5) == 128 + signal.SIGTERM
        assert all_gone(mark)


def test_a_command_may_say_goodbye_before_its_helpers_are_told(mark: str) -> None:
    code = f"""
    import signal, subprocess, sys
    helper = subprocess.Popen([sys.executable, "-c", "{SLEEP}  # {mark}"])
    def farewell(*_):
        sys.exit(5 if helper.poll() is None else 6)
    signal.signal(signal.SIGINT, farewell)
    print("started", flush=True)
    signal.pause()
    """
    with leashed(code, "--signal", "INT") as (process, _):
        _started(process)
        process.terminate()

        assert process.wait(10) == 5


def test_grace_is_bounded(mark: str, all_gone: ALL_GONE) -> None:
    code = f"""
    import signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("started", flush=True)
    time.sleep(600)  # {mark}
    """
    with leashed(code, "--grace", "0.5") as (process, _):
        _started(process)
        started = time.monotonic()
        process.terminate()

        assert process.wait(10) == 128 + signal.SIGKILL
        assert 0.4 < time.monotonic() - started < 8
        assert all_gone(mark)


def test_what_a_finished_command_left_behind_is_ended(mark: str, all_gone: ALL_GONE) -> None:
    code = f"""
    import subprocess, sys
    for session in (False, True):
        subprocess.Popen([sys.executable, "-c", "{SLEEP}  # {mark}"], start_new_session=session)
    raise SystemExit(4)
    """
    with leashed(code) as (process, _):
        assert process.wait(10) == 4
        assert all_gone(mark)


def test_a_process_group_is_ended_where_there_is_no_subreaper(mark: str, all_gone: ALL_GONE) -> None:
    without = """
    import sys
    sys.path.insert(0, sys.argv.pop(1))
    import leash
    leash._prctl = lambda *_: False
    leash.descendants = lambda root: []
    sys.exit(leash.main(sys.argv[1:]))
    """
    runner = [sys.executable, "-I", "-S", "-c", textwrap.dedent(without), str(Path(leash.__file__).parent)]
    code = f"""
    import signal, subprocess, sys, time
    subprocess.Popen(["sh", "-c", "{sys.executable} -c '{SLEEP}  # {mark}' & exit"])
    print("started", flush=True)
    time.sleep(600)
    """
    with leashed(code, "--grace", "1", runner=runner) as (process, _):
        _started(process)
        process.terminate()

        assert process.wait(10) == 128 + signal.SIGTERM
        assert all_gone(mark)
