"""What processes of Petals are told by their environment, and what the bridge tells of its model."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gateway.backends.abilities import lacking, learn
from gateway.backends.engines.engine import Surroundings
from gateway.backends.engines.petals import Petals, petals_environment
from gateway.openai import wire
from gateway.openai.read import validate
from gateway.paths import Paths
from gateway.policy.schema import Destination

BRIDGE = f"""#!{sys.executable}
import signal
from gateway.backends.channel import Channel
channel = Channel.from_environment()
channel.secrets()
channel.send("ready", base_url="http://127.0.0.1:1", model="m", abilities=["n", "tools"])
signal.pause()
"""
TOOLS = [{"type": "function", "function": {"name": "f"}}]


@pytest.mark.parametrize(("directory", "instead"), [("/tmp/" + "long" * 25, "/tmp"), ("/tmp/short", None)])
def test_a_directory_whose_name_is_too_long_for_sockets_is_not_used(
    monkeypatch: pytest.MonkeyPatch, directory: str, instead: str | None
) -> None:
    monkeypatch.setenv("TMPDIR", directory)

    assert petals_environment().get("TMPDIR") == instead


async def test_what_the_bridge_tells_of_its_model_counts_once_it_has_started(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(BRIDGE)
    python.chmod(0o700)
    spec = Destination(clearance="public", engine="petals", model=str(tmp_path), initial_peers=["/ip4/127.0.0.1"])
    told: list[str] = []
    around = Surroundings(Paths(tmp_path), petals_python=python)
    engine = Petals("swarm", spec, "m", around, lambda event, _: told.append(event))
    body = {"model": "auto", "messages": [{"role": "user", "content": "x"}], "n": 2, "tools": TOOLS}
    asked = validate(body, wire.ChatRequest)
    learn(spec, [])
    assert lacking(spec, asked) == ["tools"]

    try:
        assert (await engine.start(wait=20)).ready
        assert lacking(spec, asked) == []
        assert "ready" in told
    finally:
        await engine.stop()
