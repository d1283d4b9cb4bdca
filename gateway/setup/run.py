"""Runs the set-up steps one after another, saying what it does. One set-up at a time a state directory."""

from __future__ import annotations

import fcntl
import shutil
import sys
import time
from pathlib import Path
from typing import TextIO

from gateway.paths import Paths, make_private
from gateway.setup.pip import SetupError
from gateway.setup.steps import Step, all_steps


class _Line:
    """Progress on one line of a terminal, or as a line now and then where there is none."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._last = time.monotonic()

    def __call__(self, text: str) -> None:
        if self._live:
            width = max(20, shutil.get_terminal_size().columns - 1)
            self._out.write(f"\r\x1b[K      {text}"[: width + 5])
            self._out.flush()
        elif time.monotonic() - self._last > 5:
            self._last = time.monotonic()
            self._out.write(f"      {text}\n")
            self._out.flush()

    def clear(self) -> None:
        if self._live:
            self._out.write("\r\x1b[K")


def run_setup(paths: Paths, petals_venv: Path, *, quiet: bool = False, out: TextIO = sys.stdout) -> None:
    """Do every step that is not done yet; when `quiet`, say nothing of those that are.

    Raises:
        SetupError: a step failed, or another set-up is running.
        KeyboardInterrupt: interrupted; what was finished stays.
    """
    make_private(paths.state)
    with (paths.state / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SetupError(f"another set-up is running in {paths.state}; wait for it or stop it") from None
        steps = all_steps(paths, petals_venv)
        for number, step in enumerate(steps, 1):
            if not (quiet and step.done()):
                _run_step(f"[{number}/{len(steps)}]", step, out)


def _run_step(number: str, step: Step, out: TextIO) -> None:
    if step.done():
        out.write(f"{number} {step.title}: done already\n")
        return
    out.write(f"{number} {step.title}: {step.cost}\n")
    out.flush()
    line = _Line(out)
    start = time.monotonic()
    try:
        step.do(line)
    finally:
        line.clear()
    if not step.done():
        raise SetupError(f"{step.title}: ended without its product; run the set-up again, and report it if it stays so")
    out.write(f"      finished in {time.monotonic() - start:.0f} s\n")
    out.flush()
