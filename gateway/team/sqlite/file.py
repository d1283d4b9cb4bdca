"""What all gateway processes on a machine share: one SQLite file in the state directory, its owner's alone.

Each statement is small and commits at once (tens of microseconds), so that it may be awaited in place; a reader never
waits for a writer (WAL). Knows nothing of what is kept but its tables.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gateway.team.store import StoreError

_SCHEMA = 2
"""1 had no records."""
_PATIENCE = 5.0
"""Seconds that a writer waits for another one."""
_TABLES = """
CREATE TABLE IF NOT EXISTS keys (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    revoked INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS secrets (
    sha256 TEXT PRIMARY KEY,
    name TEXT NOT NULL REFERENCES keys (name) ON DELETE CASCADE,
    ending TEXT NOT NULL,
    until INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS buckets (
    name TEXT NOT NULL REFERENCES keys (name) ON DELETE CASCADE,
    what TEXT NOT NULL,
    level REAL NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (name, what)
) STRICT;
CREATE TABLE IF NOT EXISTS days (
    name TEXT NOT NULL REFERENCES keys (name) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    PRIMARY KEY (name, day)
) STRICT;
CREATE TABLE IF NOT EXISTS records (
    token TEXT PRIMARY KEY,
    shelf TEXT NOT NULL,
    label BLOB NOT NULL,
    value BLOB NOT NULL,
    expires REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_shelf ON records (shelf, expires);
CREATE INDEX IF NOT EXISTS records_by_end ON records (expires);
"""


class SqliteFile:
    """An open file; may be used by several threads.

    Args:
        path: the file; made if it is missing.

    Raises:
        StoreError: it can't be opened, or belongs to another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.fchmod(file, 0o600)
            os.close(file)
            self._connection = sqlite3.connect(
                path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=64
            )
            self._prepare()
        except OSError as error:
            raise StoreError(f"the store {path} can't be opened: {error.strerror}") from None
        except sqlite3.Error as error:
            raise StoreError(_problem(path, error)) from None

    def _prepare(self) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version not in range(_SCHEMA + 1):
            raise StoreError(f"the store {self.path} is of another version of Sepal; move it away, or upgrade")
        if version < _SCHEMA:
            self._connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_SCHEMA}; COMMIT;")

    @property
    def changes(self) -> int:
        """Another number whenever another process has written.

        Raises:
            StoreError: the file can't be read.
        """
        return int(self.read("PRAGMA data_version")[0][0])

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing of what is done with the connection.

        Raises:
            StoreError: the file can't be written.
        """
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            except sqlite3.IntegrityError:
                raise
            except sqlite3.Error as error:
                raise StoreError(_problem(self.path, error)) from None

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows that `query` finds.

        Raises:
            StoreError: the file can't be read.
        """
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise StoreError(_problem(self.path, error)) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _problem(path: Path, error: sqlite3.Error) -> str:
    kinds = {
        "SQLITE_NOTADB": "is no store of Sepal's; move it away",
        "SQLITE_CORRUPT": "is damaged; move it away, and make the keys anew",
        "SQLITE_BUSY": "is held by another process for too long; try again",
        "SQLITE_READONLY": "can't be written; check its permissions",
        "SQLITE_FULL": "can't be written: no space left on the device",
    }
    code = getattr(error, "sqlite_errorname", "") or ""
    known = next((text for name, text in kinds.items() if code.startswith(name)), None)
    return f"the store {path} {known or f'can not be used ({code or type(error).__name__})'}"
