"""API keys in the SQLite file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gateway.team.key import Entry, Key, Limits, Secret
from gateway.team.keys import Change
from gateway.team.sqlite.file import SqliteFile

_KEYS = "SELECT name, settings, created, expires, revoked FROM keys"
_SECRETS = "SELECT name, sha256, ending, until FROM secrets"


class SqliteKeys:
    """Keys, one row each, with their secrets; the file changes for nobody while an entry does."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def version(self) -> object:
        """SQLite's count of what other processes have committed."""
        return self._file.changes

    async def entries(self) -> list[Entry]:
        """Every entry."""
        secrets: dict[str, list[Secret]] = {}
        for name, *kept in self._file.read(f"{_SECRETS} ORDER BY rowid DESC"):
            secrets.setdefault(name, []).append(Secret(*kept))
        return [_entry(row, secrets.get(row[0], [])) for row in self._file.read(_KEYS)]

    async def change(self, name: str, to: Change) -> None:
        """Change one entry; its usage goes with it (ON DELETE CASCADE)."""
        with self._file.transaction() as connection:
            there = _read(connection, name)
            entry = to(there)
            if entry is None:
                connection.execute("DELETE FROM keys WHERE name = ?", (name,))
            elif entry != there:
                _write(connection, entry)


def _read(connection: sqlite3.Connection, name: str) -> Entry | None:
    row = connection.execute(f"{_KEYS} WHERE name = ?", (name,)).fetchone()
    if row is None:
        return None
    kept = connection.execute(f"{_SECRETS} WHERE name = ? ORDER BY rowid DESC", (name,)).fetchall()
    return _entry(row, [Secret(*secret[1:]) for secret in kept])


def _write(connection: sqlite3.Connection, entry: Entry) -> None:
    key = entry.key
    connection.execute(
        "INSERT INTO keys (name, settings, created, expires, revoked) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, expires = excluded.expires, "
        "revoked = excluded.revoked",
        (key.name, _settings(key), key.created, key.expires, key.revoked),
    )
    marks = ", ".join("?" * len(entry.secrets))
    connection.execute(
        f"DELETE FROM secrets WHERE name = ? AND sha256 NOT IN ({marks})",  # noqa: S608 - nothing but `?, ?`
        (key.name, *(secret.sha256 for secret in entry.secrets)),
    )
    connection.executemany(
        "INSERT INTO secrets (sha256, name, ending, until) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (sha256) DO UPDATE SET until = excluded.until",
        [(secret.sha256, key.name, secret.ending, secret.until) for secret in reversed(entry.secrets)],
    )


def _settings(key: Key) -> str:
    return json.dumps(
        {"groups": key.groups, "floor": key.floor, "models": key.models, "limits": asdict(key.limits)}, sort_keys=True
    )


def _entry(row: tuple[Any, ...], secrets: list[Secret]) -> Entry:
    name, settings, created, expires, revoked = row
    kept: Mapping[str, Any] = json.loads(settings)
    limits = Limits(**kept["limits"])
    key = Key(name, tuple(kept["groups"]), kept["floor"], tuple(kept["models"]), limits, created, expires, revoked)
    return Entry(key, tuple(secrets))
