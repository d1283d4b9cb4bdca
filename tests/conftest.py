"""Where the real parts are: the environments and models that `make setup` made."""

from __future__ import annotations

import functools
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import openai
import pytest

ROOT = Path(__file__).parent.parent
SEPAL = str(Path(sys.executable).with_name("sepal"))
# How long an example takes on a busy machine says nothing.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


# Tests that start engines: where two processes share the tests, these are all one's, and so is whatever asks for
# the product.
START_ENGINES = (
    "tests/backends/engines/",
    "tests/clients/",
    "tests/bench/test_interrupt.py",
    "tests/bench/test_soak.py",
    "tests/clients/",
    "tests/swarm/",
    "tests/test_nothing_phones_home.py",
    "tests/test_up.py",
    "tests/wires/",
)
# Whoever asks for one of these starts some.
ENGINES = {"isolated_run", "petals_python", "product", "state"}


@functools.cache
def starts_engines(file: str) -> bool:
    """Whether the tests in `file`, named from the root, may start engines; to be seen before they are collected."""
    return file.startswith(START_ENGINES) or re.search(r"\bproduct: ", (ROOT / file).read_text("utf-8")) is not None


def file_of(test: str) -> str:
    """Where the test of this id stands."""
    return test.split("::")[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that start engines are first, since they are the longest row of tests that can't be shared."""
    for item in items:
        file = file_of(item.nodeid)
        if not ENGINES.isdisjoint(getattr(item, "fixturenames", ())) and not starts_engines(file):
            raise pytest.UsageError(f"{file} starts engines: add it to START_ENGINES in tests/conftest.py")
    items.sort(key=lambda item: not starts_engines(file_of(item.nodeid)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where processes share the tests, each file is one's; so are all that start engines, one after another."""
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = file_of(nodeid)
            return "engines" if starts_engines(file) else file

    return ByFile(config, log)


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
    """A port that nobody listens on, and that no connection gets by chance before it is used.

    Systems give connections ports from 32768 (Linux) or 49152 (RFC 6335) on.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


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


def started_below(tmpdir: Path) -> dict[int, str]:
    """Living processes that have `tmpdir` as TMPDIR: pid → command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"TMPDIR={tmpdir}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
    return found


def assert_it_ends(process: subprocess.Popen[bytes], tmpdir: Path, number: signal.Signals = signal.SIGINT) -> None:
    """A signal ends the product soon and well, and nothing that it started is left."""
    begun = time.monotonic()
    process.send_signal(number)
    assert process.wait(timeout=20) == 0
    assert time.monotonic() - begun < 10
    assert started_below(tmpdir) == {}


def wait_for(output: Path, pattern: str, process: subprocess.Popen[bytes], patience: float = 180) -> None:
    """Wait until the product's output holds `pattern`."""
    deadline = time.monotonic() + patience
    while not re.search(pattern, output.read_text()):
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)


@pytest.fixture(scope="session")
def product(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One running product for all tests, its wires tapped; Ctrl-C at the end leaves no process."""
    from tests.wires.tapped_product import running  # it stands on this module

    with running(state_dir, tmp_path_factory.mktemp("product")) as product:
        yield product


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
