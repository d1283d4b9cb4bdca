"""All readings of a text: as it stands, and with each disguise undone that it could be in.

The order matters: characters first, then what they spell, then what the whole says in an encoding,
which is read in the same way again. Which of the views hold anything sensitive is the engine's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from gateway.detection.normalise import Normalised, normalise
from gateway.detection.views import (
    concatenation,
    confusables,
    encodings,
    escapes,
    hyphenation,
    leet,
    letters,
    mailboxes,
    numerals,
    parts,
    reversal,
    rotation,
    separators,
    spelled,
)
from gateway.detection.views.view import Edit, View, characters, edit

DEPTH = 4
"""Encodings inside encodings that are undone; what lies deeper is reported as hidden."""

__all__ = ["DEPTH", "Edit", "View", "views"]

Scope = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Text:
    """A stretch of text, and its words as most checks need them."""

    text: str
    low: str
    words: list[str]
    low_words: list[str]
    digits: int

    @classmethod
    def of(cls, text: str) -> _Text:
        low = text.lower()
        apart = low.replace("-", " ").replace(",", " ").replace(".", " ")
        return cls(text, low, text.split(), apart.split(), sum(map(text.count, "0123456789")))


@dataclass(frozen=True, slots=True)
class _Step:
    """A way of writing that can be undone where the text stands, and whether taggers should see the result."""

    could_hold: Callable[[_Text], bool]
    edits: Callable[[str], Iterable[Edit]]
    models: bool


_CHARACTERS = _Step(lambda text: not text.text.isascii(), characters, True)
_STEPS = (
    _Step(lambda text: confusables.could_hold(text.text, text.digits), confusables.resolve, True),
    _Step(lambda text: text.digits > 0 and leet.could_hold(text.words), leet.resolve, True),
    _Step(lambda text: letters.could_hold(text.words), letters.close_up, True),
    _Step(lambda text: rotation.could_hold(text.low_words), rotation.rotate, True),
    _Step(lambda text: reversal.could_hold(text.low), reversal.turn, True),
    _Step(lambda text: hyphenation.could_hold(text.text), hyphenation.join, False),
    _Step(lambda text: concatenation.could_hold(text.text), concatenation.join, False),
    _Step(lambda text: mailboxes.could_hold(text.low), mailboxes.rewrite, False),
    _Step(lambda text: spelled.could_hold(text.low_words), spelled.spell, True),
    _Step(lambda text: numerals.could_hold(text.text), numerals.digits, False),
    _Step(lambda text: parts.could_hold(text.text, text.digits), parts.join, False),
    _Step(lambda text: separators.could_hold(text.text, text.digits), separators.close_up, False),
)
_LAST_STEPS = _STEPS[-2:]


def views(text: str) -> Iterator[View]:
    """The readings of `text` (any string), the first for every recognizer.

    Ordinary prose has one. A view after the first differs from its parent in `View.regions` only.
    """
    normalised = normalise(text)
    first = View.of(text, normalised)
    yield first
    if normalised.origins is not None:
        yield View.of(text, Normalised(text, None), models=False)
    yield from _beneath(first, [(0, len(first.text))], DEPTH)


def _beneath(view: View, scope: Scope, depth: int) -> Iterator[View]:
    """What can be read in the parts `scope` of `view`, and in what is encoded there, `depth` times."""
    texts = [_Text.of(view.text[start:end]) for start, end in scope]
    yield from _folded(view, scope, texts)
    edits = sorted(_decodings(scope, texts), key=lambda item: (item.start, -item.end))
    cut = tuple((item.start, item.end) for item in edits if item.step == encodings.CUT)
    if cut:
        yield replace(view, sealed=cut)
        edits = [item for item in edits if item.step != encodings.CUT]
    if not edits:
        return
    if depth == 0:
        yield replace(view, sealed=tuple((item.start, item.end) for item in edits))
        return
    decoded = edit(view, edits, models=any(map(escapes.glues_words, edits)))
    if decoded is not None:
        yield decoded
        yield from _beneath(decoded, list(decoded.regions()), depth - 1)


def _folded(view: View, scope: Scope, texts: list[_Text]) -> Iterator[View]:
    """`view` with one way of writing after the other undone."""
    base = view, scope, texts
    # The first view is normalised already; what was decoded is not.
    for step in _STEPS if view.parent is None else (_CHARACTERS, *_STEPS):
        changed = _changed(step, view, scope, texts)
        if changed is not None:
            yield changed
            scope = [(changed.place(start), changed.place(end)) for start, end in scope]
            view, texts = changed, [_Text.of(changed.text[start:end]) for start, end in scope]
    if view is not base[0]:
        # What the steps before made of the text may stand in the way of a number's other half.
        for step in _LAST_STEPS:
            changed = _changed(step, *base)
            if changed is not None and changed.text != view.text:
                yield changed


def _changed(step: _Step, view: View, scope: Scope, texts: list[_Text]) -> View | None:
    edits: list[Edit] = []
    for (start, _), part in zip(scope, texts, strict=True):
        if step.could_hold(part):
            edits += _moved(step.edits(part.text), start)
    return edit(view, edits, models=step.models) if edits else None


def _decodings(scope: Scope, texts: list[_Text]) -> Iterator[Edit]:
    for (start, _), part in zip(scope, texts, strict=True):
        yield from _moved(_decoded(part), start)


def _decoded(part: _Text) -> Iterator[Edit]:
    if escapes.could_hold(part.text):
        yield from escapes.decode(part.text)
    if encodings.could_hold(part.words):
        yield from encodings.decode(part.text)
    if encodings.could_be_spread(part.words):
        yield from encodings.decode_spread(part.text)


def _moved(edits: Iterable[Edit], start: int) -> Iterator[Edit]:
    for item in edits:
        yield item._replace(start=start + item.start, end=start + item.end)
