"""Runs the gateway process: socket, engines, detector, policy, HTTP server, and an orderly end.

The gateway answers from its first moment; destinations join as their engines become ready.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn

from gateway.app import Gateway, create_app
from gateway.audit.log import AuditError, AuditLog
from gateway.backends.engines.build import build_engine
from gateway.backends.engines.engine import Engine, EngineSettingsError, Surroundings
from gateway.backends.run import Backend
from gateway.backends.supervisor import stop_all
from gateway.backends.upstream import Address, Unavailable, Upstream
from gateway.compose import decider, detector_of, known_entities, model_id
from gateway.metrics import Metrics
from gateway.paths import Paths, find_policy, make_private, petals_python
from gateway.pipeline import Pipeline
from gateway.policy.load import load_policy
from gateway.policy.policy import Policy
from gateway.settings import Effective

logger = logging.getLogger(__name__)
# Open answers get this long to end after Ctrl-C; engines are stopped meanwhile.
DRAIN = 1.0
SWARM_POLL = 1.0
_SWARM_DETAIL = {
    "starting": "The bridge is looking for the swarm's servers.",
    "degraded": "Some blocks are served by nobody.",
    "ready": "Every block is served.",
}


class ServeError(Exception):
    """The gateway can't start; the message says what to do about it."""


class EngineSource:
    """Tells `Upstream` where an engine listens at this moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def address(self) -> Address:
        """The engine's address.

        Raises:
            Unavailable: it is not ready; the reason is its own sentence.
        """
        status = self._engine.status
        if not status.ready:
            detail = status.detail.rstrip(".")
            raise Unavailable(f"is {status.state.value}" + (f" ({detail[0].lower()}{detail[1:]})" if detail else ""))
        return self._engine.address()


class RunningGateway:
    """The parts of one gateway process, from `open` to `close`."""

    def __init__(self, effective: Effective, policy: Policy, engines: dict[str, Engine], audit: AuditLog) -> None:
        self.effective = effective
        self.policy = policy
        self.engines = engines
        self.audit = audit
        self.metrics = Metrics()
        self.upstreams = {name: Upstream(name, EngineSource(engine)) for name, engine in engines.items()}
        self.swarms: dict[str, dict[str, Any]] = {}

    def heard(self, name: str, event: str, fields: dict[str, object]) -> None:
        """An engine's event: tickets refused at the bridge's door belong in the audit."""
        if event == "ticket_refused":
            reason = str(fields.get("reason"))
            self.metrics.ticket_refused(reason)
            record = {"event": "ticket_refused", "destination": name, "reason": reason}
            with contextlib.suppress(AuditError):
                self.audit.append_soon(record)

    async def engine_status(self) -> dict[str, Any]:
        """How each destination stands, for people."""
        report: dict[str, Any] = {}
        for name, engine in self.engines.items():
            status = engine.status
            item: dict[str, Any] = {"state": status.state.value, "detail": status.detail, "restarts": status.restarts}
            if self.policy.destinations[name].spec.engine == "petals" and status.ready:
                swarm = self.swarms.get(name, {"state": "starting"})
                item |= {"state": str(swarm.get("state", "starting")), "swarm": swarm}
                item["detail"] = _SWARM_DETAIL.get(item["state"], status.detail)
            report[name] = item
        return report

    async def watch_swarms(self) -> None:
        """Keep the last word of each bridge on its swarm: coverage, servers."""
        names = [name for name, item in self.policy.destinations.items() if item.spec.engine == "petals"]
        while True:
            for name in names:
                try:
                    self.swarms[name] = dict(await self.upstreams[name].get("/health", root=True))
                except Unavailable:
                    self.swarms.pop(name, None)
            await asyncio.sleep(SWARM_POLL)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address.

    Raises:
        ServeError: the address is not loopback, or taken.
    """
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ServeError(
            f"host {host} is not a loopback address. Anyone who can reach the gateway could use it, since there are "
            "no API keys yet; write host: 127.0.0.1"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio sends without delay (TCP_NODELAY) only where the protocol is known to be TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise ServeError(
            f"{host}:{port} can't be used: {error.strerror}. Stop what listens there, or take another port with "
            "--port or SEPAL_PORT"
        ) from None
    listener.setblocking(False)
    return listener


class _Uvicorn(uvicorn.Server):
    """uvicorn without signal handlers of its own: this process ends engines too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(gateway: Gateway) -> _Uvicorn:
    config = uvicorn.Config(
        create_app(gateway),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return _Uvicorn(config)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    return stop


def load(effective: Effective, known: frozenset[str]) -> Policy:
    """The configured policy.

    Raises:
        ServeError: no such file. PolicyError: it does not load.
    """
    try:
        path = find_policy(effective.settings.policy)
    except FileNotFoundError as error:
        raise ServeError(str(error)) from None
    return load_policy(path, known, effective.overrides())


def open_gateway(effective: Effective, policy: Policy, surroundings: Surroundings) -> RunningGateway:
    """Open the audit trail and make (not start) the engines.

    Raises:
        ServeError: the audit file can't be written, or an engine's settings can't be used.
    """
    path = effective.settings.audit or Paths(effective.state_dir).audit
    try:
        audit = AuditLog(path.absolute())
    except AuditError as error:
        raise ServeError(str(error)) from None
    running: list[RunningGateway] = []

    def heard(name: str) -> Callable[[str, dict[str, object]], None]:
        return lambda event, fields: running[0].heard(name, event, fields) if running else None

    try:
        engines = {
            name: build_engine(name, spec, model_id(spec), surroundings, heard(name))
            for name in policy.prefer
            for spec in (policy.destinations[name].spec,)
        }
    except EngineSettingsError as error:
        audit.close()
        raise ServeError(str(error)) from None
    running.append(RunningGateway(effective, policy, engines, audit))
    return running[0]


async def serve(
    effective: Effective,
    *,
    stop: asyncio.Event,
    surroundings: Surroundings | None = None,
    listener: socket.socket | None = None,
    on_listening: Callable[[RunningGateway, str], None] = lambda gateway, url: None,
) -> None:
    """Run the gateway until `stop` is set; returns when everything it started has ended.

    Raises:
        ServeError, PolicyError, DetectionError: it can't start.
    """
    settings = effective.settings
    listener = listener or bind(settings.host, settings.port)
    make_private(effective.state_dir)
    policy = load(effective, await asyncio.to_thread(known_entities, effective))
    detector = await asyncio.to_thread(detector_of, effective, policy)
    around = surroundings or surroundings_of(effective)
    gateway = open_gateway(effective, policy, around)
    deciding = decider(effective, policy, detector)
    backends = {
        name: Backend(upstream, deciding.models[name], gateway.engines[name].served_model)
        for name, upstream in gateway.upstreams.items()
    }
    pipeline = Pipeline(deciding, backends, gateway.audit, gateway.metrics)
    server = _server(Gateway(pipeline, max_body_bytes=settings.max_body_bytes, engine_status=gateway.engine_status))
    gateway.audit.append_soon(
        {"event": "started", "policy": {"name": policy.name, "sha256": policy.sha256}, "detector": detector.version}
    )
    serving = asyncio.create_task(server.serve([listener]))
    watching = asyncio.create_task(gateway.watch_swarms())
    try:
        for engine in gateway.engines.values():
            await engine.start()
        host, port = listener.getsockname()[:2]
        on_listening(gateway, f"http://{f'[{host}]' if ':' in host else host}:{port}")
        await asyncio.wait((serving, asyncio.create_task(stop.wait())), return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _close(gateway, server, serving, watching)
        deciding.inspector.close()


async def _close(gateway: RunningGateway, server: _Uvicorn, *tasks: asyncio.Task[None]) -> None:
    serving, watching = tasks
    watching.cancel()
    server.should_exit = True
    await asyncio.gather(stop_all(gateway.engines.values()), serving, watching, return_exceptions=True)
    for upstream in gateway.upstreams.values():
        await upstream.close()
    gateway.audit.append_soon({"event": "stopped"})
    gateway.audit.close()


def surroundings_of(effective: Effective, petals: Path | None = None) -> Surroundings:
    """Where engines find models, environments (`petals` is an interpreter) and a place for their logs."""
    paths = Paths(effective.state_dir)
    settings = effective.settings
    return Surroundings(
        paths=paths,
        petals_python=petals or petals_python(settings.petals_python),
        transformers_python=settings.transformers_python,
        threads=settings.threads,
    )
