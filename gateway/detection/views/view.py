"""A text with disguises undone, and the way back from every character to the text that was given.

A view is its parent's text with some pieces replaced; the first parent is the text itself as
`normalise` leaves it. Knows nothing of what is undone, or of what is looked for.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.detection.normalise import Normalised, normalise, plain

REACH = 160
"""Code points around an edit that are looked at again: more than any context word's distance."""
_APART = 300  # regions closer than this become one
_WORD = 80  # how far a region's edge may move to stand at white space


class Edit(NamedTuple):
    """A piece of a text to be replaced.

    Attributes:
        start, end: half-open span in the text that is edited.
        plain: what it stands for.
        step: what was undone, in words for a person.
        aligned: whether each character of `plain` stems from the one at the same place.
    """

    start: int
    end: int
    plain: str
    step: str
    aligned: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a text.

    Attributes:
        text: what is to be looked at.
        edited: (start, end in `text`, the edit) in order; empty for a text as it stands.
        parent: what was edited; None for the first view.
        source: the text that was given.
        normalised: the first view's way back, shared by all that stem from it.
        models: whether statistical taggers should see it, not rules alone.
        sealed: spans of `text` that are encoded once more and were not decoded.
    """

    text: str = field(repr=False)
    source: str = field(repr=False)
    normalised: Normalised = field(repr=False)
    parent: View | None = field(default=None, repr=False)
    edited: tuple[tuple[int, int, Edit], ...] = field(default=(), repr=False)
    models: bool = True
    sealed: tuple[tuple[int, int], ...] = ()
    _starts: tuple[int, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, source: str, normalised: Normalised, *, models: bool = True) -> View:
        """The first view of a text."""
        return cls(normalised.text, source, normalised, models=models)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The smallest half-open span of the source that `start`..`end` (not empty) of this view stems from."""
        view: View = self
        while view.parent is not None:
            start, end = view._above(start)[0], view._above(end - 1)[1]
            view = view.parent
        return view.normalised.original_span(start, end)

    def undone(self, start: int, end: int) -> frozenset[str]:
        """What was undone between `start` and `end` (not empty), all the way back to the source."""
        steps: set[str] = set()
        view: View = self
        while view.parent is not None:
            steps.update(edit.step for at, until, edit in view._edits_in(start, end))
            start, end = view._above(start)[0], view._above(end - 1)[1]
            view = view.parent
        if view.normalised.origins is not None:
            begin, until = view.normalised.original_span(start, end)
            steps |= _of_characters(self.source[begin:until], view.text[start:end])
        return frozenset(steps)

    def touches(self, start: int, end: int) -> bool:
        """Whether anything was edited between `start` and `end`."""
        return any(True for _ in self._edits_in(start, end))

    def regions(self) -> Iterator[tuple[int, int]]:
        """The parts of `text` that differ from the parent's, with what stands around them."""
        if self.parent is None:
            yield 0, len(self.text)
            return
        start = end = -1
        for at, until, _ in self.edited:
            if start >= 0 and at - end <= _APART:
                end = max(end, until)
                continue
            if start >= 0:
                yield self._widened(start, end)
            start, end = at, until
        if start >= 0:
            yield self._widened(start, end)

    def place(self, position: int) -> int:
        """Where the parent's `position` went; the start of the edit that it lies in."""
        index = bisect_right(self.edited, position, key=lambda item: item[2].start) - 1
        if index < 0:
            return position
        at, until, edit = self.edited[index]
        return at if position < edit.end else until + position - edit.end

    def _widened(self, start: int, end: int) -> tuple[int, int]:
        start, end = max(0, start - REACH), min(len(self.text), end + REACH)
        for position in range(start, max(0, start - _WORD), -1):
            if self.text[position - 1].isspace():
                start = position
                break
        for position in range(end, min(len(self.text), end + _WORD)):
            if self.text[position].isspace():
                return start, position
        return start, end

    def _above(self, position: int) -> tuple[int, int]:
        """The span in the parent of the character at `position`."""
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return position, position + 1
        at, until, edit = self.edited[index]
        if position >= until:
            above = edit.end + position - until
        elif edit.aligned:
            above = edit.start + position - at
        else:
            return edit.start, edit.end
        return above, above + 1

    def _edits_in(self, start: int, end: int) -> Iterator[tuple[int, int, Edit]]:
        index = max(0, bisect_right(self._starts, start) - 1)
        while index < len(self.edited) and self.edited[index][0] < end:
            until = self.edited[index][1]
            if until > start:
                yield self.edited[index]
            index += 1


def edit(view: View, edits: Iterable[Edit], *, models: bool) -> View | None:
    """`view` with `edits` made, or None if they change nothing.

    Args:
        edits: ascending; of two that overlap the first counts.
    """
    pieces: list[str] = []
    edited: list[tuple[int, int, Edit]] = []
    done = length = 0
    for item in edits:
        if item.start < done or view.text[item.start : item.end] == item.plain:
            continue
        pieces += (view.text[done : item.start], item.plain)
        at = length + item.start - done
        length = at + len(item.plain)
        edited.append((at, length, item))
        done = item.end
    if not edited:
        return None
    text = "".join((*pieces, view.text[done:]))
    starts = tuple(at for at, _, _ in edited)
    return View(text, view.source, view.normalised, view, tuple(edited), models, _starts=starts)


def _of_characters(original: str, shown: str) -> frozenset[str]:
    """What `normalise` undid to make `shown` of `original`; the width of punctuation and spaces is no disguise."""
    if original == shown:
        return frozenset()
    return frozenset(filter(None, map(_step, set(original) - set(shown))))


def _step(character: str) -> str | None:
    if character.isalnum():
        return "compatibility characters"
    return "invisible characters" if unicodedata.category(character) in ("Cf", "Mn") else None


def characters(text: str) -> Iterator[Edit]:
    """Edits that do to what was decoded what `normalise` does to a text as it is given."""
    if normalise(text).origins is not None:
        for place, character in enumerate(text):
            shown = plain(character)
            if shown != character:
                step = _step(character) or "compatibility characters"
                yield Edit(place, place + 1, shown, step, aligned=len(shown) == 1)
