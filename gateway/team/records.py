"""Records: what gateways keep for a while on behalf of callers, encrypted, in the store that they share.

A record is found by its kind, its name and its owner together; whoever asks with another owner finds nothing. Neither
names nor owners nor values can be read in the store. Knows nothing of what is kept, and of where.
"""

from __future__ import annotations

import asyncio
import logging
import re
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from gateway.team.store import StoreError

if TYPE_CHECKING:
    from gateway.team.seal import Seal

logger = logging.getLogger(__name__)
MAX_VALUE = 16 * 1024 * 1024
MAX_NAME, MAX_OWNER = 1024, 256
MAX_SECONDS = 400 * 86_400.0
MOST = 10_000
"""Records of one kind and owner; beyond that those go that would end first."""
_LARGE = 256 * 1024
"""Bytes that take longer to encrypt than a thread takes to start."""
T = TypeVar("T")
_KIND = re.compile(r"[a-z][a-z_]{0,31}")
_END = struct.Struct(">d")


class RecordError(ValueError):
    """A record can't be kept: it is too large, or what names it is; the message never repeats it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as a store sees it.

    Attributes:
        token, shelf: what stands for kind, owner and name, and for kind and owner.
        label: the name, sealed.
        expires: seconds since 1970.
    """

    token: str
    shelf: str
    label: bytes
    value: bytes
    expires: float


class RecordStore(Protocol):
    """Where records lie. Each method is all or nothing, and raises StoreError when the store can't be used.

    `now` is in seconds since 1970; what has ended by then is not there.
    """

    async def put(self, kept: Kept, now: float, *, over: bytes | None, most: int) -> bool:
        """Keep a record; at most `most` stay on its shelf.

        Args:
            over: None for whatever is there. Else only where nothing is there, or exactly this value.

        Returns:
            Whether it is kept.
        """

    async def get(self, token: str, now: float) -> bytes | None:
        """A record's value."""

    async def delete(self, token: str, shelf: str) -> bool:
        """Forget a record; whether there was one."""

    async def labels(self, shelf: str, now: float, most: int) -> list[tuple[str, bytes]]:
        """Token and label of what lies on a shelf; what ends last comes first."""

    async def expire(self, now: float) -> None:
        """Forget what has ended, where the store does not do so by itself."""

    async def claim(self, fingerprint: str) -> bool:
        """Whether records are sealed with the key of this fingerprint; who comes first says which."""


class Records:
    """Records in a store, sealed with the key that all gateways have.

    Args:
        seal: made when it is first needed.
        clock: seconds since 1970.
    """

    def __init__(self, store: RecordStore, seal: Callable[[], Seal], clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._make_seal = seal
        self._seal: Seal | None = None
        self._clock = clock

    async def check(self) -> None:
        """See whether the store's records can be read with this gateway's key. Every other method does so first.

        Raises:
            StoreError: the store was filled with another key, or can't be used.
        """
        await self._sealing()

    async def put(self, kind: str, name: str, owner: str, value: bytes, ttl: float) -> None:
        """Keep `value` for `ttl` seconds, in the place of what was there.

        Raises:
            RecordError: it is too large. StoreError: the store can't be used.
        """
        await self._put(kind, name, owner, value, ttl)

    async def put_if_absent(self, kind: str, name: str, owner: str, value: bytes, ttl: float) -> bool:
        """Keep `value` for `ttl` seconds if there is nothing yet: of all who try at once, one alone gets True.

        Raises:
            RecordError: it is too large. StoreError: the store can't be used.
        """
        if await self._put(kind, name, owner, value, ttl, over=b""):
            return True
        sealed, there = await self._get(kind, name, owner)
        # What can't be read counts as absent.
        return there is None and await self._put(kind, name, owner, value, ttl, over=sealed or b"")

    async def get(self, kind: str, name: str, owner: str) -> bytes | None:
        """The value; None if there is none, it has ended, or it can't be decrypted.

        Raises:
            StoreError: the store can't be used.
        """
        return (await self._get(kind, name, owner))[1]

    async def delete(self, kind: str, name: str, owner: str) -> bool:
        """Forget a record; whether there was one.

        Raises:
            StoreError: the store can't be used.
        """
        seal = await self._sealing()
        return await self._store.delete(_token(seal, kind, name, owner), _shelf(seal, kind, owner))

    async def names(self, kind: str, owner: str, most: int = MOST) -> list[str]:
        """The names of an owner's records of a kind; what ends last comes first.

        Raises:
            StoreError: the store can't be used.
        """
        seal = await self._sealing()
        labels = await self._store.labels(_shelf(seal, kind, owner), self._clock(), most)
        opened = [seal.open(label, "label", kind, owner, token) for token, label in labels]
        return [label.decode("utf-8", "surrogatepass") for label in opened if label is not None]

    def secret(self, purpose: str) -> bytes:
        """32 bytes that every gateway with this one's key has, and nobody else.

        Raises:
            StoreError: there is no good key.
        """
        return (self._seal or self._make_seal()).secret(purpose)

    async def expire(self) -> None:
        """Forget what has ended. Stores do so by and by; this does it now.

        Raises:
            StoreError: the store can't be used.
        """
        await self._store.expire(self._clock())

    async def _get(self, kind: str, name: str, owner: str) -> tuple[bytes | None, bytes | None]:
        """What is stored, and the value in it that is good."""
        seal, now = await self._sealing(), self._clock()
        sealed = await self._store.get(_token(seal, kind, name, owner), now)
        if sealed is None:
            return None, None
        opened = await _off_loop(len(sealed), partial(seal.open, sealed, "value", kind, owner, name))
        if opened is None:
            logger.warning("a record of the kind %s can't be decrypted, and counts as absent", kind)
            return sealed, None
        (expires,) = _END.unpack_from(opened)
        return sealed, opened[_END.size :] if expires > now else None

    async def _put(
        self, kind: str, name: str, owner: str, value: bytes, ttl: float, *, over: bytes | None = None
    ) -> bool:
        _check(kind, name, owner, value, ttl)
        seal, now = await self._sealing(), self._clock()
        token, expires = _token(seal, kind, name, owner), now + float(ttl)
        label = seal.seal(name.encode("utf-8", "surrogatepass"), "label", kind, owner, token)
        plain = _END.pack(expires) + value
        sealed = await _off_loop(len(value), partial(seal.seal, plain, "value", kind, owner, name))
        kept = Kept(token, _shelf(seal, kind, owner), label, sealed, expires)
        return await self._store.put(kept, now, over=over, most=MOST)

    async def _sealing(self) -> Seal:
        if self._seal is None:
            seal = self._make_seal()
            if not await self._store.claim(seal.fingerprint):
                raise StoreError(
                    "the store's records are encrypted with another key; give all gateways the same one "
                    "(store_key_env or store_key_file). If that key is lost, delete `sepal:records:key` from the "
                    "server: what was encrypted with it counts as absent then"
                )
            self._seal = seal
        return self._seal


async def _off_loop(size: int, work: Callable[[], T]) -> T:
    """Do `work` on `size` bytes: at once if they are few, else in a thread."""
    return work() if size < _LARGE else await asyncio.to_thread(work)


def _token(seal: Seal, kind: str, name: str, owner: str) -> str:
    return seal.name("record", kind, owner, name)


def _shelf(seal: Seal, kind: str, owner: str) -> str:
    return seal.name("shelf", kind, owner)


def _check(kind: str, name: str, owner: str, value: bytes, ttl: float) -> None:
    if not _KIND.fullmatch(kind):
        raise RecordError("a record's kind has up to 32 small letters and underscores")
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME or len(owner.encode("utf-8", "surrogatepass")) > MAX_OWNER:
        raise RecordError(f"a record's name may have {MAX_NAME:,} bytes, and its owner {MAX_OWNER}")
    if len(value) > MAX_VALUE:
        raise RecordError(f"a record may have {MAX_VALUE:,} bytes, and this one has more")
    if not 0 < ttl <= MAX_SECONDS:
        raise RecordError("a record is kept for more than no time and at most 400 days")
