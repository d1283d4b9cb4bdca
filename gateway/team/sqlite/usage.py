"""What keys have used, in the SQLite file."""

from __future__ import annotations

import contextlib
import sqlite3
import time

from gateway.team.key import Limits
from gateway.team.limits import DAY, MINUTE, REQUESTS, TINY, TOKENS, Taken, allowance, exceeded, exceeded_day
from gateway.team.sqlite.file import SqliteFile

_KEPT_DAYS = 40


class SqliteUsage:
    """Buckets and days, one row each."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def take(self, name: str, limits: Limits, tokens: int, now: float | None) -> Taken:
        """Take from all buckets of a key, or from none."""
        now = time.time() if now is None else now
        buckets = [(REQUESTS, limits.requests_per_minute, 1), (TOKENS, limits.tokens_per_minute, tokens)]
        asked = [(what, limit, cost) for what, limit, cost in buckets if limit is not None]
        with self._file.transaction() as connection:
            if connection.execute("SELECT 1 FROM keys WHERE name = ?", (name,)).fetchone() is None:
                return None
            levels: list[tuple[str, int, float]] = []
            for what, limit, cost in asked:
                level = _level(connection, name, what, limit, now)
                if level < 1 - TINY:
                    return exceeded(what, limit, level)
                levels.append((what, limit, level - cost))
            if limits.tokens_per_day is not None:
                if _of_day(connection, name, now) >= limits.tokens_per_day:
                    return exceeded_day(limits.tokens_per_day, now)
                _add_to_day(connection, name, tokens, now)
            for what, _, level in levels:
                _set_level(connection, name, what, level, now)
        return tuple(allowance(*level) for level in levels)

    async def settle(self, name: str, limits: Limits, more: int, now: float | None) -> None:
        """Take `more` tokens, however much is left."""
        now = time.time() if now is None else now
        with contextlib.suppress(sqlite3.IntegrityError), self._file.transaction() as connection:
            # (The key may have been removed meanwhile.)
            if limits.tokens_per_minute is not None:
                level = _level(connection, name, TOKENS, limits.tokens_per_minute, now)
                _set_level(connection, name, TOKENS, min(limits.tokens_per_minute, level - more), now)
            if limits.tokens_per_day is not None:
                _add_to_day(connection, name, more, now)


def _level(connection: sqlite3.Connection, name: str, what: str, limit: int, now: float) -> float:
    """What is left in a bucket."""
    row = connection.execute("SELECT level, at FROM buckets WHERE name = ? AND what = ?", (name, what)).fetchone()
    if row is None:
        return float(limit)
    level, at = row
    # A clock that was set back must not empty a bucket for longer than a minute.
    return min(float(limit), level + max(0.0, now - at) * limit / MINUTE) if at <= now + MINUTE else float(limit)


def _set_level(connection: sqlite3.Connection, name: str, what: str, level: float, now: float) -> None:
    connection.execute(
        "INSERT INTO buckets (name, what, level, at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (name, what) DO UPDATE SET level = excluded.level, at = excluded.at",
        (name, what, level, now),
    )


def _of_day(connection: sqlite3.Connection, name: str, now: float) -> int:
    row = connection.execute("SELECT tokens FROM days WHERE name = ? AND day = ?", (name, int(now // DAY))).fetchone()
    return int(row[0]) if row else 0


def _add_to_day(connection: sqlite3.Connection, name: str, tokens: int, now: float) -> None:
    connection.execute(
        "INSERT INTO days (name, day, tokens) VALUES (?, ?, max(0, ?)) "
        "ON CONFLICT (name, day) DO UPDATE SET tokens = max(0, tokens + ?)",
        (name, int(now // DAY), tokens, tokens),
    )
    connection.execute("DELETE FROM days WHERE name = ? AND day < ?", (name, int(now // DAY) - _KEPT_DAYS))
