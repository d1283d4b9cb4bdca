"""Engines are kept running, told apart from dead ones, and ended with all that they started."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.backends.leashed import Launch, StartError
from gateway.backends.status import EngineState
from gateway.backends.supervisor import BackOff, EngineProcess, stop_all

QUICK = BackOff(first=0.05, longest=0.2, patience=3, slow=0.3, stable=30)
READY = """
    import sys, time
    from gateway.backends.channel import Channel
    channel = Channel.from_environment()
    secrets = channel.secrets()
    channel.send("ready", base_url="http://127.0.0.1:1", got=secrets.get("api_key"))
"""
STAY = "\n    time.sleep(600)\n"


def engine(tmp_path: Path, mark: str, code: str, **options: object) -> EngineProcess:
    launch = Launch((sys.executable, "-c", textwrap.dedent(code) + f"\n# {mark}"), grace=1.0)
    return EngineProcess("test", lambda: launch, log_path=tmp_path / "log", back_off=QUICK, **options)  # type: ignore[arg-type]


@pytest.fixture
def mark() -> str:
    return f"mark-{secrets.token_hex(8)}"


async def test_an_engine_becomes_ready_and_its_secret_comes_by_the_channel_alone(
    tmp_path: Path, mark: str, all_gone: Callable[[str], bool]
) -> None:
    events: list[tuple[str, dict[str, object]]] = []
    key = secrets.token_hex(16)
    process = engine(
        tmp_path, mark, READY + STAY, secrets=lambda: {"api_key": key}, on_event=lambda *event: events.append(event)
    )

    status = await process.start(wait=20)

    assert status.ready
    assert status.base_url == "http://127.0.0.1:1"
    assert dict(events)["ready"]["got"] == key
    assert status.pid is not None
    for file in ("cmdline", "environ"):
        assert key.encode() not in Path(f"/proc/{status.pid}/{file}").read_bytes()
    await process.stop()
    assert process.status.state is EngineState.STOPPED
    assert all_gone(mark)


async def test_a_killed_engine_comes_back(tmp_path: Path, mark: str, all_gone: Callable[[str], bool]) -> None:
    process = engine(tmp_path, mark, READY + STAY)
    first = await process.start(wait=20)
    assert first.pid is not None

    os.kill(first.pid, signal.SIGKILL)
    async with asyncio.timeout(20):
        while not (process.status.ready and process.status.pid != first.pid):
            await asyncio.sleep(0.02)

    assert process.status.restarts >= 1
    await process.stop()
    assert all_gone(mark)


async def test_an_engine_that_never_works_counts_as_failed_and_says_where_its_log_is(tmp_path: Path, mark: str) -> None:
    process = engine(tmp_path, mark, "import sys; print('no model'); sys.exit(3)")

    status = await process.start(wait=20)

    assert status.state is EngineState.FAILED
    assert "status 3" in status.detail
    assert str(tmp_path / "log") in status.detail
    assert "no model" in (tmp_path / "log").read_text()
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600
    await process.stop()


async def test_a_start_that_is_impossible_is_a_state_and_no_crash(tmp_path: Path) -> None:
    def impossible() -> Launch:
        raise StartError("The environment is not set up; run `sepal setup`.")

    process = EngineProcess("test", impossible, log_path=tmp_path / "log", back_off=QUICK)

    status = await process.start(wait=20)

    assert status.state is EngineState.FAILED
    assert "sepal setup" in status.detail
    await process.stop()


async def test_stop_ends_children_that_ignore_signals_and_grandchildren_in_sessions_of_their_own(
    tmp_path: Path, mark: str, all_gone: Callable[[str], bool]
) -> None:
    code = f"""
    import os, signal, subprocess, sys
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            subprocess.run([sys.executable, "-c", "import time; time.sleep(600)  # {mark}"])
        os._exit(0)
    """
    process = engine(tmp_path, mark, textwrap.dedent(code) + textwrap.dedent(READY + STAY))
    await process.start(wait=20)

    started = time.monotonic()
    await process.stop()

    assert time.monotonic() - started < 9
    assert all_gone(mark)


async def test_stop_works_during_start_up_and_during_back_off(
    tmp_path: Path, mark: str, all_gone: Callable[[str], bool]
) -> None:
    never_ready = engine(tmp_path, mark, "import time; time.sleep(600)")
    failing = engine(tmp_path, mark, "import sys; sys.exit(1)")
    await never_ready.start()
    await failing.start()
    await asyncio.sleep(0.3)

    await stop_all([never_ready, failing])
    await never_ready.stop()

    assert never_ready.status.state is failing.status.state is EngineState.STOPPED
    assert all_gone(mark)


def test_nothing_is_left_when_the_supervisor_itself_is_killed(
    tmp_path: Path, mark: str, all_gone: Callable[[str], bool]
) -> None:
    script = f"""
    import asyncio, sys
    from pathlib import Path
    from gateway.backends.leashed import Launch
    from gateway.backends.supervisor import EngineProcess

    async def main():
        child = 'import time; time.sleep(600)  # {mark}'
        code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {{child!r}}])"
        launch = Launch((sys.executable, "-c", code), grace=1.0)
        process = EngineProcess("x", lambda: launch, log_path=Path({str(tmp_path / "log")!r}))
        await process.start()
        await asyncio.sleep(1)
        print("started", flush=True)
        await asyncio.sleep(600)

    asyncio.run(main())
    """
    supervisor = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    with supervisor.stdout:
        assert supervisor.stdout.readline() == "started\n"
        supervisor.kill()
        supervisor.wait()

    assert all_gone(mark)


async def test_engines_see_no_keys_and_no_proxies_of_the_gateway(
    tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "HTTPS_PROXY", "SEPAL_SECRET", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "canary-in-environment")
    process = engine(tmp_path, mark, READY + STAY)
    status = await process.start(wait=20)

    environment = Path(f"/proc/{status.pid}/environ").read_bytes()

    assert b"canary-in-environment" not in environment
    assert b"PATH=" in environment
    await process.stop()
