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
import ssl
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
from gateway.settings import Effective, Settings
from gateway.shadow import named
from gateway.team.gate import Gate
from gateway.team.keys import Keys
from gateway.team.limits import Usage
from gateway.team.store import Store, StoreError

logger = logging.getLogger(__name__)
# Open answers get this long to end after Ctrl-C; engines are stopped meanwhile.
DRAIN = 1.0


class ServeError(Exception):
    """The gateway can't start; the message says what to do about it."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def bind(host: str, port: int, *, hidden: bool = False) -> socket.socket:
    """A listening socket.

    Args:
        hidden: whether nobody on the way can read what is sent to it.

    Raises:
        ServeError: others can reach the address and could read along, or it is taken.
    """
    if not is_loopback(host) and not hidden:
        raise ServeError(
            f"host {host} is not a loopback address: others could read what is sent to it. Set tls_certificate and "
            "tls_key, or behind_proxy: true if a proxy in front of it ends TLS; or write host: 127.0.0.1"
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


def _hosts(settings: Settings) -> list[str]:
    """By which names the gateway may be called; any where others reach it, unless some are listed."""
    if is_loopback(settings.host):
        return ["127.0.0.1", "localhost", "[::1]", settings.host, *settings.trusted_hosts]
    return [settings.host, *settings.trusted_hosts] if settings.trusted_hosts else []


class _Uvicorn(uvicorn.Server):
    """uvicorn without signal handlers of its own: this process ends engines too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(gateway: Gateway, settings: Settings) -> _Uvicorn:
    config = uvicorn.Config(
        create_app(gateway, hosts=_hosts(settings), origins=settings.cors_origins),
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return _Uvicorn(config)


def listen(settings: Settings) -> socket.socket:
    """The socket that the settings name.

    Raises:
        ServeError: as `bind`; or the certificate can't be used.
    """
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise ServeError("tls_certificate and tls_key belong together; set both, or neither")
    if settings.tls_certificate is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_certificate, settings.tls_key)
        except (OSError, ssl.SSLError) as error:
            no_pem = isinstance(error, ssl.SSLError) or not error.strerror
            reason = "they are not PEM files that belong to each other" if no_pem else error.strerror
            raise ServeError(f"tls_certificate and tls_key can't be used: {reason}") from None
    hidden = settings.tls_certificate is not None or settings.behind_proxy
    return bind(settings.host, settings.port, hidden=hidden)


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
    with contextlib.closing(listener or listen(effective.settings)) as open_:
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
    with contextlib.closing(_store(effective)) as store:
        await _serve_with(effective, loaded, store, stop, surroundings, listener, on_listening)


def _store(effective: Effective) -> Store:
    try:
        return Store(Paths(effective.state_dir).store)
    except StoreError as error:
        raise ServeError(str(error)) from None


async def _serve_with(
    effective: Effective,
    loaded: Loaded,
    store: Store,
    stop: asyncio.Event,
    surroundings: Surroundings,
    listener: socket.socket,
    on_listening: Callable[[RunningGateway, str], None],
) -> None:
    settings = effective.settings
    exposed = settings.behind_proxy or not is_loopback(settings.host)
    gate = Gate(Keys(store), Usage(store), always=exposed, proxied=settings.behind_proxy)
    if exposed and not gate.has_keys(loaded.policy):
        raise ServeError(
            "others can reach this gateway (host is not loopback, or behind_proxy is true), and there is no API key: "
            "nobody could use it. Make one with `sepal keys create NAME`, or write host: 127.0.0.1 without behind_proxy"
        )
    gateway = open_gateway(effective, loaded, surroundings)
    pipeline = gateway.pipeline
    shared = Gateway(pipeline, max_body_bytes=settings.max_body_bytes, engine_status=gateway.engine_status, gate=gate)
    server = _server(shared, settings)
    gateway.audit.append_soon({"event": "started", "policy": named(loaded.policy), "detector": loaded.detector.version})
    reloader = _reloader(gateway, loaded)
    await reloader.first_shadow()
    serving = asyncio.create_task(server.serve([listener]))
    watching = [asyncio.create_task(gateway.watch_swarms()), asyncio.create_task(reloader.run())]
    on_hang_up(stop, reloader.ask)
    try:
        await gateway.fleet.start()
        host, port = listener.getsockname()[:2]
        scheme = "https" if settings.tls_certificate is not None else "http"
        on_listening(gateway, f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}")
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
