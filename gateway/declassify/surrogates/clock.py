"""Times of day, and numbers of days and years, that stand without a date. Knows nothing of dates."""

from __future__ import annotations

import random
import re

from gateway.declassify.surrogates import numerals, shapes

TIME = re.compile(
    r"(?:(?<=\d)T)?(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[点點时時](?:\s*\d{1,2}\s*分)?"
    r"|\b\d{1,2}\s*[ap]\.?m\b\.?|[+-]\d{2}:?\d{2}\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_HOURS = 12
_DATED = (range(1, 10), range(10, 13), range(13, 32))
_ENDS = (29, 30, 31)
"""Days that some months have not."""


def draw(text: str, rng: random.Random) -> str:
    """`text` with its times of day moved by the same hours and minutes; other numbers become others as long."""
    times = [match.span() for match in TIME.finditer(text)]
    spans: dict[int, tuple[int, int] | None] = {}
    for match in _NUMBER.finditer(text):
        spans[match.start()] = next((span for span in times if span[0] <= match.start() < span[1]), None)
    hours = {span: start for start, span in reversed(spans.items()) if span}.values()
    late = any(not 0 < int(match[0]) <= _HOURS for match in _NUMBER.finditer(text) if match.start() in hours)
    later, minutes = rng.randrange(1, 2 * _HOURS if late else _HOURS), rng.randrange(1, 60)
    dated = list(spans.values()).count(None) > 1

    def other(match: re.Match[str]) -> str:
        if spans[match.start()] is None:
            return count(match[0], rng, dated=dated)
        new = _hour(int(match[0]) + later, late=late) if match.start() in hours else (int(match[0]) + minutes) % 60
        return numerals.like(match[0], f"{new:0{len(match[0])}}")

    return _NUMBER.sub(other, text)


def count(number: str, rng: random.Random, *, dated: bool) -> str:
    """Another number as long, not 0: of days, of years.

    Args:
        dated: it may be one of a date's that could not be read: what may be a day or a month stays one.
    """
    value = int(number)
    kind = next((kind for kind in _DATED if value in kind), None) if dated and len(number) < 3 else None
    if kind is None:
        return "".join(shapes.digit(each, rng, leading=place == 0) for place, each in enumerate(number))
    return numerals.like(number, f"{rng.choice([new for new in kind if new not in (value, *_ENDS)]):0{len(number)}}")


def _hour(hour: int, *, late: bool) -> int:
    """One of 24 hours if `late`, else of twelve."""
    return hour % (2 * _HOURS) if late else (hour - 1) % _HOURS + 1
