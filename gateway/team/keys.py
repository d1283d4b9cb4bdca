"""API keys: who may use the gateway, for what, and until when.

A key is shown once, when it is made; only its SHA-256 is kept. Keys have 256 random bits, which is why a hash without
salt will do: there is nothing to guess. Knows nothing of HTTP.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from gateway.team.store import Store

PREFIX = "sk-sepal-"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_SHOWN = 4
_LOOK = 0.5
"""Seconds between two looks whether another process has changed a key."""
State = Literal["active", "expired", "revoked"]


class KeysError(Exception):
    """A key can't be made or changed; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a key may use; None is no limit. Tokens are those of prompts and answers together."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    tokens_per_day: int | None = None

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@dataclass(frozen=True, slots=True)
class Key:
    """An API key without its secret. Times are whole seconds since 1970.

    Attributes:
        groups: which the policy's rules may ask for.
        floor: the least level of what is asked with it.
        models: destinations and models that it may use; none for all.
        endings: the last characters of its secrets, to tell them apart; the one that was made last comes first.
    """

    name: str
    groups: tuple[str, ...] = ()
    floor: str | None = None
    models: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    created: int = 0
    expires: int | None = None
    revoked: int | None = None
    endings: tuple[str, ...] = ()

    def state(self, now: float) -> State:
        """Whether it is good at `now`."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "active"


@dataclass(frozen=True, slots=True)
class _Secret:
    name: str
    until: int | None


class Keys:
    """The keys in a store, as they are now. What other processes change is seen within half a second.

    Args:
        clock: seconds since 1970.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._changes = -1
        self._looked = 0.0
        self._keys: dict[str, Key] = {}
        self._secrets: dict[str, _Secret] = {}

    def create(self, key: Key) -> str:
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
        with self._store.transaction() as connection:
            try:
                connection.execute(
                    "INSERT INTO keys (name, settings, created, expires) VALUES (?, ?, ?, ?)",
                    (key.name, _settings(key), now, key.expires),
                )
            except sqlite3.IntegrityError:
                raise KeysError(
                    f"there is a key named {key.name} already; take another name, or `sepal keys rotate {key.name}`"
                ) from None
            secret = _add_secret(connection, key.name)
        self._forget()
        return secret

    def rotate(self, name: str, grace: int = 0) -> str:
        """Give a key another secret; the old one is good for `grace` seconds more. Returns the new one.

        Raises:
            KeysError: there is no such key, or it is revoked.
        """
        now = int(self._clock())
        if self._named(name).revoked is not None:
            raise KeysError(f"the key {name} is revoked; create another one")
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE secrets SET until = ? WHERE name = ? AND (until IS NULL OR until > ?)",
                (now + grace, name, now + grace),
            )
            secret = _add_secret(connection, name)
        self._forget()
        return secret

    def revoke(self, name: str) -> None:
        """Let nobody in with a key any more; it stays on the list.

        Raises:
            KeysError: there is no such key.
        """
        self._named(name)
        with self._store.transaction() as connection:
            values = (int(self._clock()), name)
            connection.execute("UPDATE keys SET revoked = ? WHERE name = ? AND revoked IS NULL", values)
        self._forget()

    def remove(self, name: str) -> None:
        """Take a key off the list.

        Raises:
            KeysError: there is no such key, or it is not revoked.
        """
        if self._named(name).state(self._clock()) == "active":
            raise KeysError(f"the key {name} is in use; `sepal keys revoke {name}` first")
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM keys WHERE name = ?", (name,))
        self._forget()

    def all(self) -> list[Key]:
        """Every key, revoked and expired ones too, by name."""
        self._refresh()
        return [self._keys[name] for name in sorted(self._keys)]

    def find(self, secret: str) -> tuple[Key, State] | None:
        """Whose key `secret` is, and whether it is good; None if it is nobody's."""
        self._refresh()
        found = self._secrets.get(digest(secret))
        if found is None:
            return None
        key, now = self._keys[found.name], self._clock()
        over = found.until is not None and found.until <= now
        return key, "expired" if over and key.revoked is None else key.state(now)

    def _named(self, name: str) -> Key:
        self._refresh(at_once=True)
        key = self._keys.get(name)
        if key is None:
            known = ", ".join(sorted(self._keys)[:10])
            raise KeysError(f"there is no key named {name}" + (f"; there are {known}" if known else "; there is none"))
        return key

    def _forget(self) -> None:
        with self._lock:
            self._changes = -1
            self._looked = 0.0

    def _refresh(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        with self._lock:
            if not at_once and self._changes >= 0 and now - self._looked < _LOOK:
                return
            changes = self._store.changes
            self._looked = now
            if changes == self._changes:
                return
            endings: dict[str, list[str]] = {}
            kept: dict[str, _Secret] = {}
            for sha256, name, ending, until in self._store.read(
                "SELECT sha256, name, ending, until FROM secrets ORDER BY rowid DESC"
            ):
                kept[str(sha256)] = _Secret(str(name), until)
                if until is None or until > self._clock():
                    endings.setdefault(str(name), []).append(str(ending))
            rows = self._store.read("SELECT name, settings, created, expires, revoked FROM keys")
            self._keys = {str(row[0]): _key(row, endings.get(str(row[0]), [])) for row in rows}
            self._secrets, self._changes = kept, changes


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _add_secret(connection: sqlite3.Connection, name: str) -> str:
    secret = PREFIX + secrets.token_urlsafe(32)
    values = (digest(secret), name, secret[-_SHOWN:])
    connection.execute("INSERT INTO secrets (sha256, name, ending) VALUES (?, ?, ?)", values)
    return secret


def _settings(key: Key) -> str:
    return json.dumps(
        {"groups": key.groups, "floor": key.floor, "models": key.models, "limits": asdict(key.limits)}, sort_keys=True
    )


def _key(row: tuple[Any, ...], endings: list[str]) -> Key:
    name, settings, created, expires, revoked = row
    kept: Mapping[str, Any] = json.loads(settings)
    key = Key(name, tuple(kept["groups"]), kept["floor"], tuple(kept["models"]), Limits(**kept["limits"]))
    return replace(key, created=created, expires=expires, revoked=revoked, endings=tuple(endings))
