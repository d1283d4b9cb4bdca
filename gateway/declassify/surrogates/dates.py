"""Dates moved by the conversation's offset, each in the form in which it stands.

Intervals between days stay, times of day too; a year alone moves by a whole year at least. Knows nothing of what the
dates are of.
"""

from __future__ import annotations

import datetime
import random
import re

from gateway.declassify.surrogates import calendar_words as words
from gateway.declassify.surrogates import cases, clock, shapes

_NUMERAL = "[〇零○一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾貳參陸]"
_MONTH = rf"(?P<name>{words.any_of(words.MONTHS)})\.?(?![^\W\d_])"
_DAY = r"(?P<d>\d{1,2})(?P<th>st|nd|rd|th|er|\.|º|ª)?"
_YEAR = r"(?P<y>(?<!\d)(?:1[5-9]|20)\d{2}(?!\d))"
_SHORT_YEAR = r"(?P<y>(?:(?:1[5-9]|20)\d{2}|['’]?\d{2}))(?!\d)"
_OF = r"(?:\s+(?:of|de|del|d[ei]s?))?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<y>\d{{4}}|\d{{2}}|{_NUMERAL}{{2,4}})\s*[年년]\s*(?P<m>\d{{1,2}}|{_NUMERAL}{{1,2}})\s*[月월]"
        rf"(?:\s*(?P<d>\d{{1,2}}|{_NUMERAL}{{1,3}})\s*[日号號일])?",
        rf"(?P<m>(?<!\d)\d{{1,2}}|{_NUMERAL}{{1,2}})\s*[月월](?:\s*(?P<d>\d{{1,2}}|{_NUMERAL}{{1,3}})\s*[日号號일])?",
        r"(?<!\d)(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<a>\d{1,2})(?P<s>\s?[-/.]\s?)(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})(?!\d)",
        r"(?<!\d)(?P<y>(?:1[89]|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
        rf"(?<!\d){_DAY}{_OF}[\s-]+{_MONTH}(?:{_OF},?[\s-]+{_SHORT_YEAR})?",
        rf"(?<![^\W\d_]){_MONTH}\s+(?:the\s+)?{_DAY}(?!\d)(?:,?\s+{_YEAR})?",
        r"(?<!\d)(?P<d>\d{1,2})(?P<s>[-/. ]{1,2})(?P<roman>X|XI|XII|IX|IV|VI{0,3}|I{1,3})(?P=s)(?P<y>\d{4})(?!\d)",
        r"(?<![\d:])(?P<y>\d{2})(?P<s>[-/.])(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>[0-2]\d|3[01])(?![\d:])",
        rf"(?<![^\W\d_]){_MONTH}(?:{_OF},?[\s-]+{_SHORT_YEAR})?",
        r"(?<!\d)(?P<y>(?:1[89]|20)\d{2})[-/.](?P<m>0?[1-9]|1[0-2])(?!\d)",
        r"(?<!\d)(?P<m>0?[1-9]|1[0-2])[-/.](?P<y>(?:1[89]|20)\d{2})(?!\d)",
        r"(?<![\d:])(?P<a>\d{1,2})(?P<s>/)(?P<b>\d{1,2})(?![\d:])",
        r"\A(?P<y>\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])\Z",
        r"\A(?P<d>0[1-9]|[12]\d|3[01])(?P<m>0[1-9]|1[0-2])(?P<y>(?:(?:1[89]|20)\d\d|\d\d))\Z",
        r"(?<!\d)(?P<decade>(?:1[89]|20)\d0)(?=['’]?s\b|年代)",
        rf"{_YEAR}|(?P<y2>[一二][〇零○一二三四五六七八九]{{3}})(?=年)",
    )
)
_WEEKDAY = re.compile(
    rf"(?:(?<![^\W\d_])|(?<![一二三四五六七八九十两每])(?=[周週星礼])|(?=[월화수목금토일]요일))"
    rf"(?:{words.any_of(words.WEEKDAYS)})(?![^\W\d_\u1100-\uffff])",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"\b(?:de|del|el|la|los|le|les|né|née|der|die|das|und|am|geboren|il|di|nato|nata|nacido|nacida|em|het|van)\b"
    r"|[^\W\d_a-zA-Z]",
    re.IGNORECASE,
)
"""What English texts have not: beside such words the day comes before the month."""
_SOME_YEAR = 2001
_SOME_LEAP_YEAR = 2004
_THIS_CENTURY = 30
"""Two digits above are of the last century."""
_MIDDLE = 15
_MONTHS = 12
_MONTH_MORE = 31
"""Days that are added when a date comes out as it was: a month is the same after a year."""


def draw(text: str, context: str, rng: random.Random, days: int) -> str:
    """`text` with its dates moved.

    Args:
        text: a date, a month, a year, or several, with or without a time of day.
        context: some of the text around it: whether it is English decides what 05/03 is.
        rng: for digits that are no date's.
        days: by how many days.

    Returns:
        The moved date in the same form; what can't be read, by its shape.
    """
    drawn = (_drawn(text, context, rng, days + more) for more in (0, _MONTH_MORE, -_MONTH_MORE))
    return next((found for found in drawn if found != text), text)


def _drawn(text: str, context: str, rng: random.Random, days: int) -> str:
    spans: dict[tuple[int, int], str] = {}
    moved: datetime.date | None = None
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < taken[1] and taken[0] < end for taken in spans):
                continue
            read = _read(match, context)
            if read is not None:
                new = _later(read, match, days)
                moved = moved or (new if _has_day(match) else None)
                spans[start, end] = _rewritten(match, new, text, context)
    for match in _WEEKDAY.finditer(text):
        spans[match.span()] = _weekday(match[0], moved, days)
    if not spans and not re.search(r"\d", text):
        return shapes.draw("DATE_TIME", text, rng)
    return _rest(text, spans, rng)


def moved(date: datetime.date, days: int) -> datetime.date:
    """`date` so many days later; itself at the calendar's ends."""
    try:
        return date + datetime.timedelta(days=days)
    except OverflowError:
        return date


def _rest(text: str, spans: dict[tuple[int, int], str], rng: random.Random) -> str:
    """The moved dates with what stands around them: words, times of day beside a date; other numbers become others."""
    if not spans:
        return clock.draw(text, rng)
    times = [match.span() for match in clock.TIME.finditer(text)]
    ends = sorted((*spans, *(time for time in times if not any(a < time[1] and time[0] < b for a, b in spans))))
    pieces, place = [], 0
    for start, end in [*ends, (len(text), len(text))]:
        pieces.append(re.sub(r"\d+", lambda number: clock.count(number[0], rng, dated=True), text[place:start]))
        pieces.append(spans.get((start, end), text[start:end]))
        place = max(place, end)
    return "".join(pieces)


def _has_day(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    return groups.get("y") is not None and bool(groups.get("d") or groups.get("b"))


def _read(match: re.Match[str], context: str) -> datetime.date | None:
    """The date that a match means; the middle of the month, or of the year, if it says no more."""
    groups = match.groupdict()
    month, day = groups.get("m"), groups.get("d")
    if groups.get("a"):
        month, day = (groups["a"], groups["b"]) if _month_first(match, context) else (groups["b"], groups["a"])
    year = groups.get("y") or groups.get("y2") or groups.get("decade")
    named = words.found(groups["name"], words.MONTHS, match[0]) if groups.get("name") else None
    numbers = [words.number(each.strip("'’")) if each else None for each in (year, month, day)]
    if named:
        numbers[1] = named[1] + 1
    if groups.get("roman"):
        numbers[1] = words.ROMAN.index(groups["roman"].upper()) + 1
    whole = _century(numbers[0], year or "")
    leap = numbers[1:] == [2, 29]
    try:
        return datetime.date(
            whole if whole is not None else _SOME_LEAP_YEAR if leap else _SOME_YEAR,
            numbers[1] if numbers[1] is not None else 6,
            numbers[2] if numbers[2] is not None else _MIDDLE,
        )
    except ValueError:
        return None


def _century(year: int | None, text: str) -> int | None:
    if year is None or len(text.strip("'’")) > 2:
        return year
    return year + (1900 if year > _THIS_CENTURY else 2000)


def _month_first(match: re.Match[str], context: str) -> bool:
    first, second = int(match["a"]), int(match["b"])
    if "." in match["s"] or first > _MONTHS or not match["a"].isascii():
        return False
    return second > _MONTHS or not _FOREIGN.search(context)


def _later(date: datetime.date, match: re.Match[str], days: int) -> datetime.date:
    groups = match.groupdict()
    if any(groups.get(each) for each in ("m", "name", "a", "roman")):
        return moved(date, days)
    years = max(1, round(abs(days) / 365)) * (1 if days > 0 else -1)
    return date.replace(year=date.year + years * (10 if groups.get("decade") else 1))


def _rewritten(match: re.Match[str], new: datetime.date, text: str, context: str) -> str:
    """The match with the new date's numbers in the places of the old one's."""
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    roles = {"d": "day", "m": "month", "a": "day", "b": "month"}
    if "a" in groups and _month_first(match, context):
        roles |= {"a": "month", "b": "day"}
    figures = [groups[each] for each in roles if each in groups]
    padded = any(each[0] in "0０" for each in figures) or (len(figures) > 1 and all(len(each) > 1 for each in figures))
    pieces, place = [], match.start()
    for name in sorted(groups, key=match.start):
        pieces.append(text[place : match.start(name)])
        pieces.append(_figure(name, groups[name], roles.get(name, ""), new, text, padded=padded))
        place = match.end(name)
    return "".join(pieces) + text[place : match.end()]


def _figure(name: str, old: str, role: str, new: datetime.date, text: str, *, padded: bool) -> str:
    if role:
        return words.written(int(getattr(new, role)), old, padded=padded)
    if name == "th":
        return _ordinal(old, new.day)
    if name == "roman":
        return cases.like(old, words.ROMAN[new.month - 1])
    if name == "name":
        named = words.found(old, words.MONTHS, text)
        month = named[0][new.month - 1] if named else old
        return month.upper() if old.isupper() else month.lower() if old.islower() else month.capitalize()
    if name in ("y", "y2", "decade"):
        bare = old.lstrip("'’")
        year = new.year % 100 if len(bare) <= 2 else new.year
        return old[: len(old) - len(bare)] + words.written(year, bare, padded=True)
    return old


def _ordinal(old: str, day: int) -> str:
    """The ending behind a day: English 3rd, French 1er; a full stop stays."""
    if old.lower() == "er":
        return old if day == 1 else ""
    if old.lower() not in ("st", "nd", "rd", "th"):
        return old
    ending = "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return ending.upper() if old.isupper() else ending


def _weekday(name: str, date: datetime.date | None, days: int) -> str:
    found = words.found(name, words.WEEKDAYS)
    if found is None:
        return name
    day = found[0][date.weekday() if date else (found[1] + days) % 7]
    return day.upper() if name.isupper() else day.lower() if name.islower() else day
