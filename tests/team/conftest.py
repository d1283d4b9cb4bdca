"""Both stores, so that each test of what they do holds for both."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from gateway.settings import Effective, load_settings
from gateway.team.shared import Shared, open_shared
from tests.redis_server import RedisProcess, redis_server


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def _redis() -> Iterator[RedisProcess]:
    directory = Path(tempfile.mkdtemp(prefix="sepal-"))
    with redis_server(directory) as server:
        yield server
    shutil.rmtree(directory)


@pytest.fixture
def redis_process(_redis: RedisProcess) -> RedisProcess:
    """A running server with nothing in it."""
    with _redis.client() as client:
        client.flushall()
    return _redis


@pytest.fixture(params=["sqlite", "redis"])
def effective(request: pytest.FixtureRequest, tmp_path: Path) -> Effective:
    """Settings of a gateway with either store."""
    given = {"state_dir": str(tmp_path / "state")}
    if request.param == "redis":
        given["store"] = request.getfixturevalue("redis_process").url
    return load_settings(None, {}, given)


@pytest.fixture
async def opened(effective: Effective) -> AsyncIterator[Callable[[], Shared]]:
    """Opens the store, as each gateway and each `sepal keys` does."""
    stores: list[Shared] = []

    def open_() -> Shared:
        stores.append(open_shared(effective, {}))
        return stores[-1]

    yield open_
    for store in stores:
        await store.close()


@pytest.fixture
def store(opened: Callable[[], Shared]) -> Shared:
    return opened()
