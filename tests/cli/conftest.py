"""The command as a person runs it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.cli.prepared import Prepared, prepared
from tests.conftest import SEPAL


class Sepal(Protocol):
    """Runs `sepal` with arguments; `state` replaces the shared state directory."""

    def __call__(
        self, *arguments: str | Path, stdin: str | None = None, state: Path | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def ready() -> Iterator[Prepared]:
    with prepared() as process:
        yield process


@pytest.fixture
def command(ready: Prepared, state_dir: Path, tmp_path: Path) -> Sepal:
    """In a fork of a process that is ready to: all but the start is as in `process`."""

    def run(
        *arguments: str | Path, stdin: str | None = None, state: Path | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = environment_of(state or state_dir)
        return ready.run(
            list(map(str, arguments)), stdin=stdin or "", environment=environment, cwd=cwd or tmp_path, timeout=120
        )

    return run


@pytest.fixture
def process(state_dir: Path, tmp_path: Path) -> Sepal:
    """The installed script, from nothing: one test of each command at least runs it so."""

    def run(
        *arguments: str | Path, stdin: str | None = None, state: Path | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SEPAL, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            env=environment_of(state or state_dir),
            cwd=cwd or tmp_path,
            timeout=120,
        )

    return run


def environment_of(state: Path) -> dict[str, str]:
    return {**os.environ, "SEPAL_STATE_DIR": str(state), "COLUMNS": "120"}
