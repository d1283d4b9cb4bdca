"""Levels: a total order of how far a text may travel (Denning, "A lattice model of secure
information flow", 1976; here a chain). Knows nothing of what is labelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Level:
    """A level of one policy. Orders by `rank`: 0 is the lowest (may be seen by anyone)."""

    rank: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of a policy, ascending. Never empty."""

    names: tuple[str, ...]

    def __getitem__(self, name: str) -> Level:
        return Level(self.names.index(name), name)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def named(self, name: str) -> Level:
        """The level of that name; the highest when there is none."""
        return self[name] if name in self.names else self.highest

    def __iter__(self) -> Iterator[Level]:
        return (Level(rank, name) for rank, name in enumerate(self.names))

    @property
    def lowest(self) -> Level:
        """What a text without findings gets."""
        return Level(0, self.names[0])

    @property
    def highest(self) -> Level:
        """What a text gets that could not be inspected."""
        return Level(len(self.names) - 1, self.names[-1])

    def join(self, levels: Iterable[Level]) -> Level:
        """The least upper bound of `levels`; `lowest` when there are none."""
        return max(levels, default=self.lowest)
