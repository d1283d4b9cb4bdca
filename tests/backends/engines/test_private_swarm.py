"""The private swarm survives the loss of any of its servers, and stays one swarm."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.backends.engines.engine import Surroundings
from gateway.backends.engines.petals import Petals
from gateway.backends.engines.private_swarm import PrivateSwarm
from gateway.backends.supervisor import stop_all
from gateway.paths import Paths
from gateway.policy.schema import Destination
from gateway.swarm import tickets

ROOT = Path(__file__).parents[3]
PETALS = Path(os.environ.get("SEPAL_PETALS_PYTHON", ROOT / ".venv-petals" / "bin" / "python"))


async def _whole(bridge: Petals, session: aiohttp.ClientSession, servers: set[str]) -> None:
    """Wait until the bridge sees every block, served by `servers`."""
    while True:
        if bridge.status.ready:
            async with session.get(bridge.address().base_url.removesuffix("/v1") + "/health") as response:
                health = await response.json()
            online = {server["public_name"] for server in health["servers"] if server["state"] == "online"}
            if health["state"] == "ready" and online == servers:
                return
        await asyncio.sleep(0.2)


async def _ask(bridge: Petals, session: aiohttp.ClientSession) -> dict[str, Any]:
    body = json.dumps(
        {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 2, "temperature": 0}
    ).encode()
    address = bridge.address()
    assert address.ticket_key is not None
    ticket = tickets.mint(address.ticket_key, destination="swarm", decision_id="d", body=body, lifetime=30)
    headers = {tickets.HEADER: ticket, "content-type": "application/json"}
    async with session.post(f"{address.base_url}/chat/completions", data=body, headers=headers) as response:
        return {"status": response.status, **(await response.json())}


@pytest.mark.slow
async def test_each_server_can_be_killed_and_comes_back_into_the_same_swarm(
    fresh_state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deep = tmp_path / ("long" * 25)  # torch could make no socket there
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    around = Surroundings(Paths(fresh_state), petals_python=PETALS)
    swarm = around.private_swarm = PrivateSwarm(around)
    bridge = Petals("swarm", Destination(clearance="public", engine="petals"), "m", around)
    names = {"swarm-server-a", "swarm-server-b"}
    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(120):
            await swarm.start()
            await bridge.start()
            await _whole(bridge, session, names)
            for index in range(2):
                pid = int(swarm.describe()[index].rpartition("pid ")[2])
                os.kill(pid, signal.SIGKILL)
                while swarm.ready:
                    await asyncio.sleep(0.05)
                while not swarm.ready:
                    await asyncio.sleep(0.2)
                while (await _ask(bridge, session))["status"] != 200:
                    await asyncio.sleep(0.5)
                await _whole(bridge, session, names)
    finally:
        await stop_all([bridge, swarm])
