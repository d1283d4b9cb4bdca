"""Engine `petals`: the swarm bridge, a child in the Petals environment that takes tickets only."""

from __future__ import annotations

import asyncio
import os
import secrets
from dataclasses import replace
from pathlib import Path

from gateway.backends import abilities
from gateway.backends.engines.engine import EMBEDDED_TEMPLATE, EngineSettingsError, Peers, Surroundings
from gateway.backends.leashed import EventCallback, Launch, StartError
from gateway.backends.status import EngineState, EngineStatus
from gateway.backends.supervisor import EngineProcess
from gateway.backends.upstream import Address
from gateway.policy.schema import Destination
from gateway.swarm.tickets import KEY_BYTES

DHT_PREFIX = "sepal-smollm2-135m-instruct"


_LONGEST_TMPDIR = 72
"""torch makes sockets there, whose paths may have 107 characters, 34 of them its own."""


def petals_environment() -> dict[str, str]:
    """Variables for processes of Petals: no model hub, and a directory for sockets whose name is short enough."""
    short = len(os.environ.get("TMPDIR", "")) <= _LONGEST_TMPDIR
    return {"HF_HUB_OFFLINE": "1"} | ({} if short else {"TMPDIR": "/tmp"})  # noqa: S108


class Petals:
    """The bridge to one swarm. Its ticket key is new at each start and known to this process alone."""

    def __init__(
        self, name: str, spec: Destination, alias: str, around: Surroundings, on_event: EventCallback | None = None
    ) -> None:
        self._name, self._spec, self._alias, self._around = name, spec, alias, around
        if spec.model != "embedded" and spec.initial_peers == "auto":
            raise EngineSettingsError(
                f"destination {name}: the private swarm serves the embedded model; write model: embedded, or the "
                "multiaddresses of a swarm that serves this model in initial_peers"
            )
        self._waiting: asyncio.Task[None] | None = None
        self._on_event = on_event
        self._process = EngineProcess(
            name,
            self._launch,
            log_path=around.paths.logs / f"{name}-bridge.log",
            secrets=lambda: {"ticket_key": secrets.token_bytes(KEY_BYTES).hex()},
            on_event=self._heard,
            ready_within=120.0,
        )

    def _launch(self) -> Launch:
        python = self._around.petals_python
        if python is None or not python.exists():
            raise StartError("The Petals environment is not set up; run `sepal setup`.")
        return Launch(
            (str(python), "-I", "-m", "gateway.swarm.bridge", *self._arguments()),
            environment=petals_environment(),
        )

    def _heard(self, event: str, fields: dict[str, object]) -> None:
        if event == "ready":
            abilities.learn(self._spec, fields.get("abilities"), fields.get("context_length"))
        if self._on_event is not None:
            self._on_event(event, fields)

    def _arguments(self) -> list[str]:
        spec = self._spec
        embedded = spec.model == "embedded"
        checkpoint = self._around.paths.checkpoint if embedded else Path(spec.model).expanduser()
        arguments = ["--destination", self._name, "--checkpoint", str(checkpoint), "--alias", self._alias]
        arguments += ["--chat-template", str(EMBEDDED_TEMPLATE)] if embedded else []
        arguments += ["--dht-prefix", DHT_PREFIX if embedded else checkpoint.name]
        peers = self._peers()
        if not peers:
            raise StartError(
                "No swarm to join: initial_peers is `auto` and no private swarm runs here. Use `sepal up`, or name "
                "peers in the policy."
            )
        for peer in peers:
            arguments += ["--initial-peer", peer]
        for peer_id in spec.allowed_servers:
            arguments += ["--allowed-server", peer_id]
        return arguments

    def _peers(self) -> list[str]:
        if self._spec.initial_peers != "auto":
            return self._spec.initial_peers
        return self._around.private_swarm.initial_peers() if self._around.private_swarm else []

    @property
    def status(self) -> EngineStatus:
        """How the bridge stands; whether the swarm behind it is whole, the bridge's health says."""
        if self._waiting is not None and not self._waiting.done():
            detail = "It waits for the private swarm's first server."
            return replace(self._process.status, state=EngineState.STARTING, detail=detail)
        return self._process.status

    @property
    def served_model(self) -> str:
        """The alias that the bridge was given."""
        return self._alias

    def address(self) -> Address:
        """The bridge's endpoints with the ticket key of its present start."""
        key = bytes.fromhex(self._process.secret("ticket_key") or "")
        return Address(f"{self.status.base_url}/v1", ticket_key=key)

    async def start(self, wait: float | None = None) -> EngineStatus:
        """Start the bridge, as soon as there is a swarm to join."""
        swarm = self._around.private_swarm if self._spec.initial_peers == "auto" else None
        if swarm is None or swarm.initial_peers():
            return await self._process.start(wait)
        self._waiting = asyncio.create_task(self._start_after(swarm))
        return self.status

    async def _start_after(self, swarm: Peers) -> None:
        await swarm.joined()
        await self._process.start()

    async def stop(self) -> None:
        """End the bridge."""
        if self._waiting is not None:
            self._waiting.cancel()
        await self._process.stop()
