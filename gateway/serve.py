"""Runs the gateway process: socket, engines, detector, policy, HTTP server, and an orderly end.

The gateway answers from its first moment; destinations join as their engines become ready.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import uvicorn

from gateway.app import Gateway, create_app
from gateway.audit.log import AuditError, AuditLog
from gateway.backends.engines.engine import EngineSettingsError, Surroundings
from gateway.compose import Loaded, load_whole
from gateway.follow import followed
from gateway.paths import Paths, find_policy, make_private, petals_python, ready_made
from gateway.reload import Reloader
from gateway.running import RunningGateway
from gateway.settings import Effective
from gateway.shadow import named

logger = logging.getLogger(__name__)
# Open answers get this long to end after Ctrl-C; engines are stopped meanwhile.
DRAIN = 1.0


class ServeError(Exception):
    """The gateway can't start; the message says what to do about it."""


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
    """An event that SIGINT and SIGTERM set, and the end of the terminal in which the gateway was started."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    on_hang_up(stop, lambda: None)
    return stop


def on_hang_up(stop: asyncio.Event, reload: Callable[[], None]) -> None:
    """On SIGHUP `reload`, unless it comes because the terminal is gone: then set `stop`."""
    had_terminal = _on_terminal()

    def hung_up() -> None:
        if had_terminal and not _on_terminal():
            stop.set()
        else:
            reload()

    # Outside the main thread nobody gets signals.
    with contextlib.suppress(ValueError, RuntimeError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hung_up)


def _on_terminal() -> bool:
    return any(map(os.isatty, (0, 1, 2)))


def load(effective: Effective) -> Loaded:
    """The configured policy with its detector.

    Raises:
        ServeError: no such file. PolicyError, DetectionError: it does not load.
    """
    try:
        return load_whole(find_policy(effective.settings.policy), effective)
    except FileNotFoundError as error:
        raise ServeError(str(error)) from None


def open_gateway(effective: Effective, loaded: Loaded, surroundings: Surroundings) -> RunningGateway:
    """Open the audit trail and make (not start) the engines.

    Raises:
        ServeError: the audit file can't be written, or an engine's settings can't be used.
    """
    path = effective.settings.audit or Paths(effective.state_dir).audit
    try:
        audit = AuditLog(path.absolute())
    except AuditError as error:
        raise ServeError(str(error)) from None
    try:
        return RunningGateway(effective, loaded, audit, surroundings)
    except EngineSettingsError as error:
        audit.close()
        raise ServeError(str(error)) from None


def _reloader(gateway: RunningGateway, loaded: Loaded) -> Reloader:
    settings = gateway.effective.settings
    path = followed(settings.policy, ready_made)
    shadow = followed(settings.shadow, ready_made) if settings.shadow is not None else None
    return Reloader(gateway.effective, gateway.pipeline, gateway.fleet, loaded, path, shadow)


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
    with contextlib.closing(listener or bind(effective.settings.host, effective.settings.port)) as open_:
        await _serve(effective, stop, surroundings or surroundings_of(effective), open_, on_listening)


async def _serve(
    effective: Effective,
    stop: asyncio.Event,
    surroundings: Surroundings,
    listener: socket.socket,
    on_listening: Callable[[RunningGateway, str], None],
) -> None:
    make_private(effective.state_dir)
    loaded = await asyncio.to_thread(load, effective)
    gateway = open_gateway(effective, loaded, surroundings)
    pipeline = gateway.pipeline
    server = _server(
        Gateway(pipeline, max_body_bytes=effective.settings.max_body_bytes, engine_status=gateway.engine_status)
    )
    gateway.audit.append_soon({"event": "started", "policy": named(loaded.policy), "detector": loaded.detector.version})
    reloader = _reloader(gateway, loaded)
    await reloader.first_shadow()
    serving = asyncio.create_task(server.serve([listener]))
    watching = [asyncio.create_task(gateway.watch_swarms()), asyncio.create_task(reloader.run())]
    on_hang_up(stop, reloader.ask)
    try:
        await gateway.fleet.start()
        host, port = listener.getsockname()[:2]
        on_listening(gateway, f"http://{f'[{host}]' if ':' in host else host}:{port}")
        await asyncio.wait((serving, asyncio.create_task(stop.wait())), return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _close(gateway, server, serving, *watching)
        pipeline.decider.inspector.close()


async def _close(
    gateway: RunningGateway, server: _Uvicorn, serving: asyncio.Task[None], *watching: asyncio.Task[None]
) -> None:
    for task in watching:
        task.cancel()
    server.should_exit = True
    await asyncio.gather(gateway.fleet.stop(), serving, *watching, return_exceptions=True)
    await gateway.fleet.close()
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
