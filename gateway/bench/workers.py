"""Starts workers under the leash and talks to them in JSON lines. Knows nothing of what they do."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gateway.backends import leash
from gateway.backends.leashed import open_log, scrubbed_environment

_LONGEST_LINE = 64 * 1024 * 1024
_END_WITHIN = 8.0


class BenchError(Exception):
    """The measurement can't be made; the message says why."""


class Worker:
    """A process that answers one JSON object with another. It ends with this one, however that dies."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, lifeline: socket.socket, log: Path) -> None:
        self._name = name
        self._process = process
        self._lifeline = lifeline
        self._log = log

    @classmethod
    async def start(cls, name: str, argv: list[str], log: Path, environment: Mapping[str, str] | None = None) -> Worker:
        """Start ``argv``; its stderr goes to `log`.

        Raises:
            BenchError: it can't be started.
        """
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-I", "-S", leash.__file__, "--lifeline", str(theirs.fileno()), "--grace", "5"]
        output = open_log(log)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                "--",
                *argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=output,
                env={**scrubbed_environment(os.environ), **(environment or {})},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                limit=_LONGEST_LINE,
            )
        except OSError as error:
            ours.close()
            raise BenchError(f"the worker {name} can't be started: {error.strerror}") from None
        finally:
            os.close(output)
            theirs.close()
        return cls(name, process, ours, log)

    async def hear(self) -> dict[str, Any]:
        """The next object that it says.

        Raises:
            BenchError: it has ended, or says that it failed.
        """
        assert self._process.stdout is not None  # noqa: S101 - a pipe
        line = await self._process.stdout.readline()
        if not line:
            raise BenchError(f"the worker {self._name} ended; its log is {self._log}")
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise BenchError(f"the worker {self._name} failed: {reply['error']}")
        return reply

    async def ask(self, **work: Any) -> dict[str, Any]:
        """What it makes of `work`. Raises as `hear` does."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        with suppress(ConnectionError):
            self._process.stdin.write(json.dumps(work).encode("ascii") + b"\n")
            await self._process.stdin.drain()
        return await self.hear()

    async def stop(self) -> None:
        """End it and all that came out of it."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _END_WITHIN)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._lifeline.close()
