"""All readings of a text: as it stands, and with each disguise undone that it could be in.

The order matters: characters first, then what they spell, then what the whole says in an encoding,
which is read in the same way again. Which of the views hold anything sensitive is the engine's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.detection.normalise import Normalised, normalise
from gateway.detection.views import encodings, numerals, spelled
from gateway.detection.views.view import Edit, View, edit

DEPTH = 4
"""Encodings inside encodings that are undone; what lies deeper is reported as hidden."""

__all__ = ["DEPTH", "Edit", "View", "views"]


def views(text: str) -> Iterator[View]:
    """The readings of `text` (any string), the first for every recognizer.

    Ordinary prose has one. A view after the first differs from its parent in `View.regions` only.
    """
    normalised = normalise(text)
    first = View.of(text, normalised)
    yield first
    if normalised.origins is not None:
        yield View.of(text, Normalised(text, None), models=False)
    yield from _beneath(first, DEPTH)


def _beneath(view: View, depth: int) -> Iterator[View]:
    """What can be read in `view`, and in what is encoded in it, `depth` times."""
    yield from _folded(view)
    decoded = _decoded(view, depth)
    if decoded is not None:
        yield decoded
        if depth:
            yield from _beneath(decoded, depth - 1)


def _folded(view: View) -> Iterator[View]:
    """`view` with one way of spelling after the other undone."""
    words = view.text.lower().replace("-", " ").replace(",", " ").replace(".", " ").split()
    if spelled.could_hold(words):
        changed = edit(view, spelled.spell(view.text), models=False)
        if changed is not None:
            yield changed
            view = changed
    if numerals.could_hold(view.text):
        changed = edit(view, numerals.digits(view.text), models=False)
        if changed is not None:
            yield changed
            view = changed


def _decoded(view: View, depth: int) -> View | None:
    """`view` with its encoded segments decoded, or with their places marked where `depth` is used up."""
    if not encodings.could_hold(view.text.split()):
        return None
    edits = list(encodings.decode(view.text))
    if not edits:
        return None
    if depth:
        return edit(view, edits, models=True)
    return replace(view, sealed=tuple((item.start, item.end) for item in edits))
