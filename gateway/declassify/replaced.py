"""What was replaced by what. The vocabulary that rewriting and restoring share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PartKind = Literal["given", "family"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a person's name that may also stand alone."""

    kind: PartKind
    original: str = field(repr=False)
    surrogate: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Replaced:
    """One value and what stands in for it.

    Attributes:
        entity: the type, e.g. ``PERSON``.
        original: exactly as it stands in the request.
        surrogate: exactly as it is sent.
        parts: of a name: what may be called alone.
        reversible: whether the answer gets the original back.
    """

    entity: str
    original: str = field(repr=False)
    surrogate: str = field(repr=False)
    parts: tuple[Part, ...] = field(default=(), repr=False)
    reversible: bool = True
