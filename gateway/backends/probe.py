"""Asks about addresses: whether an HTTP server is there, which port is free.

Knows nothing of engines or of what an answer means.
"""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import aiohttp


async def http_status(
    url: str, *, api_key: str | None = None, socket_path: Path | None = None, patience: float = 2.0
) -> int | None:
    """HTTP status of ``GET url``, or None if no answer came.

    Args:
        url: the whole URL; with `socket_path` its host is only a name.
        api_key: sent as a bearer token.
        socket_path: Unix socket to connect to instead of the URL's host.
        patience: seconds for everything.
    """
    return (await http_get(url, api_key=api_key, socket_path=socket_path, patience=patience, longest=0))[0]


async def http_get(
    url: str,
    *,
    api_key: str | None = None,
    socket_path: Path | None = None,
    patience: float = 2.0,
    longest: int = 4 * 1024 * 1024,
) -> tuple[int | None, bytes]:
    """Status and body of ``GET url``; no status if no answer came, no body if it is no JSON, or does not come whole.

    Args:
        longest: bytes of the body to read.
    """
    status = None
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    connector = aiohttp.UnixConnector(str(socket_path)) if socket_path else aiohttp.TCPConnector()
    limit = aiohttp.ClientTimeout(total=patience)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=limit, headers=headers) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            status, body = response.status, bytearray()
            json = response.content_type == "application/json"
            while json and longest and (part := await response.content.read(min(65_536, longest - len(body)))):
                body += part
            return status, bytes(body)
    except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError, ValueError):
        return status, b""


def free_port() -> int:
    """A TCP port on which nobody listens on loopback at this moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
