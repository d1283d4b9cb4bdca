"""What drawing a pseudonym yields. Knows nothing of how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.declassify.replaced import Part


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pseudonym.

    Attributes:
        surrogate: what stands in for the value.
        parts: of a person's name: what may be called alone, and what stands in for that.
    """

    surrogate: str = field(repr=False)
    parts: tuple[Part, ...] = field(default=(), repr=False)
