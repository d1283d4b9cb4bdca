"""The bridge's socket and HTTP server: loopback or a Unix socket, never an outside address.

Knows nothing of what is served.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn


def listen(host: str, port: int, uds: Path | None) -> socket.socket:
    """A listening socket.

    Raises:
        ValueError: `host` is not a loopback address.
        OSError: it is taken.
    """
    if uds is not None:
        with contextlib.suppress(FileNotFoundError):
            uds.unlink()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(uds))
    else:
        if not ip_address(host).is_loopback:
            raise ValueError(f"{host} is not a loopback address; only the gateway on this machine may ask the bridge")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Named, because asyncio sends without delay (TCP_NODELAY) only where the protocol is known to be TCP.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    listener.listen(256)
    return listener


def base_url(listener: socket.socket) -> str:
    """Where `listener` can be reached."""
    if listener.family == socket.AF_UNIX:
        return f"unix:{listener.getsockname()}"
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def hide_from_forks(listener: socket.socket, others: set[int]) -> None:
    """Keep the server's sockets, and the descriptors `others`, out of processes forked from here.

    Joining a swarm forks a process that lives as long as the connection; with a copy of these sockets it
    would keep clients waiting for an end that this process has long written.
    """
    address = listener.getsockname()

    def replace_sockets() -> None:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in others | _sockets_at(address):
            # Replaced, not closed: objects that own these numbers were copied too.
            os.dup2(nothing, descriptor)
        os.close(nothing)

    os.register_at_fork(after_in_child=replace_sockets)


async def serve(app: Any, listener: socket.socket) -> None:
    """Serve `app` on `listener` until SIGTERM or SIGINT; open answers get a second to end."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=1,
        # Longer than any client keeps a connection for its next request, so that none is cut under one.
        timeout_keep_alive=75,
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, server)
    await server.serve([listener])


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: it would raise the signal again before we have left."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


def _sockets_at(address: object) -> set[int]:
    found = set()
    with contextlib.suppress(OSError):
        for entry in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                duplicate = socket.socket(fileno=os.dup(int(entry.name)))
                if duplicate.getsockname() == address:
                    found.add(int(entry.name))
                duplicate.close()
    return found
