"""Runs pip and says how far it is. Standard library only: also the Makefile's first step, in an
environment that has nothing yet (``python -m gateway.setup.pip REQUIREMENTS``)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

Progress = Callable[[str], None]


class SetupError(Exception):
    """A step that could not be done; the message says what to do about it."""


def stream(command: list[str], environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run `command`, yielding its output line by line.

    Raises:
        SetupError: it failed; the last lines of its output are in the message.
    """
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        env={**os.environ, **(environment or {})},
    )
    last: list[str] = []
    try:
        for line in process.stdout or ():
            last = [*last[-14:], line.rstrip()]
            yield line.rstrip()
    finally:
        if process.poll() is None and sys.exc_info()[0] is not None:
            process.terminate()
        status = process.wait()
        if process.stdout is not None:
            process.stdout.close()
    if status != 0:
        tail = "\n  ".join(last)
        raise SetupError(f"`{' '.join(command[:4])} …` failed with status {status}:\n  {tail}")


def pip(python: Path, *arguments: str) -> list[str]:
    """The command that runs `python`'s pip, which asks nothing and checks for no update."""
    return [
        str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments,
    ]  # fmt: skip


def _count_packages(requirements: Path) -> int:
    return sum(1 for line in requirements.read_text().splitlines() if re.match(r"[A-Za-z0-9]", line))


def install(python: Path, requirements: Path, progress: Progress, *options: str) -> None:
    """Install what `requirements` pins into the environment of `python`.

    Raises:
        SetupError: pip failed.
    """
    total, seen = _count_packages(requirements), 0
    for line in stream(pip(python, "install", "--progress-bar", "off", *options, "-r", str(requirements))):
        if line.startswith("Collecting "):
            seen += 1
            progress(f"{seen}/{total} packages: {line.split()[1].split('=')[0]}")
        elif line.startswith("Installing collected packages"):
            progress(f"unpacking {total} packages")


def main(requirements: Path) -> int:
    """Install `requirements` here; status 1 with pip's last words when that fails."""
    shown = 0

    def progress(text: str) -> None:
        nonlocal shown
        shown += 1
        if shown % 20 == 0 or "unpacking" in text:
            print(f"      {Path(sys.prefix).name}: {text}", flush=True)  # noqa: T201

    try:
        install(Path(sys.executable), requirements, progress)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; run it again to go on.", file=sys.stderr)  # noqa: T201
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
