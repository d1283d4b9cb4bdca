"""Runs one command so that nothing of it outlives its owner.

A script for ``python -I -S leash.py --lifeline FD -- command ...``, standard library only. It ends
the command and every process that came out of it when the lifeline reaches end of file (its owner
is gone, however it died), when a signal asks for it, or when the command itself exits. On Linux it
is the child subreaper (prctl(2), PR_SET_CHILD_SUBREAPER), so daemonised grandchildren come back to
it, also those in sessions of their own; elsewhere it ends the command's process group.

Writes the command's process id as one line to the lifeline if that can be written to. Exits with
the command's status (128 + n after signal n, 127 if it could not be started). Knows nothing of
engines, channels or restarts.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

MARK_VARIABLE = "SEPAL_LEASH"
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
_POLL = 0.02
_LEAST_GRACE_FOR_STRAGGLERS = 0.3
_KILL_PATIENCE = 1.0


def descendants(root: int) -> list[int]:
    """Process ids below `root`, from /proc; empty where there is no /proc."""
    children: dict[int, list[int]] = {}
    for pid in _process_ids():
        with suppress(OSError, ValueError, IndexError):
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            parent = int(stat.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(pid)
    found: list[int] = []
    pending = [root]
    while pending:
        below = children.get(pending.pop(), [])
        found += below
        pending += below
    return found


def marked(mark: str) -> list[int]:
    """Process ids whose environment holds ``SEPAL_LEASH=mark``; empty where there is no /proc."""
    wanted = f"{MARK_VARIABLE}={mark}".encode()
    found = []
    for pid in _process_ids():
        with suppress(OSError):
            if wanted in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                found.append(pid)
    return found


def _process_ids() -> list[int]:
    with suppress(OSError):
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return []


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        return bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _send_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


class Leash:
    """The command, and what is needed to end all of it. One command, one thread."""

    def __init__(self, command: list[str], *, lifeline: int, passed: list[int], polite: int, grace: float):
        self._command = command
        self._lifeline = lifeline
        self._passed = passed
        self._polite = polite
        self._grace = grace
        self._pid = 0
        self._status: int | None = None
        self._wake, wake_end = os.pipe()
        os.set_blocking(wake_end, False)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        for number in (*_ENDING_SIGNALS, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)

    def run(self) -> int:
        """Run the command to its end, or to ours. Returns the status to exit with."""
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        os.set_inheritable(self._lifeline, False)
        self._pid = self._fork()
        for descriptor in self._passed:
            os.close(descriptor)
        with suppress(OSError):
            os.write(self._lifeline, b"%d\n" % self._pid)
        while not self._all_gone() and self._status is None:
            if self._must_end():
                break
        self._end_everything()
        return 128 + signal.SIGKILL if self._status is None else self._status

    def _fork(self) -> int:
        owner = os.getpid()
        pid = os.fork()
        if pid:
            with suppress(OSError):
                os.setpgid(pid, pid)
            return pid
        try:
            os.setpgid(0, 0)
            for number in (*_ENDING_SIGNALS, signal.SIGCHLD, signal.SIGPIPE):
                signal.signal(number, signal.SIG_DFL)
            # Ends at least the command if someone kills the leash itself beyond catching.
            _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != owner:
                os._exit(1)
            for descriptor in self._passed:
                os.set_inheritable(descriptor, True)
            os.execvp(self._command[0], self._command)  # noqa: S606 - no shell is wanted
        except OSError as error:
            os.write(2, f"cannot start {self._command[0]}: {error.strerror}\n".encode())
        finally:
            os._exit(127)

    def _must_end(self) -> bool:
        """Wait for something to happen; true if that is the owner's end or a signal to end."""
        readable, _, _ = select.select([self._lifeline, self._wake], [], [])
        if self._wake in readable:
            return any(number in _ENDING_SIGNALS for number in os.read(self._wake, 512))
        try:
            return not os.read(self._lifeline, 512)
        except OSError:
            return True

    def _all_gone(self) -> bool:
        """Reap whatever has exited; true when no child is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return False
            if pid == self._pid:
                code = os.waitstatus_to_exitcode(status)
                self._status = code if code >= 0 else 128 - code

    def _end_everything(self) -> None:
        """The command first, since it may want its helpers to say goodbye; then what is left."""
        deadline = time.monotonic() + self._grace
        if self._status is None:
            _send(self._pid, self._polite)
            _send(self._pid, signal.SIGCONT)
            while not self._all_gone() and self._status is None and time.monotonic() < deadline:
                self._nap()
        if self._status is not None:
            self._signal_rest(signal.SIGTERM)
            deadline = max(deadline, time.monotonic() + _LEAST_GRACE_FOR_STRAGGLERS)
            while self._something_left() and time.monotonic() < deadline:
                self._nap()
        deadline = time.monotonic() + _KILL_PATIENCE
        while self._something_left() and time.monotonic() < deadline:
            self._signal_rest(signal.SIGKILL)
            self._nap()

    def _something_left(self) -> bool:
        if not self._all_gone():
            return True
        try:
            os.killpg(self._pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _signal_rest(self, number: int) -> None:
        for pid in descendants(os.getpid()):
            _send(pid, number)
        _send_group(self._pid, number)

    def _nap(self) -> None:
        with suppress(OSError):
            if select.select([self._wake], [], [], _POLL)[0]:
                os.read(self._wake, 512)


def main(arguments: list[str]) -> int:
    """Parse `arguments` (see the module's docstring) and run the command."""
    parser = argparse.ArgumentParser(prog="leash", description="Run a command that never outlives its owner.")
    parser.add_argument("--lifeline", type=int, required=True, metavar="FD")
    parser.add_argument("--pass-fd", type=int, action="append", default=[], metavar="FD")
    parser.add_argument("--signal", default="TERM", help="polite signal, e.g. TERM or INT")
    parser.add_argument("--grace", type=float, default=6.0, help="seconds between the polite signal and KILL")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    with suppress(OSError):
        os.setsid()
    leash = Leash(
        options.command,
        lifeline=options.lifeline,
        passed=options.pass_fd,
        polite=signal.Signals[f"SIG{options.signal}"],
        grace=options.grace,
    )
    return leash.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
