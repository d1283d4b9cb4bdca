"""Gateways that share a server let in the same people, count together, and let nobody in while it is away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.declassified import conversation_secret, use_conversation_secret
from gateway.listening import ServeError
from gateway.settings import load_settings
from gateway.team.key import Key, Limits
from gateway.team.keys import Keys
from gateway.team.shared import open_shared
from tests.conftest import SEPAL
from tests.redis_server import RedisProcess, redis_server
from tests.running_gateway import Running, policy, running


@pytest.fixture(autouse=True)
def _looking_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.team.keys._LOOK", 0)


@pytest.fixture
def own() -> Iterator[RedisProcess]:
    """A server that the test may stop."""
    directory = Path(tempfile.mkdtemp(prefix="sepal-"))
    with redis_server(directory) as server:
        yield server
    shutil.rmtree(directory)


@asynccontextmanager
async def gateways(tmp_path: Path, url: str, **settings: str) -> AsyncIterator[tuple[Running, Running]]:
    """Two, each with a state directory of its own."""
    places = [tmp_path / "one", tmp_path / "two"]
    for place in places:
        place.mkdir()

    def text(url: str) -> str:
        return policy("open", "public", url)

    async with (
        running(places[0], text, store=url, **settings) as one,
        running(places[1], text, store=url, **settings) as two,
    ):
        yield one, two


async def made(tmp_path: Path, url: str, key: Key) -> dict[str, str]:
    """The header that a new key lets in with."""
    store = open_shared(load_settings(None, {}, {"state_dir": str(tmp_path), "store": url}))
    secret = await Keys(store.keys).create(key)
    await store.close()
    return {"authorization": f"Bearer {secret}"}


async def asked(gateway: Running, headers: dict[str, str]) -> tuple[int, str | None]:
    body = {"model": "auto", "messages": [{"role": "user", "content": "hello"}]}
    answer = await gateway.client.post("/v1/chat/completions", json=body, headers=headers)
    return answer.status_code, answer.json().get("error", {}).get("code")


@pytest.fixture
def one_key(tmp_path: Path) -> dict[str, str]:
    """Settings with the same store key for all."""
    (tmp_path / "store.key").write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    return {"store_key_file": str(tmp_path / "store.key")}


async def test_a_key_is_needed_and_lets_in_everywhere(
    redis_process: RedisProcess, tmp_path: Path, one_key: dict[str, str]
) -> None:
    async with gateways(tmp_path, redis_process.url, **one_key) as both:
        assert [await asked(gateway, {}) for gateway in both] == [(401, "invalid_api_key")] * 2
        headers = await made(tmp_path, redis_process.url, Key("alice"))
        assert [await asked(gateway, headers) for gateway in both] == [(200, None)] * 2
        assert [gateway.audit("decision")[-1]["key"] for gateway in both] == ["alice", "alice"]


async def test_limits_are_shared(redis_process: RedisProcess, tmp_path: Path, one_key: dict[str, str]) -> None:
    async with gateways(tmp_path, redis_process.url, **one_key) as (one, two):
        headers = await made(tmp_path, redis_process.url, Key("alice", limits=Limits(requests_per_minute=2)))
        seen = [await asked(gateway, headers) for gateway in (one, two, one, two)]
        assert seen == [(200, None)] * 2 + [(429, "rate_limit_exceeded")] * 2


async def test_what_answers_used_is_charged_before_the_gateway_ends(
    redis_process: RedisProcess, tmp_path: Path
) -> None:
    headers = await made(tmp_path, redis_process.url, Key("alice", limits=Limits(tokens_per_day=1000)))
    async with running(tmp_path, lambda url: policy("open", "public", url), store=redis_process.url) as up:
        assert await asked(up, headers) == (200, None)
    with redis_process.client() as client:
        assert client.hget("sepal:usage:alice", "day:tokens") == b"5"


async def test_while_the_server_is_away_nobody_is_let_in(
    own: RedisProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own.stop()
    async with running(tmp_path, lambda url: policy("open", "public", url), store=own.url) as up:
        assert "nobody is let in" in caplog.text
        assert await asked(up, {}) == (401, "invalid_api_key")
        assert await asked(up, {"authorization": "Bearer sk-sepal-x"}) == (503, "keys_unavailable")
        assert (await up.client.get("/health/live")).status_code == 200
        own.start()
        headers = await made(tmp_path, own.url, Key("alice", limits=Limits(tokens_per_day=1000)))
        assert await asked(up, headers) == (200, None)
        own.stop()
        assert await asked(up, headers) == (503, "keys_unavailable")
        own.start()  # It has lost everything, and still nobody gets in without a key.
        assert await asked(up, headers) == (401, "invalid_api_key")
        assert await asked(up, {}) == (401, "invalid_api_key")
    assert headers["authorization"][-20:] not in caplog.text


async def test_a_gateway_with_another_store_key_does_not_start(redis_process: RedisProcess, tmp_path: Path) -> None:
    with pytest.raises(ServeError, match="give all gateways the same one"):
        async with gateways(tmp_path, redis_process.url):
            pass


def test_sepal_keys_uses_the_same_store(own: RedisProcess, tmp_path: Path) -> None:
    def sepal(state: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SEPAL_STATE_DIR": str(tmp_path / state), "SEPAL_STORE": own.url}
        return subprocess.run(
            [SEPAL, "keys", *arguments], capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=120
        )

    made = sepal("one", "create", "alice", "--group", "eu")
    (listed,) = json.loads(sepal("two", "list", "--json").stdout)
    own.stop()
    away = sepal("one", "list")
    assert (listed["name"], listed["groups"], listed["endings"]) == ("alice", ["eu"], [made.stdout.strip()[-4:]])
    assert away.returncode == 2
    assert "can't be reached" in away.stderr


async def test_conversations_keep_their_stand_ins_at_every_gateway(
    redis_process: RedisProcess, tmp_path: Path, one_key: dict[str, str]
) -> None:
    def opened(url: str) -> str:
        return policy("open", "public", url)

    seen = []
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        use_conversation_secret(place.encode())
        async with running(
            tmp_path / place, lambda url: policy("open", "public", url), store=redis_process.url, **one_key
        ):
            seen.append(conversation_secret())

    assert seen[0] == seen[1]
    assert seen[0] not in (b"one", b"two")
    assert b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8" not in seen[0]
