"""Where the real parts are: the environments and models that `make setup` made."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openai
import pytest

ROOT = Path(__file__).parent.parent
SEPAL = str(Path(sys.executable).with_name("sepal"))


@dataclass(frozen=True)
class Product:
    """The whole product, running: gateway, local model, private swarm."""

    url: str
    state: Path
    output: Path
    process: subprocess.Popen[bytes]

    @property
    def client(self) -> openai.OpenAI:
        """The official client; nothing is retried, so that every answer is seen."""
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key="anything", max_retries=0)

    def sepal(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command line against this product."""
        environment = {**os.environ, "SEPAL_STATE_DIR": str(self.state), "SEPAL_PORT": self.url.rsplit(":", 1)[1]}
        return subprocess.run(
            [SEPAL, *arguments], input=stdin, capture_output=True, text=True, env=environment, timeout=60, cwd=ROOT
        )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_product(state: Path, tmpdir: Path, port: int) -> subprocess.Popen[bytes]:
    """`sepal up`; every process below it has `tmpdir` in its environment as TMPDIR."""
    command = [SEPAL, "up", "--state-dir", str(state), "--port", str(port)]
    with (state / "up.out").open("wb") as output:
        return subprocess.Popen(
            [*command, "--petals-venv", str(ROOT / ".venv-petals")],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(tmpdir)},
            cwd=ROOT,
        )


def wait_for(output: Path, pattern: str, process: subprocess.Popen[bytes], patience: float = 180) -> None:
    """Wait until the product's output holds `pattern`."""
    deadline = time.monotonic() + patience
    while not re.search(pattern, output.read_text()):
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)


@pytest.fixture(scope="session")
def product(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One running product for all tests that only use it; stopped at the end."""
    state = tmp_path_factory.mktemp("product")
    (state / "models").symlink_to(state_dir / "models")
    port = free_port()
    process = start_product(state, tmp_path_factory.mktemp("tmp"), port)
    output = state / "up.out"
    try:
        wait_for(output, "Sepal is ready", process)
        yield Product(f"http://127.0.0.1:{port}", state, output, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


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
