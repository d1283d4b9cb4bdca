"""Who is let in, through the real client: with a good key, within its limits, to what it may use."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import openai
import pytest

from gateway.settings import load_settings
from gateway.team.key import Key, Limits
from gateway.team.keys import Keys
from gateway.team.shared import open_shared
from tests.running_gateway import Running, policy, running

HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path, lambda url: policy("open", "public", url)) as gateway:
        yield gateway


@pytest.fixture
async def keys(up: Running, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Keys]:
    """The keys of the running gateway, as `sepal keys` opens them."""
    monkeypatch.setattr("gateway.team.keys._LOOK", 0)
    store = open_shared(up.gateway.effective)
    yield Keys(store.keys)
    await store.close()


def client(up: Running, key: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{up.url}/v1", api_key=key, max_retries=0)


async def test_no_key_is_needed_where_there_is_none(up: Running) -> None:
    async with client(up, "whatever") as anybody:
        assert (await anybody.chat.completions.create(model="auto", messages=HELLO)).choices  # type: ignore[arg-type]
    assert (await up.chat()).status_code == 200


async def test_once_there_is_one_it_is_needed(up: Running, keys: Keys) -> None:
    secret = await keys.create(Key("alice"))
    async with client(up, secret) as alice, client(up, secret[:-1] + "x") as somebody:
        assert (await alice.chat.completions.create(model="auto", messages=HELLO)).choices  # type: ignore[arg-type]
        assert [model.id async for model in await alice.models.list()]
        with pytest.raises(openai.AuthenticationError) as refused:
            await somebody.chat.completions.create(model="auto", messages=HELLO)  # type: ignore[arg-type]
        assert refused.value.code == "invalid_api_key"
        assert secret[:-1] not in refused.value.message
    without = await up.chat()
    assert (without.status_code, without.headers["www-authenticate"]) == (401, "Bearer")
    assert "sepal keys create" in without.json()["error"]["message"]
    assert up.audit("decision")[-1]["key"] == "alice"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/chat/completions", 401),
        ("POST", "/v1/completions", 401),
        ("POST", "/v1/sepal/decide", 401),
        ("GET", "/v1/models", 401),
        ("GET", "/v1/models/auto", 401),
        ("GET", "/health/live", 200),
        ("GET", "/health/ready", 200),
        ("GET", "/metrics", 200),
    ],
)
async def test_every_endpoint_that_is_not_for_this_machine_alone_needs_it(
    up: Running, keys: Keys, method: str, path: str, status: int
) -> None:
    await keys.create(Key("alice"))
    assert (await up.client.request(method, path, json=None if method == "GET" else {})).status_code == status


async def test_what_is_for_this_machine_alone_needs_it_from_elsewhere(up: Running, keys: Keys) -> None:
    secret = await keys.create(Key("alice"))
    elsewhere = {"x-forwarded-for": "203.0.113.7"}
    assert (await up.client.get("/metrics", headers=elsewhere)).status_code == 401
    assert (await up.client.get("/health/live", headers=elsewhere)).status_code == 200
    allowed = await up.client.get("/metrics", headers={**elsewhere, "authorization": f"Bearer {secret}"})
    assert allowed.status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer x y", "Bearer " + "x" * 5000])
async def test_rubbish_in_the_header_is_no_key(up: Running, keys: Keys, header: str) -> None:
    await keys.create(Key("alice"))
    answer = await up.client.post("/v1/chat/completions", json={}, headers={"authorization": header})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


async def test_a_revoked_key_is_told_so_and_a_running_stream_ends_whole(up: Running, keys: Keys) -> None:
    secret = await keys.create(Key("alice"))
    async with client(up, secret) as alice:
        stream = await alice.chat.completions.create(model="auto", messages=HELLO, stream=True)  # type: ignore[arg-type]
        await keys.revoke("alice")
        chunks = [chunk async for chunk in stream]
        assert chunks[-1].choices[0].finish_reason == "stop"
        with pytest.raises(openai.AuthenticationError, match="was revoked"):
            await alice.models.list()


async def test_its_name_groups_and_floor_are_the_policys(up: Running, keys: Keys) -> None:
    up.save(
        policy("grouped", "public", up.stub.url).replace(
            "rules:\n",
            "keys: {eve: {sha256: '" + "0" * 64 + "', groups: [finance]}}\n"
            "rules:\n  - {name: finance, when: {key_groups: [finance]}, tag: money}\n",
        )
    )
    await up.until_in_force("grouped")
    secrets = {
        "alice": await keys.create(Key("alice", groups=("finance",))),
        "bob": await keys.create(Key("bob", floor="secret")),
        "carl": await keys.create(Key("carl", floor="a level of another policy")),
    }
    labels = {}
    for name, secret in secrets.items():
        async with client(up, secret) as asking:
            answer = await asking.chat.completions.with_raw_response.create(model="auto", messages=HELLO)  # type: ignore[arg-type]
            labels[name] = answer.headers["x-sepal-label"]
    assert labels == {"alice": "public", "bob": "secret", "carl": "secret"}
    records = {record["key"]: record for record in up.audit("decision")}
    assert records["alice"]["tags"] == ["money"]
    assert "tags" not in records["bob"]


async def test_what_the_policy_says_of_a_key_of_its_name_is_added(up: Running, keys: Keys) -> None:
    rules = (
        "rules:\n  - {name: eu, when: {key_groups: [eu]}, tag: eu}\n  - {name: us, when: {key_groups: [us]}, tag: us}\n"
    )
    up.save(up.text("named", "public", "keys: {alice: {groups: [eu], floor: internal}}\n").replace("rules:\n", rules))
    await up.until_in_force("named")
    async with client(up, await keys.create(Key("alice", groups=("us",), floor="public"))) as alice:
        answer = await alice.chat.completions.with_raw_response.create(model="auto", messages=HELLO)  # type: ignore[arg-type]
    assert answer.headers["x-sepal-label"] == "internal"
    assert up.audit("decision")[-1]["tags"] == ["eu", "us"]


async def test_a_key_of_the_policys_own_lets_in_too(up: Running) -> None:
    from gateway.team.key import digest

    up.save(up.text("keyed", "public", f"keys: {{dora: {{sha256: '{digest('mine')}'}}}}\n"))
    await up.until_in_force("keyed")
    assert (await up.chat()).status_code == 401
    async with client(up, "mine") as dora:
        assert (await dora.chat.completions.create(model="auto", messages=HELLO)).choices  # type: ignore[arg-type]
    assert up.audit("decision")[-1]["key"] == "dora"


async def test_it_may_use_the_models_that_it_was_given(up: Running, keys: Keys) -> None:
    two = "  local: {clearance: secret, engine: openai, base_url: X, model: m}\n".replace("X", f'"{up.stub.url}/v1"')
    both = up.text("both", "public").replace("rules:", two.replace("local", "other").replace("m}", "n}") + "rules:")
    entities = "entities: {default: internal}\n"
    both = both.replace(entities, "").replace("rules:", f"{entities}rules:").replace("[local]", "[local, other]")
    up.save(both)
    await up.until_in_force("both")
    async with client(up, await keys.create(Key("alice", models=("other",)))) as alice:
        assert [model.id async for model in await alice.models.list()] == ["auto", "other", "n"]
        answer = await alice.chat.completions.with_raw_response.create(model="auto", messages=HELLO)  # type: ignore[arg-type]
        assert answer.headers["x-sepal-destination"] == "other"
        with pytest.raises(openai.PermissionDeniedError, match="may use none of the destinations") as refused:
            await alice.chat.completions.create(model="local", messages=HELLO)  # type: ignore[arg-type]
        assert refused.value.code == "model_not_allowed"
        with pytest.raises(openai.NotFoundError):
            await alice.models.retrieve("local")
    assert up.audit("decision")[-1]["barred"] == ["local"]


class TestLimits:
    async def test_are_told_in_openais_headers_and_refuse_as_openai_does(self, up: Running, keys: Keys) -> None:
        async with client(up, await keys.create(Key("alice", limits=Limits(2, 10_000)))) as alice:
            create = alice.chat.completions.with_raw_response.create
            first = await create(model="auto", messages=HELLO)  # type: ignore[arg-type]
            assert first.headers["x-ratelimit-limit-requests"] == "2"
            assert first.headers["x-ratelimit-remaining-requests"] == "1"
            assert first.headers["x-ratelimit-reset-requests"].endswith("s")
            assert first.headers["x-ratelimit-limit-tokens"] == "10000"
            await create(model="auto", messages=HELLO)  # type: ignore[arg-type]
            with pytest.raises(openai.RateLimitError) as refused:
                await create(model="auto", messages=HELLO)  # type: ignore[arg-type]
        headers = refused.value.response.headers
        assert refused.value.code == "rate_limit_exceeded"
        assert (headers["x-should-retry"], headers["x-ratelimit-remaining-requests"]) == ("true", "0")
        assert 0 < int(headers["retry-after-ms"]) <= 30_000
        assert 0 < int(headers["retry-after"]) <= 30
        # What is refused has not been looked at.
        assert len(up.audit("decision")) == 2

    async def test_count_what_the_engine_counted(self, up: Running, keys: Keys) -> None:
        secret = await keys.create(Key("alice", limits=Limits(tokens_per_day=10)))
        async with client(up, secret) as alice:
            answer = await alice.chat.completions.create(model="auto", messages=HELLO)  # type: ignore[arg-type]
            assert answer.usage is not None
            assert answer.usage.total_tokens == 5
            await alice.chat.completions.create(model="auto", messages=HELLO)  # type: ignore[arg-type]
            with pytest.raises(openai.RateLimitError, match="tokens of today") as refused:
                await alice.chat.completions.create(model="auto", messages=HELLO)  # type: ignore[arg-type]
        assert refused.value.code == "insufficient_quota"
        assert refused.value.response.headers["x-should-retry"] == "false"

    async def test_do_not_charge_for_what_was_denied(self, up: Running, keys: Keys) -> None:
        secret = await keys.create(Key("alice", limits=Limits(tokens_per_minute=1000)))
        up.save(up.text("denying", "public").replace("raise_to: public", "deny: Not here."))
        await up.until_in_force("denying")
        long = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "word " * 500}]})
        for _ in range(4):
            answer = await up.client.post(
                "/v1/chat/completions", content=long, headers={"authorization": f"Bearer {secret}"}
            )
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "policy_denied")


async def test_where_the_store_is_gone_nobody_gets_in(up: Running, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.team.store import StoreError

    secret = await keys.create(Key("alice"))
    headers = {"authorization": f"Bearer {secret}"}
    assert (await up.client.get("/v1/models", headers=headers)).status_code == 200

    def broken(*_: object) -> None:
        raise StoreError("gone")

    await keys.rotate("alice", 60)
    monkeypatch.setattr("gateway.team.sqlite.file.SqliteFile.read", broken)
    answer = await up.client.get("/v1/models", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "keys_unavailable")


async def test_a_key_is_in_no_log_record_or_metric(up: Running, keys: Keys, caplog: pytest.LogCaptureFixture) -> None:
    secret, wrong = await keys.create(Key("alice")), "sk-sepal-" + "Zq9" * 14
    with caplog.at_level("DEBUG"):
        for key in (secret, wrong):
            for path in ("/v1/models", "/v1/nowhere"):
                await up.client.get(path, headers={"authorization": f"Bearer {key}"})
            await up.client.post("/v1/chat/completions", json={"x": 1}, headers={"authorization": f"Bearer {key}"})
        await up.chat()
    seen = caplog.text + (await up.client.get("/metrics")).text + up.gateway.audit.path.read_text()
    assert not any(part in seen for part in (secret, secret[-12:], wrong, "Zq9Zq9"))


async def test_behind_a_proxy_nobody_is_taken_for_this_machine(tmp_path: Path) -> None:
    store = open_shared(load_settings(None, {}, {"state_dir": str(tmp_path / "state")}))
    keys = Keys(store.keys)
    secret = await keys.create(Key("alice"))
    async with running(tmp_path, lambda url: policy("open", "public", url), behind_proxy=True) as up:
        assert (await up.client.get("/metrics")).status_code == 401
        assert (await up.client.get("/health/live")).status_code == 200
        assert (await up.client.get("/metrics", headers={"authorization": f"Bearer {secret}"})).status_code == 200
        await keys.revoke("alice")
        await keys.remove("alice")
        assert (await up.chat()).status_code == 401
    await store.close()


class TestWebPages:
    async def test_a_name_that_points_here_by_force_is_refused(self, up: Running) -> None:
        answer = await up.client.get("/v1/models", headers={"host": "evil.example:8080"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (421, "unknown_host")
        for host in ("localhost:1", "127.0.0.1", "[::1]:9", "LOCALHOST"):
            assert (await up.client.get("/v1/models", headers={"host": host})).status_code == 200

    async def test_a_listed_name_and_a_listed_page_are_let_in(self, tmp_path: Path) -> None:
        page = "https://chat.example.com"
        settings = {"trusted_hosts": ["sepal.example"], "cors_origins": [page]}
        async with running(tmp_path, lambda url: policy("open", "public", url), **settings) as up:
            assert (await up.client.get("/v1/models", headers={"host": "sepal.example"})).status_code == 200
            asked = {
                "origin": page,
                "access-control-request-method": "POST",
                "access-control-request-headers": "authorization",
            }
            preflight = await up.client.options("/v1/chat/completions", headers=asked)
            assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, page)
            body = {"model": "auto", "messages": HELLO}
            answer = await up.client.post("/v1/chat/completions", json=body, headers={"origin": page})
            assert answer.status_code == 200
            assert "x-sepal-label" in answer.headers["access-control-expose-headers"]
            other = await up.client.post("/v1/chat/completions", json=body, headers={"origin": "https://evil.example"})
            assert (other.status_code, "access-control-allow-origin" in other.headers) == (403, False)

    async def test_no_page_is_let_in_by_default(self, up: Running) -> None:
        asked = {"origin": "https://chat.example.com", "access-control-request-method": "POST"}
        preflight: httpx.Response = await up.client.options("/v1/chat/completions", headers=asked)
        assert preflight.status_code == 405
        assert "access-control-allow-origin" not in preflight.headers
