"""The whole product with its wires to the swarm tapped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, free_port, wait_for
from tests.wires.tap import Tap

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Tapped:
    """A running product, what its wires carry, and where its processes can be found."""

    url: str
    state: Path
    tap: Tap
    tmpdir: Path


@contextmanager
def tapped_product(state_dir: Path, base: Path, *, broken: bool = False) -> Iterator[Tapped]:
    """`sepal up` whose bridge and first Petals server record what enters them."""
    state, out, tmpdir = base / "state", base / "out", base / "tmp"
    for path in (state, out, tmpdir):
        path.mkdir()
    (state / "models").symlink_to(state_dir / "models")
    python = base / "python"
    python.write_text(f'#!/bin/sh\nexec {ROOT}/.venv-petals/bin/python {HERE}/tapped.py {out} "$@"\n')
    python.chmod(0o700)
    port = free_port()
    with (state / "up.out").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "tapped_up.py"), str(state), str(port), str(python)] + ["--broken"] * broken,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(tmpdir)},
            cwd=ROOT,
        )
    try:
        wait_for(state / "up.out", "Sepal is ready", process)
        yield Tapped(f"http://127.0.0.1:{port}", state, Tap(out, state / "models" / "smollm2-135m-instruct"), tmpdir)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def tapped(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tapped]:
    with tapped_product(state_dir, tmp_path_factory.mktemp("tapped")) as running:
        yield running
