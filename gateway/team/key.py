"""An API key and what is kept of its secrets, as values.

A key is shown once, when it is made; only its SHA-256 is kept. Keys have 256 random bits, which is why a hash without
salt will do: there is nothing to guess. Knows nothing of HTTP and of where keys are stored.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Literal

State = Literal["active", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a key may use; None is no limit. Tokens are those of prompts and answers together."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    tokens_per_day: int | None = None

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@dataclass(frozen=True, slots=True)
class Key:
    """An API key without its secret. Times are whole seconds since 1970.

    Attributes:
        groups: which the policy's rules may ask for.
        floor: the least level of what is asked with it.
        models: destinations and models that it may use; none for all.
        endings: the last characters of its secrets, to tell them apart; the one that was made last comes first.
    """

    name: str
    groups: tuple[str, ...] = ()
    floor: str | None = None
    models: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    created: int = 0
    expires: int | None = None
    revoked: int | None = None
    endings: tuple[str, ...] = ()

    def state(self, now: float) -> State:
        """Whether it is good at `now`."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "active"


@dataclass(frozen=True, slots=True)
class Secret:
    """What is kept of a key's secret.

    Attributes:
        ending: its last characters.
        until: when another one takes its place.
    """

    sha256: str
    ending: str
    until: int | None = None

    def is_over(self, now: float) -> bool:
        """Whether another one has taken its place."""
        return self.until is not None and self.until <= now


@dataclass(frozen=True, slots=True)
class Entry:
    """A key as it is stored, with its secrets; the one that was made last comes first."""

    key: Key
    secrets: tuple[Secret, ...]


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
