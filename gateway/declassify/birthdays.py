"""Where a text tells the day of a date of birth again, without its year: beside a date that was moved, that would tell
by how much all are. Knows nothing of stand-ins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from gateway.declassify.days import Order, read_day

_NUMBERS = re.compile(r"(?<![\d/.,-])(\d{1,2})[/.](\d{1,2})\.?(?![\d/%]|[.,-]\d)")
_NAMED = re.compile(
    r"(?<![\d.,])\d{1,2}(?:st|nd|rd|th|er|\.|º)?(?:\s+(?:of|de|del))?[\s-]+[^\W\d_]{3,12}\b"
    r"|\b[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?(?![\d.:])"
    r"|(?<!\d)\d{1,2}\s*月\s*\d{1,2}\s*[日号號]"
)


def days_of(text: str) -> set[tuple[int, int]]:
    """Day and month of a date, in either order if both may be."""
    day = read_day(text)
    if day is None:
        return set()
    orders: tuple[Order, ...] = (day.told,) if day.told is not None else ("day first", "month first")
    return {found for order in orders if (found := day.date(order)) is not None}


def told_again(text: str, days: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Start and end of each place where `text` names one of `days` (day, month) and no year."""
    if not days:
        return
    for match in _NAMED.finditer(text):
        found = read_day(match[0])
        if found is not None and found.year is None and days_of(match[0]) & set(days):
            yield match.start(), match.end()
    for match in _NUMBERS.finditer(text):
        one, two = int(match[1]), int(match[2])
        if (one, two) in days or (two, one) in days:
            yield match.start(), match.end(2)
