"""Processes of a marked tree, so that a test can say that none of it is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest


def processes_with(mark: str) -> list[int]:
    """Pids of living processes whose command line holds `mark`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "cmdline").read_text() and "State:\tZ" not in (entry / "status").read_text():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


@pytest.fixture(scope="module")
def state(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory for the tests of a file, with the models."""
    path = tmp_path_factory.mktemp("state")
    (path / "models").symlink_to(state_dir / "models")
    return path


@pytest.fixture
def all_gone() -> Callable[[str], bool]:
    """Waits up to 15 s until no process carries the mark."""

    def wait(mark: str) -> bool:
        deadline = time.monotonic() + 15
        while processes_with(mark):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    return wait
