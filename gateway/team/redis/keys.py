"""API keys on a Redis server: one JSON text each in a hash, and a mark that changes with every change."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from typing import Any

from redis.exceptions import WatchError

from gateway.team.key import Entry, Key, Limits, Secret
from gateway.team.keys import Change
from gateway.team.redis.server import PREFIX, RedisServer
from gateway.team.store import StoreError

KEYS = f"{PREFIX}keys"
_VERSION = f"{PREFIX}keys:version"
_TRIES = 50
"""Each is lost only to another one's change."""


def usage_of(name: str) -> str:
    """Where a key's usage lies."""
    return f"{PREFIX}usage:{name}"


class RedisKeys:
    """Keys on a server. A change is made only where nobody else has made one meanwhile (WATCH), else tried anew."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server

    async def version(self) -> object:
        """The mark of the last change."""
        async with self._server.use() as client:
            return await client.get(_VERSION)

    async def entries(self) -> list[Entry]:
        """Every entry."""
        async with self._server.use() as client:
            return [self._entry(text) for text in await client.hvals(KEYS)]

    async def change(self, name: str, to: Change) -> None:
        """Change one entry; its usage goes with it."""
        async with self._server.use() as client:
            for _ in range(_TRIES):
                if await self._change(client, name, to):
                    return
        raise StoreError(f"the store {self._server.address} is busy: others change keys all the time; try again")

    async def _change(self, client: Any, name: str, to: Change) -> bool:
        async with client.pipeline(transaction=True) as pipe:
            await pipe.watch(KEYS)
            text = await client.hget(KEYS, name)
            there = None if text is None else self._entry(text)
            entry = to(there)
            if entry == there:
                return True
            pipe.multi()
            if entry is None:
                pipe.hdel(KEYS, name)
                pipe.delete(usage_of(name))
            else:
                pipe.hset(KEYS, name, _text(entry))
            pipe.set(_VERSION, secrets.token_hex(8))
            try:
                await pipe.execute()
            except WatchError:
                return False
            return True

    def _entry(self, text: bytes) -> Entry:
        try:
            kept: dict[str, Any] = json.loads(text)
            return Entry(
                Key(
                    kept["name"],
                    tuple(kept["groups"]),
                    kept["floor"],
                    tuple(kept["models"]),
                    Limits(**kept["limits"]),
                    kept["created"],
                    kept["expires"],
                    kept["revoked"],
                ),
                tuple(Secret(*secret) for secret in kept["secrets"]),
            )
        except (ValueError, KeyError, TypeError):
            raise StoreError(
                f"the store {self._server.address} holds keys of another version of Sepal, or is damaged; take another "
                "database, or upgrade"
            ) from None


def _text(entry: Entry) -> str:
    key = asdict(entry.key)
    del key["endings"]
    return json.dumps({**key, "secrets": [(kept.sha256, kept.ending, kept.until) for kept in entry.secrets]})
