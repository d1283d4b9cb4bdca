"""Runs `sepal` in forks of a process that has imported it, so that a command costs what it does and no start.

Each command has a process, directory, environment and streams of its own and ends as any program does. It is not
started by the installed script, and not from nothing: `conftest.process` is there for that.

As a program (`python prepared.py`) this is that process: it reads a `Command` as JSON from each line of stdin, and
answers each with a line, the status.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Command:
    """What a process is made of; `streams` are the files that stdin, stdout and stderr are."""

    arguments: list[str]
    directory: str
    environment: dict[str, str]
    streams: list[str]


class Prepared:
    """The process with everything imported."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(
        self, arguments: list[str], *, stdin: str, environment: dict[str, str], cwd: Path, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run `sepal`; its stdin has ended after `stdin`."""
        with tempfile.TemporaryDirectory() as place:
            streams = [Path(place) / name for name in ("in", "out", "err")]
            streams[0].write_text(stdin, encoding="utf-8")
            status = self._status_of(Command(arguments, str(cwd), environment, list(map(str, streams))), timeout)
            out, err = (stream.read_text(encoding="utf-8") for stream in streams[1:])
        return subprocess.CompletedProcess(["sepal", *arguments], status, out, err)

    def _status_of(self, command: Command, timeout: float) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(dataclasses.asdict(command)) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], timeout)
        assert ready, f"sepal {' '.join(command.arguments)} has not ended in {timeout:g} s"
        return int(self._process.stdout.readline())


@contextmanager
def prepared() -> Iterator[Prepared]:
    """The process, and its end with all that it started."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield Prepared(process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def become(command: Command) -> None:
    """From here on this process is one that was started to run `command`."""
    sys.argv = ["sepal", *command.arguments]
    os.environ.clear()
    os.environ.update(command.environment)
    os.chdir(command.directory)
    modes = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)
    for number, (path, mode) in enumerate(zip(command.streams, modes, strict=True)):
        opened = os.open(path, mode, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as the interpreter does
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115


def main() -> None:
    """Import what commands import, then answer; in each fork this returns when the command has."""
    import gateway.cli
    import gateway.cli.explained
    import gateway.compose
    import gateway.detection.engine
    from gateway.detection import shared

    # What this keeps has no thread and no file open: a fork can use it.
    shared._rules()
    # What is here before a fork is not looked through in it: that would copy all of it.
    gc.freeze()
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            become(Command(**json.loads(line)))
            gateway.cli.main()
            return
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
