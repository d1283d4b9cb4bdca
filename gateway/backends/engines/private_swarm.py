"""A private Petals swarm on loopback: two servers with half of the blocks each, for `sepal up`.

The first founds the swarm; the second joins as soon as the first can be dialled, while that one is
still loading its blocks. Each keeps the port that it joined with, and one that is started again joins at the other, so
that the swarm stays one and the bridge finds both where they were.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from gateway.backends.engines.engine import Surroundings
from gateway.backends.engines.petals import DHT_PREFIX, petals_environment
from gateway.backends.leashed import Launch, StartError
from gateway.backends.probe import free_port
from gateway.backends.supervisor import EngineProcess, stop_all
from gateway.paths import make_private

StateCallback = Callable[[str, str, str], None]


class PrivateSwarm:
    """The two servers, kept running.

    Args:
        on_state: called with part, state and a sentence whenever a server's state changes.
    """

    def __init__(self, around: Surroundings, on_state: StateCallback = lambda part, state, detail: None) -> None:
        self._around = around
        self._on_state = on_state
        self._peers: list[list[str]] = [[], []]
        self._ports = [0, 0]
        self._joined = asyncio.Event()
        self._servers = [self._server("swarm-server-a", 0), self._server("swarm-server-b", 1)]
        self._second: asyncio.Task[object] | None = None

    def initial_peers(self) -> list[str]:
        """Where the servers can be dialled; empty until the first can."""
        return [address for addresses in self._peers for address in addresses]

    def _server(self, name: str, half: int) -> EngineProcess:
        def heard(event: str, fields: dict[str, object]) -> None:
            if event == "joined":
                addresses = fields.get("multiaddrs")
                self._peers[half] = [str(address) for address in addresses] if isinstance(addresses, list) else []
                self._joined.set()
            elif event == "state":
                state = str(fields["state"])
                self._on_state(name, state, str(fields["detail"]) if state in ("failed", "restarting") else "")

        return EngineProcess(
            name,
            lambda: self._launch(name, half),
            log_path=self._around.paths.logs / f"{name}.log",
            on_event=heard,
            ready_within=180.0,
        )

    def _launch(self, name: str, half: int) -> Launch:
        python, paths = self._around.petals_python, self._around.paths
        if python is None or not python.exists():
            raise StartError("The Petals environment is not set up; run `sepal setup`.")
        try:
            layers = int(json.loads((paths.checkpoint / "config.json").read_text())["num_hidden_layers"])
        except (OSError, ValueError, KeyError):
            raise StartError(f"There is no checkpoint in {paths.checkpoint}; run `sepal setup`.") from None
        make_private(paths.keys)
        first, end = (0, layers // 2) if half == 0 else (layers // 2, layers)
        argv = [str(python), "-I", "-m", "gateway.swarm.host", "--checkpoint", str(paths.checkpoint)]
        argv += ["--blocks", f"{first}:{end}", "--dht-prefix", DHT_PREFIX, "--public-name", name]
        argv += ["--identity", str(paths.keys / f"{name}.id")]
        if not self._peers[half]:
            self._ports[half] = free_port()
        argv += ["--port", str(self._ports[half])]
        other = 1 - half
        # The first one joins only a second that runs: else the two would wait for each other.
        for peer in self._peers[other] if half or self._servers[other].status.ready else []:
            argv += ["--initial-peer", peer]
        return Launch(tuple(argv), environment=petals_environment())

    async def start(self) -> None:
        """Start both; returns at once."""
        await self._servers[0].start()
        self._second = asyncio.create_task(self._start_second())

    async def _start_second(self) -> None:
        await self._joined.wait()
        await self._servers[1].start()

    async def joined(self) -> None:
        """Wait until the swarm can be joined."""
        await self._joined.wait()

    @property
    def ready(self) -> bool:
        """Whether both servers serve their blocks."""
        return all(server.status.ready for server in self._servers)

    def describe(self) -> list[str]:
        """A line for each server."""
        return [f"{server.name}: {server.status.state.value}, pid {server.status.pid}" for server in self._servers]

    async def stop(self) -> None:
        """End both."""
        if self._second is not None:
            self._second.cancel()
        await stop_all(self._servers)
