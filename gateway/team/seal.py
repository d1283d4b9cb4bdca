"""Encrypts what is kept: AES-256-GCM with a key of its own for each value, bound to what the value belongs to.

The value's key is derived (HKDF-SHA256, RFC 5869) from the store's key and 128 random bits, so that GCM's 96-bit nonces
do not bound the number of values (NIST SP 800-38D, 8.3). Names are HMACs, so that they say nothing either. Knows
nothing of where values are kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.team.store_key import KEY_BYTES

_FORM = b"\x01"
"""Of what is sealed; the first byte."""
_SALT, _NONCE = 16, 12


class Seal:
    """Seals and opens with one key of 32 bytes."""

    __slots__ = ("_key", "_naming", "fingerprint")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("the key must have 32 bytes")
        self._key = key
        self._naming = self._derive(b"sepal store: names")
        self.fingerprint = self._derive(b"sepal store: fingerprint").hex()
        """Tells keys apart, and says nothing of them."""

    def _derive(self, purpose: bytes, salt: bytes | None = None) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt, purpose).derive(self._key)

    def secret(self, purpose: str) -> bytes:
        """32 bytes for another purpose, the same wherever this key is; they say nothing of it."""
        return self._derive(b"sepal: " + purpose.encode())

    def name(self, *parts: str) -> str:
        """What stands for `parts` in a store."""
        return hmac.new(self._naming, _joined(parts), hashlib.sha256).hexdigest()

    def seal(self, value: bytes, *bound: str) -> bytes:
        """`value` encrypted, to be opened only with the same `bound`."""
        salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
        cipher = AESGCM(self._derive(b"sepal store: value", salt))
        return b"".join((_FORM, salt, nonce, cipher.encrypt(nonce, value, _joined(bound))))

    def open(self, sealed: bytes, *bound: str) -> bytes | None:
        """What was sealed; None if that was another key's, belongs elsewhere, or has been changed."""
        start = len(_FORM) + _SALT
        salt, nonce, rest = sealed[len(_FORM) : start], sealed[start : start + _NONCE], sealed[start + _NONCE :]
        if sealed[: len(_FORM)] != _FORM or len(nonce) != _NONCE:
            return None
        try:
            return AESGCM(self._derive(b"sepal store: value", salt)).decrypt(nonce, rest, _joined(bound))
        except InvalidTag:
            return None


def _joined(parts: tuple[str, ...]) -> bytes:
    """So that no two lists of parts look alike."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
