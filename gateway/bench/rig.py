"""What a measurement stands on: a directory, workers, engines and a gateway, all ended with it.

The gateway is a real `sepal serve` with the real detector and an audit trail on the same disk as the
state directory; its policy has one destination. Knows nothing of what is measured.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml

from gateway.backends.engines.engine import Surroundings
from gateway.backends.engines.llama_cpp import LlamaCpp
from gateway.backends.engines.petals import DHT_PREFIX
from gateway.backends.engines.private_swarm import PrivateSwarm
from gateway.backends.leashed import Launch
from gateway.backends.probe import free_port, http_status
from gateway.backends.status import EngineStatus
from gateway.backends.supervisor import EngineProcess
from gateway.bench.workers import BenchError, Worker
from gateway.compose import EMBEDDED_MODEL_ID
from gateway.paths import Paths, make_private
from gateway.policy.schema import Destination
from gateway.settings import Effective

Side = dict[str, Any]
Say = Callable[[str], None]
_SEPAL = (sys.executable, "-I", "-c", "from gateway.cli import main; main()")
_KEY_VARIABLE = "SEPAL_BENCH_KEY"
_READY_WITHIN = 120.0


class Rig:
    """An asynchronous context. What was measured with it is gone afterwards, unless it failed."""

    def __init__(self, effective: Effective, petals_python: Path, say: Say) -> None:
        self._effective = effective
        self._petals_python = petals_python
        self.say = say
        self._open = AsyncExitStack()
        self.directory = Path()

    async def __aenter__(self) -> Rig:
        state = make_private(self._effective.state_dir)
        models = Paths(state).models
        if not models.is_dir():
            raise BenchError(f"there are no models in {models}; run `sepal setup` first, or name --state-dir")
        self.directory = Path(tempfile.mkdtemp(prefix="bench-", dir=state))
        Paths(self.directory).models.symlink_to(models, target_is_directory=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()
        if not isinstance(error, BenchError):
            shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def paths(self) -> Paths:
        """Places of this measurement."""
        return Paths(self.directory)

    def _around(self) -> Surroundings:
        return Surroundings(self.paths, petals_python=self._petals_python, threads=self._effective.settings.threads)

    async def worker(self, module: str, *arguments: str, python: str | Path = sys.executable) -> Worker:
        """A worker of this package, started."""
        log = self.paths.logs / f"{module}.log"
        argv = [str(python), "-I", "-m", f"gateway.bench.{module}", *arguments]
        worker = await Worker.start(module, argv, log, {"HF_HUB_OFFLINE": "1"})
        self._open.push_async_callback(worker.stop)
        return worker

    async def stub(self, *arguments: str) -> Side:
        """An upstream that costs next to nothing."""
        worker = await self.worker("stub", *arguments)
        base_url = (await worker.hear())["base_url"]
        return {"name": "direct", "url": f"{base_url}/chat/completions", "base_url": base_url, "model": "stub"}

    async def gateway(
        self,
        destination: dict[str, Any],
        key: str | None = None,
        *,
        name: str = "gateway",
        policy: dict[str, Any] | None = None,
        limits: Mapping[str, int] | None = None,
    ) -> Side:
        """A gateway with one `destination`, ready. `key` is what that destination asks for.

        Args:
            policy: laid over the usual one, which has no rules and thinks everything private.
            limits: of an API key that callers need; without it none is needed.

        Raises:
            BenchError: it did not become ready.
        """
        environment = {}
        if key is not None:
            destination = {**destination, "api_key_env": _KEY_VARIABLE}
            environment[_KEY_VARIABLE] = key
        config = self.configure(destination, name, policy or {})
        asked = {} if limits is None else {"key": await self._api_key(config, limits)}
        port = free_port()
        launch = Launch(
            (*_SEPAL, "serve", "--config", str(config), "--port", str(port)),
            environment=environment,
            base_url=f"http://127.0.0.1:{port}",
            probe_path="/health/live",
        )
        side = await self.server(name, launch, "/health/ready")
        return {**side, "model": "auto", **asked}

    async def server(self, name: str, launch: Launch, ready_path: str) -> Side:
        """An HTTP server that speaks the OpenAI API, running.

        Args:
            launch: with the base URL and a path that answers 200 once it listens.
            ready_path: answers 200 once chats will be answered.

        Raises:
            BenchError: it did not become ready.
        """
        process = EngineProcess(
            name, lambda: launch, log_path=self.paths.logs / f"{name}.log", ready_within=_READY_WITHIN
        )
        self._open.push_async_callback(process.stop)
        status = await process.start(_READY_WITHIN)
        _require(status, self.paths)
        await self.until_ready(f"{launch.base_url}{ready_path}")
        return {"name": name, "url": f"{launch.base_url}/v1/chat/completions", "pid": status.pid}

    async def _api_key(self, config: Path, limits: Mapping[str, int]) -> str:
        """A new API key of the gateway that `config` belongs to, made as its owner would."""
        options = [f"--{what.replace('_', '-')}={count}" for what, count in limits.items()]
        command = [*_SEPAL, "keys", "create", "bench", "--json", "--config", str(config), *options]
        process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise BenchError("`sepal keys create` made no key for the measurement")
        return str(json.loads(output)["key"])

    def configure(self, destination: dict[str, Any], name: str, changes: dict[str, Any]) -> Path:
        """The settings of a gateway with one `destination`, and its policy, over which `changes` are laid."""
        policy = {
            "version": 1,
            "name": "bench",
            "levels": ["public", "private"],
            "destinations": {"bench": destination},
            "entities": {"default": "private"},
            "rules": [],
            "route": {"prefer": ["bench"], "on_unavailable": "refuse"},
            **changes,
        }
        state = make_private(self.directory / name)
        settings = {
            "policy": f"{name}-policy.yaml",
            "state_dir": str(state),
            "petals_python": str(self._petals_python),
        }
        self.directory.joinpath(f"{name}-policy.yaml").write_text(yaml.safe_dump(policy, sort_keys=False), "utf-8")
        config = self.directory / f"{name}.yaml"
        config.write_text(yaml.safe_dump(settings), "utf-8")
        return config

    async def until_ready(self, url: str) -> None:
        """Wait until `url` answers 200.

        Raises:
            BenchError: it does not.
        """
        try:
            async with asyncio.timeout(_READY_WITHIN):
                while await http_status(url) != 200:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise BenchError(f"the gateway's destination did not become ready; logs are in {self.paths.logs}") from None

    async def llama(self) -> tuple[Side, str]:
        """A llama.cpp server for the embedded model, and the key that it asks for."""
        spec = Destination(clearance="private", engine="llama.cpp")
        engine = LlamaCpp("llama", spec, EMBEDDED_MODEL_ID, self._around())
        self._open.push_async_callback(engine.stop)
        _require(await engine.start(_READY_WITHIN), self.paths)
        address = engine.address()
        key = str(address.api_key)
        side = {"name": "direct", "url": f"{address.base_url}/chat/completions", "base_url": address.base_url}
        return {**side, "model": EMBEDDED_MODEL_ID, "key": key}, key

    async def swarm(self) -> list[str]:
        """Two Petals servers on loopback with half of the blocks each; where they can be dialled."""
        if not self._petals_python.exists():
            raise BenchError("the Petals environment is not set up; run `sepal setup`, or name --petals-venv")
        swarm = PrivateSwarm(self._around())
        self._open.push_async_callback(swarm.stop)
        await swarm.start()
        try:
            async with asyncio.timeout(_READY_WITHIN):
                while not swarm.ready:  # noqa: ASYNC110 - other processes
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise BenchError(f"the swarm's servers did not become ready; logs are in {self.paths.logs}") from None
        return swarm.initial_peers()

    async def raw_petals(self, peers: list[str]) -> tuple[Worker, dict[str, str]]:
        """Petals' own client on that swarm, ready, and its versions."""
        arguments = ["--checkpoint", str(self.paths.checkpoint), "--dht-prefix", DHT_PREFIX]
        for peer in peers:
            arguments += ["--initial-peer", peer]
        worker = await self.worker("raw_petals", *arguments, python=self._petals_python)
        return worker, await worker.hear()


def _require(status: EngineStatus, paths: Paths) -> None:
    if not status.ready:
        raise BenchError(f"{status.name} did not become ready: {status.detail} Logs are in {paths.logs}.")
