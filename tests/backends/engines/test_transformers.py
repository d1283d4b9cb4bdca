"""The transformers engine: a real `transformers serve`, quantized, on the CPU.

Runs in the tests' own environment, or in that of SEPAL_TRANSFORMERS_PYTHON.
"""

from __future__ import annotations

import os
from pathlib import Path

import aiohttp

from gateway.backends.engines.engine import Surroundings
from gateway.backends.engines.transformers import Transformers
from gateway.paths import Paths
from gateway.policy.schema import Destination


async def test_it_starts_quantized_and_answers(fresh_state: Path) -> None:
    spec = Destination(clearance="restricted", engine="transformers", quantization="bnb-8bit")
    python = os.environ.get("SEPAL_TRANSFORMERS_PYTHON")
    around = Surroundings(Paths(fresh_state), transformers_python=Path(python) if python else None)
    engine = Transformers("gpu", spec, around)
    try:
        status = await engine.start(wait=240)
        assert status.ready, status.detail
        body = {
            "model": engine.served_model,
            "messages": [{"role": "user", "content": "Say hello."}],
            "max_tokens": 2,
            "temperature": 0,
            "stream": False,
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{engine.address().base_url}/chat/completions", json=body) as response,
        ):
            answer = await response.json()
    finally:
        await engine.stop()

    assert answer["usage"]["completion_tokens"] == 2
    assert answer["choices"][0]["message"]["content"]
    log = (fresh_state / "logs" / "gpu.log").read_text()
    assert "8bit" in log.lower(), "bitsandbytes said nothing: was the model quantized?"


async def test_without_the_extra_it_says_what_to_install(fresh_state: Path) -> None:
    spec = Destination(clearance="restricted", engine="transformers")
    engine = Transformers("gpu", spec, Surroundings(Paths(fresh_state), transformers_python=Path("/nowhere/python")))

    status = await engine.start(wait=30)

    assert not status.ready
    assert "/nowhere/python" in status.detail
    await engine.stop()
