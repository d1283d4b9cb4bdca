"""The connection to a Redis or Valkey server (6.2 or later): bounded in time, made anew by itself.

Nothing is tried twice, since what timed out may have been done. Dials nobody but the configured address: what a server
says of other places is not listened to. Knows nothing of what is kept.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Connection, Redis, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from gateway.team.address import Address
from gateway.team.store import StoreError, StoreUnreachable

PREFIX = "sepal:"
"""Of every key that is written."""
_TIMEOUT = 2.0
"""Seconds for each of: a connection, an answer, a turn at the pool."""
_PATIENCE = 5.0
"""Seconds for all that one request asks of the store at once."""
_CONNECTIONS = 32


class RedisServer:
    """A server at an address; connects when it is first asked.

    Args:
        ca: certificates (PEM) that the server's must descend from; without it the system's.
    """

    def __init__(self, address: Address, password: str | None = None, ca: Path | None = None) -> None:
        self.address = address
        kind, where = _connection(address, ca)
        pool = BlockingConnectionPool(
            max_connections=_CONNECTIONS,
            timeout=_TIMEOUT,
            connection_class=kind,
            db=address.database,
            username=address.user,
            password=password,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
            protocol=2,  # In which a server says only what it is asked.
            **where,
        )
        self._client = Redis.from_pool(pool)

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Any]:
        """The client (whose own types say little), for one thing to be done.

        Raises:
            StoreUnreachable: the server does not answer in time.
            StoreError: it refuses the password, or what is asked.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                yield self._client
        except (exceptions.RedisError, OSError) as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> StoreError:
        """A fault in words, without what was asked: the server's own words may quote it."""
        told, where = exceptions, f"the store {self.address}"
        # What goes wrong while a connection is made comes wrapped.
        inner = error.__cause__ if isinstance(error.__cause__, told.AuthenticationError) else error
        if isinstance(inner, told.AuthenticationError | told.NoPermissionError):
            needed = "the password, or the user may not do what is needed; see store_password_env"
            return StoreError(f"{where} refuses {needed}")
        if isinstance(error, told.ConnectionError | told.TimeoutError | OSError):
            return StoreUnreachable(f"{where} can't be reached ({type(error).__name__})")
        if isinstance(error, told.ResponseError):
            return StoreError(f"{where} refuses what is asked ({_word(error)})")
        return StoreError(f"{where} can't be used ({type(error).__name__})")

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _connection(address: Address, ca: Path | None) -> tuple[Any, dict[str, Any]]:
    if address.path:
        return UnixDomainSocketConnection, {"path": address.path}
    where = {"host": address.host, "port": address.port}
    if not address.tls:
        return Connection, where
    return SSLConnection, {
        **where,
        "ssl_cert_reqs": "required",
        "ssl_check_hostname": True,
        "ssl_ca_certs": None if ca is None else str(ca),
    }


def _word(error: exceptions.ResponseError) -> str:
    """The kind of a server's error: a class of the client's, or the server's own first word."""
    found = re.match(r"[A-Z]{2,20}\b", str(error))
    return found[0] if found and type(error) is exceptions.ResponseError else type(error).__name__
