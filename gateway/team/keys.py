"""API keys: who may use the gateway, for what, and until when; made, rotated, revoked, and found by their secrets.

Knows nothing of HTTP and of where keys are stored.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from gateway.team.key import Entry, Key, Secret, State, digest

PREFIX = "sk-sepal-"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_SHOWN = 4
_LOOK = 0.5
"""Seconds between two looks whether another process has changed a key."""
_REMEMBERED = 16
"""Secrets of a key that are known although they are no longer good, so that their users are told why."""


class KeysError(Exception):
    """A key can't be made or changed; the message says what to do instead."""


Change = Callable[[Entry | None], Entry | None]
"""What becomes of an entry; None is none. May raise KeysError, and may be asked more than once."""


class KeyStore(Protocol):
    """Where keys lie. Each method raises StoreError when the store can't be used."""

    async def version(self) -> object:
        """Another value whenever somebody else has changed a key."""

    async def entries(self) -> list[Entry]:
        """Every entry."""

    async def change(self, name: str, to: Change) -> None:
        """Change one entry, all or nothing; nobody else changes it meanwhile. A key takes its usage along."""


class Keys:
    """The keys in a store, as they are now. What others change is seen within half a second.

    Args:
        clock: seconds since 1970.
    """

    def __init__(self, store: KeyStore, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._version: object = None
        self._own_changes = 0
        self._looked: float | None = None
        self._looking: asyncio.Task[None] | None = None
        self._entries: dict[str, Entry] = {}
        self._names: dict[str, tuple[str, Secret]] = {}

    async def create(self, key: Key) -> str:
        """Make a key; returns its secret, which nobody can see again.

        Raises:
            KeysError: the name can't be used.
        """
        if not _NAME.fullmatch(key.name):
            raise KeysError(
                "a key's name has up to 63 small letters (a-z), digits, dots, hyphens and underscores, such as "
                "alice or team-billing"
            )
        now = int(self._clock())
        if key.expires is not None and key.expires <= now:
            raise KeysError("the key would have expired already; give a time in the future")
        secret, kept = _new_secret()

        def made(there: Entry | None) -> Entry:
            if there is not None:
                raise KeysError(
                    f"there is a key named {key.name} already; take another name, or `sepal keys rotate {key.name}`"
                )
            return Entry(replace(key, created=now, revoked=None, endings=()), (kept,))

        await self._change(key.name, made)
        return secret

    async def rotate(self, name: str, grace: int = 0) -> str:
        """Give a key another secret; the old one is good for `grace` seconds more. Returns the new one.

        Raises:
            KeysError: there is no such key, or it is revoked.
        """
        now = int(self._clock())
        secret, kept = _new_secret()

        def rotated(there: Entry) -> Entry:
            if there.key.revoked is not None:
                raise KeysError(f"the key {name} is revoked; create another one")
            ending = [
                old if old.until is not None and old.until <= now + grace else replace(old, until=now + grace)
                for old in there.secrets
            ]
            known = [old for place, old in enumerate(ending) if place < _REMEMBERED or not old.is_over(now)]
            return replace(there, secrets=(kept, *known))

        await self._change_there(name, rotated)
        return secret

    async def revoke(self, name: str) -> None:
        """Let nobody in with a key any more; it stays on the list.

        Raises:
            KeysError: there is no such key.
        """
        now = int(self._clock())

        def revoked(there: Entry) -> Entry:
            return there if there.key.revoked is not None else replace(there, key=replace(there.key, revoked=now))

        await self._change_there(name, revoked)

    async def remove(self, name: str) -> None:
        """Take a key off the list.

        Raises:
            KeysError: there is no such key, or it is not revoked.
        """

        def removed(there: Entry) -> None:
            if there.key.state(self._clock()) == "active":
                raise KeysError(f"the key {name} is in use; `sepal keys revoke {name}` first")

        await self._change_there(name, removed)

    async def are_there(self) -> bool:
        """Whether there is a key, be it revoked or expired."""
        await self._look()
        return bool(self._entries)

    async def all(self) -> list[Key]:
        """Every key, revoked and expired ones too, by name."""
        await self._look()
        now = self._clock()
        return [_shown(self._entries[name], now) for name in sorted(self._entries)]

    async def find(self, secret: str) -> tuple[Key, State] | None:
        """Whose key `secret` is, and whether it is good; None if it is nobody's."""
        await self._look()
        found = self._names.get(digest(secret))
        if found is None:
            return None
        (name, kept), now = found, self._clock()
        key = _shown(self._entries[name], now)
        return key, "expired" if kept.is_over(now) and key.revoked is None else key.state(now)

    async def _change(self, name: str, to: Change) -> None:
        await self._store.change(name, to)
        self._own_changes += 1
        self._looked = self._version = None

    async def _change_there(self, name: str, to: Callable[[Entry], Entry | None]) -> None:
        """Change a key that there must be."""
        await self._read()

        def changed(there: Entry | None) -> Entry | None:
            if there is None:
                known = ", ".join(sorted(self._entries)[:10])
                message = f"there is no key named {name}"
                raise KeysError(f"{message}; there are {known}" if known else f"{message}; there is none")
            return to(there)

        await self._change(name, changed)

    async def _look(self) -> None:
        """See what has changed, unless that was just done. Those who ask at the same time wait for one look."""
        if self._looked is not None and time.monotonic() - self._looked < _LOOK:
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._read())
            self._looking.add_done_callback(_heard)
        await asyncio.shield(self._looking)

    async def _read(self) -> None:
        own_changes, looked = self._own_changes, time.monotonic()
        version = await self._store.version()
        if self._version is None or version != self._version:
            entries = await self._store.entries()
            self._entries = {entry.key.name: entry for entry in entries}
            self._names = {kept.sha256: (entry.key.name, kept) for entry in entries for kept in entry.secrets}
        if own_changes == self._own_changes:
            self._version, self._looked = version, looked


def _heard(look: asyncio.Task[None]) -> None:
    """Those who waited have been told, if they are still there."""
    with contextlib.suppress(asyncio.CancelledError):
        look.exception()


def _new_secret() -> tuple[str, Secret]:
    secret = PREFIX + secrets.token_urlsafe(32)
    return secret, Secret(digest(secret), secret[-_SHOWN:])


def _shown(entry: Entry, now: float) -> Key:
    return replace(entry.key, endings=tuple(kept.ending for kept in entry.secrets if not kept.is_over(now)))
