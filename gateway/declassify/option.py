"""One thing that a form may mean: what it stands for, and how it is put there.

Knows nothing of the text around a form, which `beside` judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from gateway.declassify.alike import alike, alphabet
from gateway.declassify.replaced import Replaced

Rule = Literal[
    "whole", "several", "given", "family", "initials", "han given", "han family", "organisation",
    "date", "day", "number", "address",
]  # fmt: skip
"""What a form is: a stand-in, several parts of a name, one part, initials, a name without its legal form; a date in
another format, the same without its year, a number's digits, an address or its street."""

NAMES = frozenset({"PERSON", "PUBLIC_FIGURE"})
DATES = frozenset({"DATE_OF_BIRTH", "DATE_TIME", "BIRTH_MONTH"})
_CASED = NAMES | DATES | {"ORGANIZATION", "LOCATION", "STREET_ADDRESS"}
_SPACE = re.compile(r"\s+")
_JOINT = "\n"
_COMMA = re.compile(r",\s+")
_AHEAD: dict[Rule, int] = {
    "given": 6, "initials": 6, "organisation": 6, "day": 6, "han family": 3, "date": 1, "address": 1,
}  # fmt: skip
_ENDING_AHEAD = 2
_TIME_AHEAD = 1


@dataclass(frozen=True, slots=True)
class Option:
    """What a form may mean.

    Attributes:
        surrogate: the form as it is sent.
        original: what is put there.
        rule: what the form is, which says where it holds.
        cased: whether the original follows the form's case.
        name: whether it is a person's name: may have an ending, and keeps white space as it is written.
        date: whether it is a date: a time of day may follow at once.
        lines: whether line breaks of the original that the form has elsewhere, or not at all, follow it.
    """

    surrogate: str = field(repr=False)
    original: str = field(repr=False)
    rule: Rule = "whole"
    cased: bool = False
    name: bool = False
    date: bool = False
    lines: bool = False

    @property
    def ahead(self) -> int:
        """Characters behind the form without which it may not be certain that it is meant, less the last of them."""
        goes_on = bool(alphabet(alike(self.surrogate[-1])))
        return max(_AHEAD.get(self.rule, 0), goes_on * _ENDING_AHEAD * self.name, goes_on * _TIME_AHEAD * self.date)

    def put(self, written: str) -> str:
        """What is put where `written` stands."""
        if written == self.surrogate:
            return self.original
        if self.rule == "number":
            return _filled(self.original, written)
        original = _recased(self.original, written) if self.cased else self.original
        if self.lines:
            return _rejoined(original, self.surrogate, written)
        return _respaced(original, written) if self.name or self.date else original


def whole(item: Replaced) -> Option:
    """The meaning of an exact stand-in."""
    entity = item.entity
    dated, lines = entity in DATES, entity == "STREET_ADDRESS"
    return Option(item.surrogate, item.original, "whole", entity in _CASED, entity in NAMES, dated, lines)


def meaning(options: Iterable[Option], written: str) -> str | None:
    """What `written` stands for if `options` leave no doubt: the exact stand-in first, then what all agree on."""
    options = tuple(options)
    for option in options:
        if option.rule == "whole" and option.surrogate == written:
            return option.original
    meant = {option.put(written) for option in options}
    return meant.pop() if len(meant) == 1 else None


def _recased(original: str, written: str) -> str:
    if written.isupper() and sum(map(str.isalpha, written)) > 1:
        return original.upper()
    return original.lower() if written.islower() else original


def _respaced(original: str, written: str) -> str:
    """`original` with the white space of `written` between as many words."""
    runs, words = _SPACE.findall(written), _SPACE.split(original)
    if len(words) != len(runs) + 1:
        return original
    return "".join(word + run for word, run in zip(words, [*runs, ""], strict=True))


def _rejoined(original: str, surrogate: str, written: str) -> str:
    """`original` with the white space of `written`: word by word, else where both have line breaks (else commas)."""
    runs, written_runs = _SPACE.findall(surrogate), _SPACE.findall(written)
    if len(runs) != len(written_runs):
        return original
    whole = original
    if _JOINT not in surrogate + original:
        surrogate, original = (_COMMA.sub(",\n", text) for text in (surrogate, original))
    parts = original.split(_JOINT)
    joints = [run for run, other in zip(written_runs, _SPACE.findall(surrogate), strict=True) if _JOINT in other]
    if len(_SPACE.split(whole)) == len(runs) + 1 or len(joints) != len(parts) - 1:
        return _respaced(whole, written)
    return "".join(part.strip(" ") + run for part, run in zip(parts, [*joints, ""], strict=True))


def _filled(digits: str, written: str) -> str:
    """`written` with `digits` in the places of its letters and digits."""
    rest = iter(digits)
    places = [form == "+" or form.isalnum() for form in alike(written)]
    return "".join(next(rest) if place else character for character, place in zip(written, places, strict=True))
