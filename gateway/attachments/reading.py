"""What came of reading an attachment: its texts, or why it could not be read wholly.

Plain data that crosses the border between the gateway and the process that reads. Knows no file format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["image", "file"]
Problem = Literal[
    "embedded object",
    "encrypted",
    "metadata",
    "not installed",
    "not read in time",
    "reading failed",
    "too large",
    "transparent",
    "uncertain text",
    "unknown format",
]
"""A closed list, so that a problem can stand in records and errors. No word of an attachment is ever in it."""


class Unread(Exception):
    """An attachment can't be read wholly. Holds the problem and nothing of the attachment."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an attachment; `place` says where it stands, e.g. ``page 3``. A sheet's name is a place too."""

    place: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """All texts of an attachment in reading order, or the problem for which they are not all known."""

    texts: tuple[Text, ...] = ()
    problem: Problem | None = None

    def plain(self) -> str:
        """The texts as one, each behind its place."""
        return "\n\n".join(f"[{item.place}]\n{item.text}" if item.place else item.text for item in self.texts)

    def to_wire(self) -> dict[str, Any]:
        """As JSON between the two processes."""
        return {"texts": [[item.place, item.text] for item in self.texts], "problem": self.problem}

    @classmethod
    def from_wire(cls, data: Any) -> Reading:
        """What the other process sent.

        Raises:
            ValueError, TypeError, KeyError: it is no reading.
        """
        problem = data["problem"]
        if problem is not None:
            return cls(problem=problem if problem in Problem.__args__ else "reading failed")  # type: ignore[attr-defined]
        return cls(tuple(Text(str(place), str(text)) for place, text in data["texts"]))
