"""Where the gateway listens: its socket, the names by which it may be called, and the HTTP server on it."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from ipaddress import ip_address

import uvicorn

from gateway.app import Gateway, create_app
from gateway.settings import Settings


class ServeError(Exception):
    """The gateway can't start; the message says what to do about it."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def bind(host: str, port: int, *, hidden: bool = False, sockets: int = 1) -> list[socket.socket]:
    """Listening sockets at one address; the system gives each of them its share of the callers.

    Args:
        hidden: whether nobody on the way can read what is sent to it.
        sockets: how many; only the first listens, the others do when a process asks them to.

    Raises:
        ServeError: others can reach the address and could read along, or it is taken.
    """
    if not is_loopback(host) and not hidden:
        raise ServeError(
            f"host {host} is not a loopback address: others could read what is sent to it. Set tls_certificate and "
            "tls_key, or behind_proxy: true if a proxy in front of it ends TLS; or write host: 127.0.0.1"
        )
    opened: list[socket.socket] = []
    try:
        if sockets > 1:
            # Sockets that share an address say nothing of another gateway that does so too: look for one first.
            trial = _socket(host, port, opened)
            port = trial.getsockname()[1]
            opened.remove(trial)
            trial.close()
        for _ in range(sockets):
            _socket(host, port, opened, shared=sockets > 1)
            port = opened[0].getsockname()[1]
        opened[0].listen(2048)
    except OSError as error:
        for listener in opened:
            listener.close()
        raise ServeError(
            f"{host}:{port} can't be used: {error.strerror}. Stop what listens there, or take another port with "
            "--port or SEPAL_PORT"
        ) from None
    return opened


def _socket(host: str, port: int, opened: list[socket.socket], *, shared: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio sends without delay (TCP_NODELAY) only where the protocol is known to be TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.append(listener)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((host, port))
    listener.setblocking(False)
    return listener


def listen(settings: Settings) -> list[socket.socket]:
    """The sockets that the settings name, one for each process.

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
    return bind(settings.host, settings.port, hidden=hidden, sockets=settings.workers)


def url_of(listener: socket.socket, settings: Settings) -> str:
    """How the gateway is called, without the path."""
    host, port = listener.getsockname()[:2]
    scheme = "https" if settings.tls_certificate is not None else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


class HttpServer(uvicorn.Server):
    """uvicorn without signal handlers of its own: the process ends engines too.

    Args:
        ending: ends what the gateway does besides answering.
    """

    def __init__(self, config: uvicorn.Config, ending: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._ending()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def http_server(gateway: Gateway, settings: Settings) -> HttpServer:
    """The server for one process."""
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
    return HttpServer(config, gateway.responses.close)


def _hosts(settings: Settings) -> list[str]:
    """By which names the gateway may be called; any where others reach it, unless some are listed."""
    if is_loopback(settings.host):
        return ["127.0.0.1", "localhost", "[::1]", settings.host, *settings.trusted_hosts]
    return [settings.host, *settings.trusted_hosts] if settings.trusted_hosts else []
