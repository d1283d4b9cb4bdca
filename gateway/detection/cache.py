"""Findings of texts seen before, so that a long conversation costs only its new turn.

Keys are keyed BLAKE2b hashes (RFC 7693) under a key that lives and dies with the process: the
cache holds no text and can't be matched against guesses from outside.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict

from gateway.detection.findings import Finding


class FindingsCache:
    """Least-recently-used map from (detector version, text) to findings, for one event loop.

    Args:
        capacity: the number of texts kept; an entry without findings takes about 200 bytes.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._key = secrets.token_bytes(32)
        self._entries: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()

    def key(self, version: str, text: str) -> bytes:
        """The 32-byte key of a text under a detector version."""
        data = version.encode() + b"\0" + text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=32).digest()

    def get(self, key: bytes) -> tuple[Finding, ...] | None:
        """The findings kept under `key`, or None."""
        findings = self._entries.get(key)
        if findings is not None:
            self._entries.move_to_end(key)
        return findings

    def put(self, key: bytes, findings: tuple[Finding, ...]) -> None:
        """Keep `findings`, dropping the text used longest ago when full."""
        self._entries[key] = findings
        self._entries.move_to_end(key)
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)
