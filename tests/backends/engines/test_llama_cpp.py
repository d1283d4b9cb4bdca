"""The llama.cpp engine, on the real model."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from gateway.backends.engines.engine import EngineSettingsError, Surroundings
from gateway.backends.engines.llama_cpp import LlamaCpp
from gateway.paths import Paths
from gateway.policy.schema import Destination

SPEC = Destination(clearance="restricted", engine="llama.cpp")
CANARY = "Xylophone Quetzalcoatl 8341"


ON_ITS_LOOP = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def llama(state: Path) -> AsyncIterator[LlamaCpp]:
    engine = LlamaCpp("local", SPEC, "the-model", Surroundings(Paths(state)))
    assert (await engine.start(wait=60)).ready
    yield engine
    await engine.stop()


async def _chat(engine: LlamaCpp, key: str | None, **body: object) -> tuple[int, str]:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    body = {"model": "the-model", "messages": [{"role": "user", "content": CANARY}], "max_tokens": 2, **body}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{engine.address().base_url}/chat/completions", json=body) as response,
    ):
        return response.status, await response.text()


@ON_ITS_LOOP
async def test_it_answers_who_has_the_key_and_nobody_else(llama: LlamaCpp) -> None:
    key = llama.address().api_key

    assert (await _chat(llama, key))[0] == 200
    assert (await _chat(llama, None))[0] == 401
    assert (await _chat(llama, "0" * 64))[0] == 401
    assert llama.address().base_url.startswith("http://127.0.0.1:")


@ON_ITS_LOOP
async def test_no_prompt_stands_in_its_log(llama: LlamaCpp, state: Path) -> None:
    status, _ = await _chat(llama, llama.address().api_key)
    bad_status, _ = await _chat(llama, llama.address().api_key, messages=CANARY)

    log = (state / "logs" / "local.log").read_text()

    assert status == 200
    assert bad_status >= 400
    assert "Xylophone" not in log
    assert "8341" not in log


@ON_ITS_LOOP
async def test_a_crash_brings_a_new_process_with_a_new_key(llama: LlamaCpp) -> None:
    old_key, old_pid = llama.address().api_key, llama.status.pid
    assert old_pid is not None

    os.kill(old_pid, signal.SIGKILL)
    async with asyncio.timeout(30):
        while not (llama.status.ready and llama.status.pid != old_pid):
            await asyncio.sleep(0.05)

    assert llama.address().api_key != old_key
    assert (await _chat(llama, llama.address().api_key))[0] == 200


@ON_ITS_LOOP
async def test_no_other_endpoint_shows_what_others_ask(llama: LlamaCpp) -> None:
    root = llama.address().base_url.removesuffix("/v1")
    async with aiohttp.ClientSession(headers={"authorization": f"Bearer {llama.address().api_key}"}) as session:
        for path in ("/slots", "/metrics"):
            async with session.get(root + path) as response:
                assert response.status in (403, 404, 501), path


def test_a_model_that_is_no_gguf_is_refused_in_words(fresh_state: Path) -> None:
    spec = Destination(clearance="restricted", engine="llama.cpp", model="/models/llama.safetensors")

    with pytest.raises(EngineSettingsError, match=r"\.gguf"):
        LlamaCpp("local", spec, "x", Surroundings(Paths(fresh_state)))


async def test_a_missing_model_is_a_failed_engine_that_says_so(tmp_path: Path) -> None:
    spec = Destination(clearance="restricted", engine="llama.cpp", model=str(tmp_path / "none.gguf"))
    engine = LlamaCpp("local", spec, "x", Surroundings(Paths(tmp_path)))

    await engine.start()
    async with asyncio.timeout(60):
        while "none.gguf" not in engine.status.detail:
            await asyncio.sleep(0.05)

    assert not engine.status.ready
    await engine.stop()
