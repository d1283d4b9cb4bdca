"""Cuts a long text into overlapping windows, so that no step's work grows with the text.

Knows only positions and white space.
"""

from __future__ import annotations

from collections.abc import Iterator

SIZE = 4_000
"""Code points in one window: about 0.1 s of the Latin model's time on one core."""
OVERLAP = 400
"""Code points that two windows share at least: longer than any address, name or key with its context."""
_REACH = 1_000  # how far before the overlap a break may be looked for


def _break_before(text: str, end: int, lowest: int) -> int:
    """The start of the word that holds `end`, if it starts at `lowest` or later; else `end`."""
    for position in range(end, lowest, -1):
        if text[position - 1].isspace():
            return position
    return end


def windows(text: str, size: int = SIZE, overlap: int = OVERLAP) -> Iterator[tuple[int, int]]:
    """Half-open spans that cover `text`, ascending, none longer than `size`.

    A span shorter than `overlap` that lies anywhere in the text lies wholly in at least one window.
    Windows begin at white space where there is some, so that a key or number is not met halfway.
    """
    start = 0
    while start < len(text):
        end = min(start + size, len(text))
        yield start, end
        if end == len(text):
            return
        latest = end - overlap
        start = _break_before(text, latest, max(start + 1, latest - min(_REACH, size // 4)))
