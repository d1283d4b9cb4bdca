"""The product with a wrapped Petals side: tapped_up.py STATE PORT PYTHON LOCAL_PYTHON [SWARM_PEER]

PYTHON runs the Petals side, LOCAL_PYTHON the local engine. With SWARM_PEER this is a gateway alone, for a
swarm that runs already, and a test double whose policy sees no findings: what must never happen.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
from pathlib import Path

import gateway.verdict
from gateway.running import RunningGateway
from gateway.serve import serve, stop_on_signals, surroundings_of
from gateway.settings import Effective, EngineOptions, load_settings
from gateway.up import run_up


def break_the_policy() -> None:
    """From here on nothing that is found counts."""
    real = gateway.verdict.decide
    nothing = {"findings": (), "places": (), "unreadable": ()}
    gateway.verdict.decide = lambda policy, facts: real(policy, dataclasses.replace(facts, **nothing))


async def run_broken(effective: Effective, petals_python: Path, peer: str) -> None:
    """A gateway without a policy, in front of the swarm at `peer`."""
    break_the_policy()
    swarm = {"swarm": EngineOptions(initial_peers=[peer])}
    joined = Effective(effective.settings.model_copy(update={"destinations": swarm}), effective.origins)

    def listening(_: RunningGateway, url: str) -> None:
        print(f"listening on {url}", flush=True)

    around = surroundings_of(joined, petals_python)
    await serve(joined, stop=stop_on_signals(), surroundings=around, on_listening=listening)


def main(state: str, port: str, petals_python: str, local_python: str, *peers: str) -> None:
    effective = load_settings(None, os.environ, {"state_dir": state, "port": int(port)})
    # Engines of the gateway's own environment are started by this interpreter.
    sys.executable = local_python
    if peers:
        asyncio.run(run_broken(effective, Path(petals_python), peers[0]))
    else:
        asyncio.run(run_up(effective, Path(petals_python)))


if __name__ == "__main__":
    main(*sys.argv[1:])
