"""Pseudonyms of people: a name of the same language, gender and build, of nobody who is known.

Knows nothing of how names are taken apart: `dense` and `spaced` do that.
"""

from __future__ import annotations

import random

from gateway.declassify.surrogates import dense, neutral, spaced, titles
from gateway.declassify.surrogates.drawn import Drawn
from gateway.declassify.surrogates.lists import Gender
from gateway.declassify.surrogates.words import Name, parts
from gateway.detection.well_known import is_well_known

_TRIES = 20


def draw(text: str, context: str, rng: random.Random) -> Drawn:
    """A name in the place of `text`.

    Args:
        text: a full name, or a part of one with or without a title.
        context: some of the text around it.
        rng: where chance comes from.
    """
    name = parse(text, context)
    words = renamed(name, gender(name, text, context), rng)
    return Drawn("".join(words), parts(name, words))


def parse(text: str, context: str = "") -> Name:
    """`text`, a name, taken apart."""
    return _parse(text, context if dense.is_dense(text) else "")


def _parse(text: str, context: str) -> Name:
    if not dense.is_dense(text):
        return spaced.parse(text)
    runs = dense.runs(text)
    if not any(character.isalpha() for run in runs if not dense.is_dense(run) for character in run):
        return dense.parse(text, context)
    return _mixed([dense.parse(run, context) if dense.is_dense(run) else spaced.parse(run, least=0) for run in runs])


def _mixed(runs: list[Name]) -> Name:
    words = tuple(word for run in runs for word in run.words)
    told = next((run.gender for run in runs if run.gender), None)
    return Name(words, "mixed", told, next((run.titled for run in runs if run.titled), None), tuple(runs))


def gender(name: Name, text: str, context: str) -> Gender | None:
    """The gender of whom `name` means: a title tells, else a pronoun, else the given name."""
    return name.titled or titles.around(text, context) or titles.pronouns(context) or name.gender


def random_gender(rng: random.Random) -> Gender:
    """Either."""
    return "male" if rng.random() < 1 / 2 else "female"


def renamed(name: Name, gender: Gender | None, rng: random.Random) -> tuple[str, ...]:
    """What the words of `name` become: together no well-known name, and no word.

    Args:
        gender: None if it is not told: a given name of either then, where the language has such, else of one of them.
    """
    told = gender or (None if all(neutral.given(run.locale) for run in name.runs or (name,)) else random_gender(rng))
    if name.runs:
        return tuple(word for run in name.runs for word in renamed(run, told, rng))
    module = dense if name.is_dense or name.locale == "foreign" else spaced
    words: list[str] = []
    for _ in range(_TRIES):
        words = module.renamed(name, told, rng)
        if not is_well_known("".join(words)) and not dense.reads_as_word(name, words):
            break
    return tuple(words)
