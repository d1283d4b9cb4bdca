"""Zip packages of office documents, opened within limits. Knows nothing of what the entries mean."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from gateway.attachments.reading import Unread

MAX_ENTRIES = 2_000
MAX_BYTES = 64 * 1024 * 1024
"""Of all entries together, unpacked; counted as they are unpacked, since headers lie."""


class Package:
    """The entries of one package, each read at most once."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise Unread("reading failed") from None
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        self.names = [entry.filename for entry in entries]
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_BYTES:
            raise Unread("too large")
        if len(set(self.names)) != len(entries):
            raise Unread("reading failed")
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise Unread("encrypted")
        self._left = MAX_BYTES

    def read(self, name: str) -> bytes:
        """One entry, unpacked.

        Raises:
            Unread: it is damaged, or too large together with what was read before.
        """
        try:
            with self._zip.open(name) as entry:
                content = entry.read(self._left + 1)
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, KeyError):
            raise Unread("reading failed") from None
        self._left -= len(content)
        if self._left < 0:
            raise Unread("too large")
        return content

    def under(self, *beginnings: str) -> Iterator[str]:
        """The names that begin so, in the order of their numbers: slide2 before slide10."""
        yield from sorted((name for name in self.names if name.startswith(beginnings)), key=_natural)


def _natural(name: str) -> tuple[str, int, str]:
    stem = name.rpartition(".")[0]
    word = stem.rstrip("0123456789")
    number = stem[len(word) :]
    return word, int(number[:9] or 0), name
