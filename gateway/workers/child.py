"""A worker: answers requests at the gateway's address with the first process's audit file and engines.

Started by the first process as ``python -m gateway.workers.child LISTENER LINE``, the numbers of two open descriptors.
Ends when the first process says so, or is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.backends import abilities
from gateway.backends.engines.build import build_engine
from gateway.backends.engines.engine import Engine
from gateway.backends.turns import Queue
from gateway.compose import Loaded, model_id
from gateway.declassified import use_conversation_secret
from gateway.policy.destination import Destination
from gateway.running import RunningGateway
from gateway.serve import load, open_gate, reloader_of, server_of, surroundings_of
from gateway.settings import Effective, Settings
from gateway.team.shared import open_shared
from gateway.workers.line import Line
from gateway.workers.remote import RemoteAudit, RemoteEngine, RemoteTurns

logger = logging.getLogger(__name__)


class _NoSwarm:
    """The private swarm is the first process's to join."""

    def initial_peers(self) -> list[str]:
        return []

    async def joined(self) -> None:
        return None


class WorkerGateway(RunningGateway):
    """A gateway whose audit file and engines are another process's."""

    def __init__(self, effective: Effective, loaded: Loaded, audit: Path, line: Line) -> None:
        self._line = line
        self._told: Mapping[str, Any] = {}
        around = surroundings_of(effective)
        around.private_swarm = _NoSwarm()
        super().__init__(effective, loaded, RemoteAudit(line, audit), around)

    def _engine(self, name: str, spec: Destination) -> Engine:
        engine = RemoteEngine(name, build_engine(name, spec, model_id(spec), self._surroundings))
        self._pass_on(name, spec, engine)
        return engine

    def _queue(self, name: str, spec: Destination) -> Queue:
        return RemoteTurns(self._line, name)

    def heard_of(self, told: Mapping[str, Any]) -> None:
        """Take over how the engines stand."""
        self._told = told["engines"]
        for name, member in self.fleet.members.items():
            if isinstance(member.engine, RemoteEngine):
                self._pass_on(name, member.spec, member.engine)

    def _pass_on(self, name: str, spec: Destination, engine: RemoteEngine) -> None:
        """Only what is told of the very same destination: under its name the other process may have another one."""
        told = self._told.get(name)
        if told is not None and told["identity"] == spec.identity:
            abilities.learn(spec, told["abilities"], told["context_length"])
            engine.heard(told)
        else:
            engine.forget()

    async def engine_status(self) -> dict[str, Any]:
        """How each destination stands, as the first process sees it."""
        report = await self._line.ask("status")
        return {name: item for name, item in report.items() if name in self.policy.destinations}


class _Worker:
    """One worker's life."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.stop = asyncio.Event()
        self._gateway: WorkerGateway | None = None
        self._reload = asyncio.Event()

    async def run(self, end: socket.socket) -> None:
        """Answer until told to stop, or until the first process is gone."""
        answerers = {"engines": self._engines, "stop": self._stop, "reload": self._look, "metrics": self._metrics}
        line = await Line.over(end, answerers)
        listening = asyncio.create_task(self._listen(line))
        try:
            await self._work(line)
        finally:
            line.close()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, line: Line) -> None:
        try:
            await line.run()
        finally:
            self.stop.set()

    async def _engines(self, fields: Mapping[str, Any]) -> None:
        if self._gateway is not None:
            self._gateway.heard_of(fields)

    async def _stop(self, fields: Mapping[str, Any]) -> None:
        self.stop.set()

    async def _look(self, fields: Mapping[str, Any]) -> None:
        self._reload.set()

    async def _metrics(self, fields: Mapping[str, Any]) -> str:
        return self._gateway.metrics.exposition().decode() if self._gateway is not None else ""

    async def _work(self, line: Line) -> None:
        hello = await line.ask("hello")
        effective = Effective(Settings.model_validate(hello["settings"]), hello["origins"])
        use_conversation_secret(bytes.fromhex(hello["secret"]))
        loaded = await asyncio.to_thread(load, effective)
        gateway = self._gateway = WorkerGateway(effective, loaded, Path(hello["audit"]), line)
        gateway.heard_of(hello)
        store = open_shared(effective)
        try:
            gate = await open_gate(effective.settings, store, loaded.policy)
            reloader = reloader_of(gateway, loaded)
            await reloader.first_shadow()

            async def exposition() -> bytes:
                return str(await line.ask("metrics")).encode()

            server = server_of(gateway, gate, store, exposition)
            serving = asyncio.create_task(server.serve([self._listener]))
            following = [asyncio.create_task(reloader.run()), asyncio.create_task(self._pass_reload(reloader.ask))]
            line.tell("ready")
            await asyncio.wait((serving, asyncio.create_task(self.stop.wait())), return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            for task in following:
                task.cancel()
            await asyncio.gather(serving, *following, return_exceptions=True)
            await gateway.fleet.stop()
            await gateway.fleet.close()
            await gate.settled()
            gateway.pipeline.decider.inspector.close()
        finally:
            await store.close()

    async def _pass_reload(self, ask: Any) -> None:
        while True:
            await self._reload.wait()
            self._reload.clear()
            ask()


def main() -> None:
    """Run the worker whose descriptors the arguments number."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("gateway.reload").setLevel(logging.CRITICAL)  # The first process says it already.
    listener, end = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    listener.setblocking(False)

    async def work() -> None:
        await _Worker(listener).run(end)

    with contextlib.suppress(KeyboardInterrupt):
        _run(work())


def _run(work: Any) -> None:
    from gateway.cli.start import run_on_the_fastest_loop

    run_on_the_fastest_loop(work)


if __name__ == "__main__":
    main()
