"""One start of one engine process: leash, lifeline, channel, log file, scrubbed environment.

Starts a command under the leash, hands it its secrets, passes its events on and ends all of it
within a bounded time. Knows nothing of readiness, restarts or what the command does.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets as randomness
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from gateway.backends import leash
from gateway.backends.channel import DESCRIPTOR_VARIABLE, LONGEST_LINE

EventCallback = Callable[[str, dict[str, object]], None]

LARGEST_LOG = 5 * 1024 * 1024
LONGEST_GRACE = 6.0
"""Seconds. With what the leash and `LeashedProcess.end` add, an end takes less than 8 s."""

_LEASH_PATIENCE = 1.5
_LAST_EVENTS_PATIENCE = 0.2
_SWEEP_PATIENCE = 0.3
_POLL = 0.01
_PASSED_VARIABLES = frozenset(
    {"PATH", "HOME", "LANG", "LANGUAGE", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "NVIDIA_VISIBLE_DEVICES"}
)
_PASSED_PREFIXES = ("LC_", "CUDA_", "OMP_", "OPENBLAS_", "MKL_", "KMP_")


class StartError(Exception):
    """A process could not be started. The message says why."""


@dataclass(frozen=True)
class Launch:
    """What one start of an engine needs; made anew for every start.

    Attributes:
        argv: the command and its arguments; never a secret.
        environment: variables on top of the few that are passed on from this process.
        base_url: where the engine will listen, if that is known beforehand; else its `ready`
            event says so.
        probe_path: HTTP path below `base_url` that answers 200 once the engine is ready; None if
            the `ready` event alone says so.
        polite: signal that asks the command to end.
        grace: seconds between `polite` and SIGKILL, at most `LONGEST_GRACE`.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    base_url: str | None = None
    probe_path: str | None = None
    polite: signal.Signals = signal.SIGTERM
    grace: float = LONGEST_GRACE


def scrubbed_environment(origin: Mapping[str, str]) -> dict[str, str]:
    """The part of `origin` that engines may see: no keys, no proxies, no Python settings."""
    return {
        name: value for name, value in origin.items() if name in _PASSED_VARIABLES or name.startswith(_PASSED_PREFIXES)
    }


def open_log(path: Path) -> int:
    """Descriptor for appending to the log at `path`: mode 0600, emptied first when it grew too long."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    os.fchmod(descriptor, 0o600)
    if os.fstat(descriptor).st_size > LARGEST_LOG:
        os.ftruncate(descriptor, 0)
    return descriptor


class LeashedProcess:
    """A running command. Make it with `start`, wait for it with `exited`, end it with `end`.

    Attributes:
        pid: process id of the command (not of its leash); None until the leash has said it.
    """

    def __init__(self, popen: subprocess.Popen[bytes], launch: Launch, mark: str) -> None:
        self._popen = popen
        self._launch = launch
        self._mark = mark
        self._exit: asyncio.Task[int] | None = None
        self._end: asyncio.Task[None] | None = None
        self.pid: int | None = None

    @classmethod
    async def start(
        cls, launch: Launch, *, secrets: Mapping[str, str], log: Path, on_event: EventCallback
    ) -> LeashedProcess:
        """Start the command and hand over `secrets`; `on_event` gets what it says afterwards.

        Raises:
            StartError: the log can't be opened or no process can be made.
        """
        mark = randomness.token_hex(16)
        with ExitStack() as childs_ends, ExitStack() as our_ends:
            lifeline = await _connect(our_ends, childs_ends)
            channel = await _connect(our_ends, childs_ends)
            channel.writer.write(json.dumps({"secrets": dict(secrets)}).encode("ascii") + b"\n")
            # From here on nothing awaits, so a started process can't be lost to a cancellation.
            try:
                popen = _popen(launch, mark, lifeline.childs_end, channel.childs_end, log)
            except OSError as error:
                raise StartError(f"cannot start {launch.argv[0]}: {error.strerror or error}") from None
            our_ends.pop_all()
        process = cls(popen, launch, mark)
        events = asyncio.create_task(_pass_on(channel.reader, on_event))
        process._exit = asyncio.create_task(process._watch(lifeline, channel, events))
        return process

    async def exited(self) -> int:
        """Wait until the command and all that came out of it are gone; its status, 128 + n by signal n."""
        assert self._exit is not None  # noqa: S101 - set by `start`
        return await asyncio.shield(self._exit)

    async def end(self) -> None:
        """End the command and all that came out of it, in less than `Launch.grace` + 2 s. May be repeated."""
        if self._end is None:
            self._end = asyncio.create_task(self._end_it())
        await asyncio.shield(self._end)

    async def _watch(self, lifeline: _Line, channel: _Line, events: asyncio.Task[None]) -> int:
        with suppress(OSError, ValueError):
            self.pid = int(await lifeline.reader.readline())
        with suppress(OSError):
            await lifeline.reader.read()
        while (status := self._popen.poll()) is None:  # noqa: ASYNC110 - at end of file it is all but gone
            await asyncio.sleep(_POLL)
        if status < 0:
            await self._sweep()
        await asyncio.wait([events], timeout=_LAST_EVENTS_PATIENCE)
        events.cancel()
        for line in (lifeline, channel):
            line.writer.close()
        return status if status >= 0 else 128 - status

    async def _end_it(self) -> None:
        with suppress(ProcessLookupError):
            self._popen.terminate()
        try:
            await asyncio.wait_for(self.exited(), min(self._launch.grace, LONGEST_GRACE) + _LEASH_PATIENCE)
        except TimeoutError:
            self._popen.kill()
            await self.exited()

    async def _sweep(self) -> None:
        """Kill what the leash left because it was killed itself."""
        deadline = asyncio.get_running_loop().time() + _SWEEP_PATIENCE
        while left := leash.marked(self._mark):
            for pid in left:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(_POLL)


@dataclass(frozen=True)
class _Line:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    childs_end: int


async def _connect(our_ends: ExitStack, childs_ends: ExitStack) -> _Line:
    ours, childs = socket.socketpair()
    childs_ends.callback(childs.close)
    our_ends.callback(ours.close)
    reader, writer = await asyncio.open_connection(sock=ours, limit=LONGEST_LINE)
    our_ends.callback(writer.close)
    return _Line(reader, writer, childs.fileno())


def _popen(launch: Launch, mark: str, lifeline: int, channel: int, log: Path) -> subprocess.Popen[bytes]:
    grace = min(launch.grace, LONGEST_GRACE)
    leashed = [sys.executable, "-I", "-S", leash.__file__]
    leashed += ["--lifeline", str(lifeline), "--pass-fd", str(channel)]
    leashed += ["--signal", launch.polite.name.removeprefix("SIG"), "--grace", str(grace), "--"]
    environment = {
        **scrubbed_environment(os.environ),
        **launch.environment,
        leash.MARK_VARIABLE: mark,
        DESCRIPTOR_VARIABLE: str(channel),
    }
    output = open_log(log)
    try:
        return subprocess.Popen(
            [*leashed, *launch.argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            pass_fds=(lifeline, channel),
            start_new_session=True,
        )
    finally:
        os.close(output)


async def _pass_on(events: asyncio.StreamReader, on_event: EventCallback) -> None:
    while True:
        try:
            line = await events.readline()
        except ValueError:
            continue  # longer than any event of ours; asyncio has dropped it
        except OSError:
            return
        if not line:
            return
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            event = json.loads(line)
            name = event.pop("event")
            on_event(str(name), event)
