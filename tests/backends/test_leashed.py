"""Engine processes under conditions that nobody plans for."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.backends.leashed import LARGEST_LOG, Launch, open_log
from gateway.backends.probe import free_port
from gateway.backends.status import EngineState
from gateway.backends.supervisor import BackOff, EngineProcess

QUICK = BackOff(first=0.05, longest=0.2, patience=3, slow=0.3, stable=30)
HELLO = """
from gateway.backends.channel import Channel
channel = Channel.from_environment()
channel.secrets()
channel.send("ready", base_url="http://127.0.0.1:1")
"""
STAY = "import time; time.sleep(600)"


@pytest.fixture
def mark() -> str:
    return f"mark-{secrets.token_hex(8)}"


def _launch(code: str, mark: str) -> Launch:
    return Launch((sys.executable, "-c", textwrap.dedent(code) + f"\n# {mark}"), grace=1.0)


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def test_a_killed_leash_leaves_nothing_and_the_engine_comes_back(
    tmp_path: Path, mark: str, all_gone: Callable[[str], bool]
) -> None:
    code = f"""
    import subprocess, sys
    subprocess.Popen([sys.executable, "-c", "{STAY}  # daemon-{mark}"], start_new_session=True)
    """
    first_only = iter([textwrap.dedent(code) + HELLO + STAY])
    process = EngineProcess(
        "test", lambda: _launch(next(first_only, HELLO + STAY), mark), log_path=tmp_path / "log", back_off=QUICK
    )
    first = await process.start(wait=20)
    assert first.pid is not None

    os.kill(_parent(first.pid), signal.SIGKILL)
    async with asyncio.timeout(20):
        while not (process.status.ready and process.status.pid != first.pid):
            await asyncio.sleep(0.02)

    assert await asyncio.to_thread(all_gone, f"daemon-{mark}")
    await process.stop()
    assert await asyncio.to_thread(all_gone, mark)


async def test_an_engine_that_is_never_ready_is_ended_and_started_again(
    tmp_path: Path, mark: str, all_gone: Callable[[str], bool]
) -> None:
    process = EngineProcess(
        "test", lambda: _launch(STAY, mark), log_path=tmp_path / "log", back_off=QUICK, ready_within=0.3
    )

    status = await process.start(wait=30)

    assert status.state is EngineState.FAILED
    assert "not ready within" in status.detail
    assert status.restarts == 2
    await process.stop()
    assert await asyncio.to_thread(all_gone, mark)


async def test_an_engine_without_a_channel_is_ready_once_its_probe_answers(tmp_path: Path, mark: str) -> None:
    port = free_port()
    code = f"""
    import functools, http.server
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory={str(tmp_path)!r})
    http.server.HTTPServer(("127.0.0.1", {port}), handler).serve_forever()
    """
    served = replace(_launch(code, mark), base_url=f"http://127.0.0.1:{port}", probe_path="/")
    process = EngineProcess("test", lambda: served, log_path=tmp_path / "log", back_off=QUICK)

    status = await process.start(wait=20)

    assert status.ready
    assert status.base_url == f"http://127.0.0.1:{port}"
    await process.stop()


async def test_a_receiver_of_events_that_errs_does_no_harm(
    tmp_path: Path, mark: str, caplog: pytest.LogCaptureFixture
) -> None:
    def err(event: str, fields: dict[str, object]) -> None:
        raise RuntimeError("receiver")

    process = EngineProcess("test", lambda: _launch(HELLO + STAY, mark), log_path=tmp_path / "log", on_event=err)

    assert (await process.start(wait=20)).ready
    await process.stop()
    assert "the receiver of its events erred" in caplog.text


async def test_what_a_child_says_out_of_turn_is_dropped(tmp_path: Path, mark: str) -> None:
    code = """
    import os
    number = int(os.environ["SEPAL_CHANNEL_FD"])
    for line in (b"no json", b"[]", b'{"no": "event"}', b"x" * 200_000, b'{"event": "ready", "base_url": 5}'):
        os.write(number, line + b"\\n")
    """
    heard: list[str] = []
    process = EngineProcess(
        "test",
        lambda: _launch(textwrap.dedent(code) + STAY, mark),
        log_path=tmp_path / "log",
        on_event=lambda event, fields: heard.append(event),
    )

    status = await process.start(wait=20)

    assert status.ready
    assert status.base_url is None
    assert set(heard) == {"state", "ready"}
    await process.stop()


def test_a_log_that_grew_too_long_starts_anew_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "engine.log"
    log.parent.mkdir()
    log.write_bytes(b"x" * (LARGEST_LOG + 1))
    log.chmod(0o644)

    os.close(open_log(log))

    assert log.stat().st_size == 0
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_link_in_the_place_of_a_log_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "engine.log").symlink_to(victim)

    with pytest.raises(OSError, match="symbolic links"):
        open_log(tmp_path / "engine.log")


def test_waits_grow_to_a_limit_and_spread() -> None:
    back_off = BackOff(first=1, factor=2, longest=5, jitter=0.2, patience=6, slow=60)

    for failures, wait in ((1, 1), (2, 2), (3, 4), (4, 5), (5, 5), (6, 60), (1000, 60)):
        delays = [back_off.delay(failures) for _ in range(50)]
        assert all(0.8 * wait <= delay <= 1.2 * wait for delay in delays)
        assert len(set(delays)) > 1
