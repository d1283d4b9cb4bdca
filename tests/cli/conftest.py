"""The command as a person runs it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Protocol

import pytest

from tests.conftest import SEPAL


class Sepal(Protocol):
    """Runs `sepal` with arguments; `state` replaces the shared state directory."""

    def __call__(
        self, *arguments: str | Path, stdin: str | None = None, state: Path | None = None
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def command(state_dir: Path, tmp_path: Path) -> Sepal:
    def run(
        *arguments: str | Path, stdin: str | None = None, state: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SEPAL_STATE_DIR": str(state or state_dir), "COLUMNS": "120"}
        return subprocess.run(
            [SEPAL, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
            timeout=120,
        )

    return run
