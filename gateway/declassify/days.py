"""Which day a text names, and in what form: read for certain or not at all.

Knows nothing of stand-ins.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from gateway.declassify.surrogates import calendar_words as words

Order = Literal["day first", "month first"]

_NUMERAL = "[〇零○一二三四五六七八九十]"
_MONTH = rf"(?P<name>{words.any_of(words.MONTHS)})\.?(?![^\W\d_])"
_DAY = r"(?<![\d.,])(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º)?"
_YEAR = r"(?P<y>(?:1[5-9]|20)\d{2})(?!\d)"
_OF = r"(?:\s+(?:of|de|del))?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:(?P<y>\d{{4}}|{_NUMERAL}{{4}})\s*年\s*)?(?<!\d)(?P<m>\d{{1,2}}|{_NUMERAL}{{1,2}})\s*月"
        rf"\s*(?P<d>\d{{1,2}}|{_NUMERAL}{{1,3}})\s*[日号號]",
        r"(?<!\d)(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4})(?!\d)",
        rf"{_DAY}{_OF}[\s-]+{_MONTH}(?:{_OF},?[\s-]+{_YEAR})?(?!\d)",
        rf"(?<![^\W\d_]){_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.:])(?:,?\s+{_YEAR})?",
    )
)
_TIME = re.compile(r"T?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?|\d{1,2}\s*[ap]\.?m\b|\d{1,2}[点點时時]", re.IGNORECASE)
_SOME_LEAP_YEAR = 2004
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Day:
    """A day as a text names it.

    Attributes:
        year: None where the text names none.
        first, second: the numbers of day and month, in the text's order; of a form that tells them, the day first.
        order: in which order they are; None where the form does not tell.
        names: the language's months, if the month has a name.
    """

    year: int | None = field(repr=False)
    first: int = field(repr=False)
    second: int = field(repr=False)
    order: Order | None
    slashed: bool
    names: tuple[str, ...] = field(default=(), repr=False)

    @property
    def told(self) -> Order | None:
        """The order of its numbers, if those or the form tell."""
        if self.order is not None:
            return self.order
        if self.first > _MONTHS:
            return "day first"
        return "month first" if self.second > _MONTHS else None

    def date(self, order: Order) -> tuple[int, int] | None:
        """Day and month, if the numbers are in this order; None if there is no such day."""
        day, month = (self.first, self.second) if order == "day first" else (self.second, self.first)
        try:
            datetime.date(self.year or _SOME_LEAP_YEAR, month, day)
        except ValueError:
            return None
        return day, month


def read_day(text: str) -> Day | None:
    """The one day that `text` names, beside which it has no numbers but a time of day; else None."""
    for pattern in _PATTERNS:
        found = pattern.search(text)
        if found is None:
            continue
        rest = f"{text[: found.start()]} {text[found.end() :]}"
        return None if re.search(r"\d", _TIME.sub("", rest)) else _read(found, text)
    return None


def is_without_year(text: str) -> bool:
    """Whether `text` names one day, and no year."""
    day = read_day(text)
    return day is not None and day.year is None


def days_with_years(text: str) -> Iterator[tuple[int, int, Day]]:
    """Where in `text` days with their years begin and end, and which those are."""
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            day = _read(found, text) if found["y"] else None
            if day is not None:
                yield found.start(), found.end(), day


def _read(found: re.Match[str], text: str) -> Day | None:
    groups = found.groupdict()
    year = words.number(groups["y"]) if groups["y"] else None
    if groups.get("a"):
        order: Order | None = "day first" if groups["s"] == "." else None
        return Day(year, int(groups["a"]), int(groups["b"]), order, slashed=order is None)
    day, names = words.number(groups["d"]), None
    if groups.get("name"):
        names = words.found(groups["name"], words.MONTHS, text)
        month = names[1] + 1 if names else None
    else:
        month = words.number(groups["m"])
    if day is None or month is None:
        return None
    return Day(year, day, month, "day first", slashed=False, names=names[0] if names else ())
