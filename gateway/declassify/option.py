"""One thing that a form may mean: what it stands for, and how it is put there.

Knows nothing of the text around a form, which `beside` judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from gateway.declassify.replaced import Replaced

Rule = Literal["whole", "several", "given", "family", "initials", "han given", "han family", "organisation"]
"""What a form is: a stand-in, several parts of a name, one part, initials, or a name without its legal form."""

NAMES = frozenset({"PERSON", "PUBLIC_FIGURE"})
_CASED = NAMES | {"ORGANIZATION", "LOCATION", "STREET_ADDRESS"}
_DATES = frozenset({"DATE_OF_BIRTH", "DATE_TIME", "BIRTH_MONTH"})
_SPACE = re.compile(r"\s+")


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
    """

    surrogate: str = field(repr=False)
    original: str = field(repr=False)
    rule: Rule = "whole"
    cased: bool = False
    name: bool = False
    date: bool = False

    def put(self, written: str) -> str:
        """What is put where `written` stands."""
        if written == self.surrogate:
            return self.original
        original = _recased(self.original, written) if self.cased else self.original
        return _respaced(original, written) if self.name else original


def whole(item: Replaced) -> Option:
    """The meaning of an exact stand-in."""
    entity = item.entity
    return Option(item.surrogate, item.original, "whole", entity in _CASED, entity in NAMES, entity in _DATES)


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
