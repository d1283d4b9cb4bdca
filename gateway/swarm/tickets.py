"""Clearance tickets: proof that the policy cleared exactly these bytes for exactly this destination.

Minted by the gateway, checked at the door of the swarm bridge. Standard library only, because the
two sides live in different environments. Knows nothing of prompts or policies.

Wire form, one header value: ``v1;<destination>;<decision id>;<expiry>;<nonce>;<mac>`` with the
expiry in Unix milliseconds and nonce and mac in hex. The mac is HMAC-SHA256 (RFC 2104) over the
preceding fields and the SHA-256 of the body.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

HEADER = "x-sepal-ticket"
KEY_BYTES = 32

RefusalReason = Literal["missing", "malformed", "wrong_mac", "wrong_destination", "expired", "replayed"]

_NAME = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TICKET = re.compile(
    r"v1;(?P<destination>[A-Za-z0-9._-]{1,128});(?P<decision>[A-Za-z0-9._-]{1,128})"
    r";(?P<expiry>[0-9]{1,16});(?P<nonce>[0-9a-f]{32});(?P<mac>[0-9a-f]{64})"
)


class TicketRefused(Exception):
    """A request came without a valid ticket. `reason` is one of a closed set and holds no content."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason)
        self.reason: RefusalReason = reason


def new_key() -> bytes:
    """A fresh ticket key of `KEY_BYTES` random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def _mac(key: bytes, signed: str, body: bytes) -> str:
    message = signed.encode("ascii") + b"\n" + hashlib.sha256(body).digest()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def mint(
    key: bytes, *, destination: str, decision_id: str, body: bytes, lifetime: float, now: float | None = None
) -> str:
    """Make the ticket for one dispatch of `body`.

    Args:
        key: the ticket key, `KEY_BYTES` long.
        destination, decision_id: names of 1 to 128 characters from ``[A-Za-z0-9._-]``.
        body: the exact bytes of the HTTP body.
        lifetime: seconds until the ticket expires.
        now: Unix time in seconds; the current time when None.

    Raises:
        ValueError: a name holds other characters, or the key has another length.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a ticket key has {KEY_BYTES} bytes")
    for name in (destination, decision_id):
        if not _NAME.fullmatch(name):
            raise ValueError("a ticket names its destination and decision in letters, digits, '.', '_' and '-'")
    expiry = int(((time.time() if now is None else now) + lifetime) * 1000)
    signed = f"v1;{destination};{decision_id};{expiry};{secrets.token_hex(16)}"
    return f"{signed};{_mac(key, signed, body)}"


@dataclass
class TicketDoor:
    """Checks tickets for one destination; each ticket opens the door once.

    `check` returns the decision id. Memory is bounded by the tickets minted within one lifetime,
    since a used nonce is forgotten when its ticket expires.
    """

    key: bytes = field(repr=False)
    destination: str
    clock: Callable[[], float] = time.time
    _used: dict[str, int] = field(default_factory=dict, repr=False)

    def check(self, ticket: str | None, body: bytes) -> str:
        """Raise `TicketRefused` unless `ticket` is valid for `body`, here, now and for the first time."""
        if not ticket:
            raise TicketRefused("missing")
        match = _TICKET.fullmatch(ticket)
        if match is None:
            raise TicketRefused("malformed")
        signed = ticket.rpartition(";")[0]
        if not hmac.compare_digest(match["mac"], _mac(self.key, signed, body)):
            raise TicketRefused("wrong_mac")
        if match["destination"] != self.destination:
            raise TicketRefused("wrong_destination")
        now_ms = int(self.clock() * 1000)
        expiry = int(match["expiry"])
        if expiry <= now_ms:
            raise TicketRefused("expired")
        self._used = {nonce: until for nonce, until in self._used.items() if until > now_ms}
        if match["nonce"] in self._used:
            raise TicketRefused("replayed")
        self._used[match["nonce"]] = expiry
        return match["decision"]
