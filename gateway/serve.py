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
from collections.abc import Awaitable, Callable
from pathlib import Path

from gateway.app import Gateway
from gateway.audit.log import AuditError, AuditLog
from gateway.backends.engines.engine import EngineSettingsError, Surroundings
from gateway.compose import Loaded, load_whole
from gateway.declassified import use_conversation_secret
from gateway.dialects.responses.service import Responses
from gateway.follow import followed
from gateway.listening import HttpServer, ServeError, http_server, is_loopback, listen, url_of
from gateway.paths import Paths, find_policy, make_private, petals_python, ready_made
from gateway.policy.policy import Policy
from gateway.reload import Reloader
from gateway.running import RunningGateway
from gateway.settings import Effective, Settings
from gateway.shadow import named
from gateway.team.gate import Gate
from gateway.team.keys import Keys
from gateway.team.limits import Usage
from gateway.team.shared import Shared, open_shared
from gateway.team.store import StoreError, StoreUnreachable
from gateway.workers.host import Workers

logger = logging.getLogger(__name__)


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


def reloader_of(gateway: RunningGateway, loaded: Loaded) -> Reloader:
    """What keeps `gateway` on the newest policy."""
    settings = gateway.effective.settings
    path = followed(settings.policy, ready_made)
    shadow = followed(settings.shadow, ready_made) if settings.shadow is not None else None
    return Reloader(gateway.effective, gateway.pipeline, gateway.fleet, loaded, path, shadow)


async def serve(
    effective: Effective,
    *,
    stop: asyncio.Event,
    surroundings: Surroundings | None = None,
    listeners: list[socket.socket] | None = None,
    on_listening: Callable[[RunningGateway, str], None] = lambda gateway, url: None,
) -> None:
    """Run the gateway until `stop` is set; returns when everything it started has ended.

    Args:
        listeners: one for each process, the first one listening; absent: those that the settings name.

    Raises:
        ServeError, PolicyError, DetectionError: it can't start.
    """
    opened = listeners or listen(effective.settings)
    try:
        await _serve(effective, stop, surroundings or surroundings_of(effective), opened, on_listening)
    finally:
        for listener in opened:
            listener.close()


async def _serve(
    effective: Effective,
    stop: asyncio.Event,
    surroundings: Surroundings,
    listeners: list[socket.socket],
    on_listening: Callable[[RunningGateway, str], None],
) -> None:
    make_private(effective.state_dir)
    loaded = await asyncio.to_thread(load, effective)
    try:
        store = open_shared(effective)
    except StoreError as error:
        raise ServeError(str(error)) from None
    try:
        await _serve_with(effective, loaded, store, stop, surroundings, listeners, on_listening)
    finally:
        await store.close()


async def open_gate(settings: Settings, store: Shared, policy: Policy) -> Gate:
    """Where callers come in. With a server as store a key is always needed: one that lost its data opens nothing.

    Raises:
        ServeError: nobody could come in; or the store refuses to be used.
    """
    exposed = settings.behind_proxy or not is_loopback(settings.host)
    always = exposed or store.remote
    gate = Gate(Keys(store.keys), Usage(store.usage), always=always, proxied=settings.behind_proxy)
    try:
        if store.remote:
            await store.records.check()
        if exposed and not store.remote and not await gate.has_keys(policy):
            raise ServeError(
                "others can reach this gateway (host is not loopback, or behind_proxy is true), and there is no API "
                "key: nobody could use it. Make one with `sepal keys create NAME`, or write host: 127.0.0.1 without "
                "behind_proxy"
            )
    except StoreUnreachable as error:
        logger.warning("%s: until it can, nobody is let in", error)
    except StoreError as error:
        raise ServeError(str(error)) from None
    return gate


async def _serve_with(
    effective: Effective,
    loaded: Loaded,
    store: Shared,
    stop: asyncio.Event,
    surroundings: Surroundings,
    listeners: list[socket.socket],
    on_listening: Callable[[RunningGateway, str], None],
) -> None:
    gate = await open_gate(effective.settings, store, loaded.policy)
    if store.remote:
        # A conversation keeps its stand-ins at whichever gateway it goes on.
        use_conversation_secret(store.records.secret("stand-ins"))
    gateway = open_gateway(effective, loaded, surroundings)
    workers = Workers(gateway, listeners[1:])
    server = server_of(gateway, gate, store, workers.exposition)
    gateway.audit.append_soon({"event": "started", "policy": named(loaded.policy), "detector": loaded.detector.version})
    reloader = reloader_of(gateway, loaded)
    await reloader.first_shadow()
    serving = asyncio.create_task(server.serve(listeners[:1]))
    watching = [asyncio.create_task(gateway.watch_swarms()), asyncio.create_task(reloader.run())]
    if len(listeners) > 1:
        watching.append(asyncio.create_task(workers.run()))

    def reload() -> None:
        reloader.ask()
        workers.reload()

    on_hang_up(stop, reload)
    try:
        await gateway.fleet.start()
        on_listening(gateway, url_of(listeners[0], effective.settings))
        await asyncio.wait((serving, asyncio.create_task(stop.wait())), return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _close(gateway, server, serving, *watching)
        await gate.settled()
        gateway.pipeline.decider.inspector.close()


def server_of(
    gateway: RunningGateway, gate: Gate, store: Shared, exposition: Callable[[], Awaitable[bytes]]
) -> HttpServer:
    """The HTTP server of one process.

    Args:
        exposition: the metrics of all processes together.
    """
    settings = gateway.effective.settings
    shared = Gateway(
        gateway.pipeline,
        max_body_bytes=settings.max_body_bytes,
        engine_status=gateway.engine_status,
        gate=gate,
        request_timeout=settings.request_timeout,
        exposition=exposition,
        records=store.records,
        responses=Responses(store.records, settings.conversation_days),
    )
    return http_server(shared, settings)


async def _close(
    gateway: RunningGateway, server: HttpServer, serving: asyncio.Task[None], *watching: asyncio.Task[None]
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
