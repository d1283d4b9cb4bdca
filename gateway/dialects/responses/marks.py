"""Marks beside a kept response, by which the processes of a gateway learn of each other's work on it.

One says that somebody is at work, another that the work is to end. Knows nothing of the work.
"""

from __future__ import annotations

from typing import Literal

from gateway.dialects.responses.conversation import Kept, unusable
from gateway.team.store import StoreError

LOOK = 0.5
"""Seconds between two looks at the marks."""
_ALIVE = 20.0
"""Seconds without a mark after which a process is taken for gone; far longer than a busy one is held up."""
_ASKED = 600.0
Asked = Literal["cancelled", "deleted"]


class Marks:
    """Marks among `records`. Every method raises ApiError, 503, when they can't be used."""

    def __init__(self, records: Kept) -> None:
        self._records = records

    async def at_work(self, owner: str, id_: str) -> None:
        """Say for a while that somebody is at work on that response."""
        await self._put("response_alive", owner, id_, b"", _ALIVE)

    async def is_at_work(self, owner: str, id_: str) -> bool:
        """Whether somebody is."""
        return await self._get("response_alive", owner, id_) is not None

    async def ask(self, owner: str, id_: str, why: Asked) -> None:
        """Ask whoever is at work on that response to end."""
        await self._put("response_end", owner, id_, why.encode(), _ASKED)

    async def asked(self, owner: str, id_: str) -> Asked | None:
        """Whether the work is to end, and why."""
        why = await self._get("response_end", owner, id_)
        return None if why is None else "deleted" if why == b"deleted" else "cancelled"

    async def _put(self, kind: str, owner: str, id_: str, value: bytes, ttl: float) -> None:
        try:
            await self._records.put(kind, id_, owner, value, ttl)
        except StoreError:
            raise unusable() from None

    async def _get(self, kind: str, owner: str, id_: str) -> bytes | None:
        try:
            return await self._records.get(kind, id_, owner)
        except StoreError:
            raise unusable() from None
