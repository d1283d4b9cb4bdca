"""How much a key may use: requests and tokens a minute, tokens a day.

Minutes are token buckets that refill steadily; an answer's tokens are known only when it has ended, so a bucket may go
below nothing and the next request waits for it. All processes that share a store share the buckets. Knows nothing of
HTTP and of how tokens are counted.
"""

from __future__ import annotations

import contextlib
import math
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.team.keys import Key
from gateway.team.store import Store

_MINUTE, _DAY = 60, 86_400
_KEPT_DAYS = 40
_TINY = 1e-6
"""What rounding may take from a bucket."""
_REQUESTS, _TOKENS = "requests", "tokens"


@dataclass(frozen=True, slots=True)
class Allowance:
    """How one limit stands.

    Attributes:
        what: `requests` or `tokens`.
        limit, remaining: of a minute.
        reset: seconds until the whole limit is free again.
    """

    what: str
    limit: int
    remaining: int
    reset: float


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A limit is used up.

    Attributes:
        what: `requests`, `tokens`, or `day` for the day's tokens.
        wait: seconds until a request would be let in.
    """

    what: str
    limit: int
    wait: float


class Usage:
    """What keys have used.

    Args:
        clock: seconds since 1970.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    def take(self, key: Key, tokens: int) -> Exceeded | tuple[Allowance, ...]:
        """Let one request in that has `tokens` at least, or say which limit is used up; then nothing is taken.

        Raises:
            StoreError: the store can't be written.
        """
        now, limits = self._clock(), key.limits
        buckets = [(_REQUESTS, limits.requests_per_minute, 1), (_TOKENS, limits.tokens_per_minute, tokens)]
        asked = [(what, limit, cost) for what, limit, cost in buckets if limit is not None]
        with self._store.transaction() as connection:
            levels: list[tuple[str, int, float]] = []
            for what, limit, cost in asked:
                level = _level(connection, key.name, what, limit, now)
                if level < 1 - _TINY:
                    return Exceeded(what, limit, (1 - level) * _MINUTE / limit)
                levels.append((what, limit, level - cost))
            if limits.tokens_per_day is not None:
                if _of_day(connection, key.name, now) >= limits.tokens_per_day:
                    return Exceeded("day", limits.tokens_per_day, _DAY - now % _DAY)
                _add_to_day(connection, key.name, tokens, now)
            for what, _, level in levels:
                _set_level(connection, key.name, what, level, now)
        return tuple(
            Allowance(what, limit, max(0, math.floor(level)), (limit - level) * _MINUTE / limit)
            for what, limit, level in levels
        )

    def settle(self, key: Key, more: int) -> None:
        """Add `more` tokens that a request has used beyond those that were taken; fewer than 0 gives some back.

        Raises:
            StoreError: the store can't be written.
        """
        now, limits = self._clock(), key.limits
        if not more or (limits.tokens_per_minute is None and limits.tokens_per_day is None):
            return
        with contextlib.suppress(sqlite3.IntegrityError), self._store.transaction() as connection:
            # (The key may have been removed meanwhile.)
            if limits.tokens_per_minute is not None:
                level = _level(connection, key.name, _TOKENS, limits.tokens_per_minute, now)
                _set_level(connection, key.name, _TOKENS, min(limits.tokens_per_minute, level - more), now)
            if limits.tokens_per_day is not None:
                _add_to_day(connection, key.name, more, now)


def _level(connection: sqlite3.Connection, name: str, what: str, limit: int, now: float) -> float:
    """What is left in a bucket."""
    row = connection.execute("SELECT level, at FROM buckets WHERE name = ? AND what = ?", (name, what)).fetchone()
    if row is None:
        return float(limit)
    level, at = row
    # A clock that was set back must not empty a bucket for longer than a minute.
    return min(float(limit), level + max(0.0, now - at) * limit / _MINUTE) if at <= now + _MINUTE else float(limit)


def _set_level(connection: sqlite3.Connection, name: str, what: str, level: float, now: float) -> None:
    connection.execute(
        "INSERT INTO buckets (name, what, level, at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (name, what) DO UPDATE SET level = excluded.level, at = excluded.at",
        (name, what, level, now),
    )


def _of_day(connection: sqlite3.Connection, name: str, now: float) -> int:
    row = connection.execute("SELECT tokens FROM days WHERE name = ? AND day = ?", (name, int(now // _DAY))).fetchone()
    return int(row[0]) if row else 0


def _add_to_day(connection: sqlite3.Connection, name: str, tokens: int, now: float) -> None:
    connection.execute(
        "INSERT INTO days (name, day, tokens) VALUES (?, ?, ?) "
        "ON CONFLICT (name, day) DO UPDATE SET tokens = max(0, tokens + excluded.tokens)",
        (name, int(now // _DAY), tokens),
    )
    connection.execute("DELETE FROM days WHERE name = ? AND day < ?", (name, int(now // _DAY) - _KEPT_DAYS))
