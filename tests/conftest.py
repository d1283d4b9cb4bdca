"""Where the real parts are: the environments and models that `make setup` made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def state_dir() -> Path:
    """The state directory with the models; tests read from it and write nothing there."""
    path = Path(os.environ.get("SEPAL_STATE_DIR", ROOT / ".sepal"))
    assert (path / "models").is_dir(), f"there are no models in {path}; run `make setup`"
    return path


@pytest.fixture
def fresh_state(state_dir: Path, tmp_path: Path) -> Path:
    """A state directory of its own that shares only the models."""
    path = tmp_path / "state"
    path.mkdir(mode=0o700)
    (path / "models").symlink_to(state_dir / "models")
    return path
