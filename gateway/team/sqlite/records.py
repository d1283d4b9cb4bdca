"""Records in the SQLite file. Values may be large, so that all is done in a thread."""

from __future__ import annotations

import asyncio

from gateway.team.records import Kept
from gateway.team.sqlite.file import SqliteFile

_SWEEP = 64
"""Records that are put between two sweeps."""


class SqliteRecords:
    """Records, one row each."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._puts = 0

    async def put(self, kept: Kept, now: float, *, over: bytes | None, most: int) -> bool:
        """Keep a record; now and then what has ended, and what is too much, goes."""
        self._puts += 1
        return await asyncio.to_thread(self._put, kept, now, over, most, self._puts % _SWEEP == 1)

    def _put(self, kept: Kept, now: float, over: bytes | None, most: int, sweep: bool) -> bool:
        with self._file.transaction() as connection:
            done = connection.execute(
                "INSERT INTO records (token, shelf, label, value, expires) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (token) DO UPDATE SET label = excluded.label, value = excluded.value, "
                "expires = excluded.expires WHERE ? OR records.expires <= ? OR records.value = ?",
                (kept.token, kept.shelf, kept.label, kept.value, kept.expires, over is None, now, over),
            ).rowcount
            if sweep:
                connection.execute("DELETE FROM records WHERE expires <= ?", (now,))
                connection.execute(
                    "DELETE FROM records WHERE rowid IN (SELECT rowid FROM records WHERE shelf = ? "
                    "ORDER BY expires DESC LIMIT -1 OFFSET ?)",
                    (kept.shelf, most),
                )
        return done == 1

    async def get(self, token: str, now: float) -> bytes | None:
        """A record's value."""
        query = "SELECT value FROM records WHERE token = ? AND expires > ?"
        rows = await asyncio.to_thread(self._file.read, query, token, now)
        return rows[0][0] if rows else None

    async def delete(self, token: str, shelf: str) -> bool:
        """Forget a record."""

        def deleted() -> bool:
            with self._file.transaction() as connection:
                return connection.execute("DELETE FROM records WHERE token = ?", (token,)).rowcount == 1

        return await asyncio.to_thread(deleted)

    async def labels(self, shelf: str, now: float, most: int) -> list[tuple[str, bytes]]:
        """Token and label of what lies on a shelf."""
        query = "SELECT token, label FROM records WHERE shelf = ? AND expires > ? ORDER BY expires DESC LIMIT ?"
        return [(token, label) for token, label in await asyncio.to_thread(self._file.read, query, shelf, now, most)]

    async def expire(self, now: float) -> None:
        """Forget what has ended."""

        def expired() -> None:
            with self._file.transaction() as connection:
                connection.execute("DELETE FROM records WHERE expires <= ?", (now,))

        await asyncio.to_thread(expired)

    async def claim(self, fingerprint: str) -> bool:
        """Always: the file and its key are one machine's. What a lost key sealed can't be read and counts as absent."""
        return True
