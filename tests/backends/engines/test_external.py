"""Servers that run already: watched, and reached with the key from the environment."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from gateway.backends.abilities import context_length
from gateway.backends.engines.engine import EngineSettingsError
from gateway.backends.engines.external import External
from gateway.backends.status import EngineState
from gateway.policy.schema import Destination


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def models(request: web.Request) -> web.Response:
        if request.headers.get("authorization") != "Bearer right":
            return web.json_response({}, status=401)
        return web.json_response({"object": "list", "data": []})

    app = web.Application()
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}/v1"
    await runner.cleanup()


def _spec(url: str, key: str | None = "TEST_EXTERNAL_KEY") -> Destination:
    return Destination(clearance="public", engine="openai", model="m", base_url=url, api_key_env=key)


async def test_it_is_ready_when_the_server_takes_the_key(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_EXTERNAL_KEY", "right")
    engine = External("there", _spec(server))

    status = await engine.start()

    assert status.ready
    assert engine.address().api_key == "right"
    assert "right" not in repr(engine.address())
    await engine.stop()
    assert engine.status.state is EngineState.STOPPED


async def test_a_wrong_key_and_a_silent_address_are_failed_with_words(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_EXTERNAL_KEY", "wrong")
    engine = External("there", _spec(server))
    silent = External("there", _spec("http://127.0.0.1:9/v1", key=None))

    assert "does not accept the key" in (await engine.start()).detail
    assert "Nothing answers" in (await silent.start()).detail
    await engine.stop()
    await silent.stop()


def test_a_key_that_is_not_set_is_an_error_that_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_EXTERNAL_KEY", raising=False)

    with pytest.raises(EngineSettingsError, match="TEST_EXTERNAL_KEY"):
        External("there", _spec("http://127.0.0.1:9/v1"))


@pytest.mark.parametrize(("model", "there"), [("text-embedding-3-small", True), (None, False)])
def test_embeddings_are_asked_there_only_of_a_model_that_the_policy_names(model: str | None, there: bool) -> None:
    spec = Destination(
        clearance="public", engine="openai", model="m", base_url="http://127.0.0.1:9/v1", embedding_model=model
    )

    url = External("there", spec).address().embeddings_url

    assert url == ("http://127.0.0.1:9/v1" if there else None)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([{"id": "m", "max_model_len": 8192}], 8192),
        ([{"id": "other", "max_model_len": 1}, {"id": "m", "context_length": 4096}], 4096),
        ([{"id": "m", "meta": {"n_ctx": 2048}}], 2048),
        ([{"id": "m", "max_model_len": "many"}], None),
        ([{"id": "m", "meta": 5}], None),
        (["m"], None),
        ({}, None),
    ],
)
async def test_the_context_is_what_the_servers_list_of_models_says(listed: object, expected: int | None) -> None:
    async def models(request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": listed})

    app = web.Application()
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    spec = _spec(f"http://127.0.0.1:{runner.addresses[0][1]}/v1", key=None)
    engine = External("there", spec)
    try:
        assert (await engine.start()).ready
        assert context_length(spec) == expected
    finally:
        await engine.stop()
        await runner.cleanup()
