"""How much a key may use: requests and tokens a minute, tokens a day.

Minutes are token buckets that refill steadily; an answer's tokens are known only when it has ended, so a bucket may go
below nothing and the next request waits for it. All gateways that share a store share the buckets. Knows nothing of
HTTP, of where buckets are stored, and of how tokens are counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.team.key import Key, Limits

MINUTE, DAY = 60, 86_400
TINY = 1e-6
"""What rounding may take from a bucket."""
REQUESTS, TOKENS = "requests", "tokens"


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


Taken = Exceeded | tuple[Allowance, ...] | None
"""What became of a request: a limit is used up, or how its limits stand; None where there is no such key any more."""


class UsageStore(Protocol):
    """Where buckets lie. Each method is all or nothing, and raises StoreError when the store can't be used.

    `now` is in seconds since 1970, None for the store's own time.
    """

    async def take(self, name: str, limits: Limits, tokens: int, now: float | None) -> Taken:
        """As `Usage.take`."""

    async def settle(self, name: str, limits: Limits, more: int, now: float | None) -> None:
        """As `Usage.settle`."""


class Usage:
    """What keys have used.

    Args:
        clock: seconds since 1970; without it the store's own time counts, which is the same for all who share it.
    """

    def __init__(self, store: UsageStore, clock: Callable[[], float] | None = None) -> None:
        self._store = store
        self._clock = clock

    async def take(self, key: Key, tokens: int) -> Taken:
        """Let one request in that has `tokens` at least, or say which limit is used up; then nothing is taken.

        Raises:
            StoreError: the store can't be used.
        """
        return await self._store.take(key.name, key.limits, tokens, self._now())

    async def settle(self, key: Key, more: int) -> None:
        """Add `more` tokens that a request has used beyond those that were taken; fewer than 0 gives some back.

        Raises:
            StoreError: the store can't be used.
        """
        if more and (key.limits.tokens_per_minute is not None or key.limits.tokens_per_day is not None):
            await self._store.settle(key.name, key.limits, more, self._now())

    def _now(self) -> float | None:
        return None if self._clock is None else self._clock()


def allowance(what: str, limit: int, level: float) -> Allowance:
    """How a bucket stands that has `level` left."""
    return Allowance(what, limit, max(0, math.floor(level)), (limit - level) * MINUTE / limit)


def exceeded(what: str, limit: int, level: float) -> Exceeded:
    """A bucket that has `level` left, less than a request needs."""
    return Exceeded(what, limit, (1 - level) * MINUTE / limit)


def exceeded_day(limit: int, now: float) -> Exceeded:
    """The day's tokens are used up."""
    return Exceeded("day", limit, DAY - now % DAY)
