"""Records in the memory of this process: bounded, and gone with it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_BYTES = 64 * 1024 * 1024


class MemoryRecords:
    """What `Records` in a store do, for one process and without encryption.

    Args:
        most: bytes in all; beyond that the oldest go.
        clock: seconds.
    """

    def __init__(self, most: int = MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._size = 0
        self._kept: OrderedDict[tuple[str, str, str], tuple[bytes, float]] = OrderedDict()

    async def put(self, kind: str, name: str, owner: str, value: bytes, ttl: float) -> None:
        """Keep `value` for `ttl` seconds, in the place of what was there."""
        self._drop((kind, name, owner))
        self._kept[kind, name, owner] = value, self._clock() + ttl
        self._size += len(value)
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    async def get(self, kind: str, name: str, owner: str) -> bytes | None:
        """The value; None if there is none or it has ended."""
        value, end = self._kept.get((kind, name, owner), (None, 0.0))
        if value is not None and end <= self._clock():
            self._drop((kind, name, owner))
            return None
        return value

    async def delete(self, kind: str, name: str, owner: str) -> bool:
        """Forget a record; whether there was one."""
        return self._drop((kind, name, owner))

    def _drop(self, key: tuple[str, str, str]) -> bool:
        value, _ = self._kept.pop(key, (None, 0.0))
        self._size -= len(value or b"")
        return value is not None
