"""In which formats a model may write a date that it was sent, and the original's date in the same.

Knows nothing of the answer's text, which `same_day` judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from gateway.declassify.alike import alike
from gateway.declassify.days import Day, Order, is_without_year, read_day
from gateway.declassify.option import DATES, Option
from gateway.declassify.replaced import Replaced
from gateway.declassify.surrogates import calendar_words as words

_BY_NAME = {(names[0], names[8]): names for names in words.MONTHS}
_ENGLISH, _SHORT, _SHORT_SEPT = (_BY_NAME[pair] for pair in (("January", "September"), ("Jan", "Sep"), ("Jan", "Sept")))
_GERMAN, _FRENCH = _BY_NAME["Januar", "September"], _BY_NAME["janvier", "septembre"]
_SPANISH, _PORTUGUESE = _BY_NAME["enero", "septiembre"], _BY_NAME["janeiro", "setembro"]
_LANGUAGES = (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _SHORT, _SHORT_SEPT)
_MANY = 40
"""Dates above which other formats are those of their own language, English and numbers alone, to stay fast."""
_Kind = Literal["english", "short", "german", "spanish", "others", "none"]
# {d} is the day, {dd} with two digits, {th} with an ending; {m} the month, {N} its name.
_WITH_YEAR: dict[_Kind, str] = {
    "english": "{d} {N} {y}|{dd} {N} {y}|{th} {N} {y}|{th} of {N} {y}|{th} of {N}, {y}|{d} {N}, {y}|{N} {d}, {y}|"
    "{N} {dd}, {y}|{N} {th}, {y}|{N} {d} {y}|{N} {th} {y}",
    "short": "{d}-{N}-{y}|{dd}-{N}-{y}|{N}. {d}, {y}|{N}. {dd}, {y}|{d} {N}. {y}|{dd} {N}. {y}",
    "german": "{d}. {N} {y}|{dd}. {N} {y}|{d}.{N} {y}",
    "spanish": "{d} de {N} de {y}|{d} de {N} del {y}|{d} de {N}, {y}",
    "others": "{th} {N} {y}|{d} {N} {y}|{dd} {N} {y}",
    "none": "{y}-{mm}-{dd}|{y}-{m}-{d}|{y}/{mm}/{dd}|{y}/{m}/{d}|{y}.{mm}.{dd}|{y}.{m}.{d}|{dd}.{mm}.{y}|{d}.{m}.{y}|"
    "{d}. {m}. {y}|{y}年{m}月{d}日|{y}年{mm}月{dd}日|{y}年{m}月{d}号|{y}年{mm}月{dd}号|{y} 年 {m} 月 {d} 日",
}
_WITHOUT_YEAR: dict[_Kind, str] = {
    "english": "{d} {N}|{dd} {N}|{th} {N}|{th} of {N}|{N} {d}|{N} {th}",
    "short": "{N}. {d}|{d} {N}.",
    "german": "{d}. {N}|{dd}. {N}",
    "spanish": "{d} de {N}",
    "others": "{th} {N}|{d} {N}",
    "none": "{m}月{d}日|{m}月{d}号|{m} 月 {d} 日",
}
_BY_NUMBERS: dict[Order, str] = {
    "day first": "{dd}/{mm}/{y}|{d}/{m}/{y}|{dd}-{mm}-{y}|{d}-{m}-{y}",
    "month first": "{mm}/{dd}/{y}|{m}/{d}/{y}|{mm}-{dd}-{y}|{m}-{d}-{y}",
}
# Days that a model may well mean by themselves where it names no year: holidays, and below terms' ends.
_HOLIDAYS = """
1-6 1-26 2-2 2-14 2-28 2-29 3-8 3-17 3-19 3-21 3-22 4-4 4-5 4-22 4-23 4-25 4-27 5-4 5-5 5-8 5-9 6-4 6-5 6-6 6-21 6-24
7-4 7-14 8-6 8-9 9-3 9-11 9-18 9-21 10-3 10-12 10-24 11-2 11-5 11-9 11-11 11-20 12-3 12-6 12-7 12-8 12-10 12-13 12-21
12-24 12-25 12-26
"""
_KNOWN = frozenset(_HOLIDAYS.split())
_TERMS = frozenset({1, 15, 30, 31})
_ORDERS: tuple[Order, ...] = ("day first", "month first")
_MONTHS = 12
_Date = tuple[int, int, int]
_Names = tuple[str, ...]
_Pattern = tuple[_Names, str]


def of_dates(replaced: Iterable[Replaced]) -> Iterator[Option]:
    """The other formats of every date in `replaced` that names a day; and one without its year as it is."""
    replaced = [item for item in replaced if item.entity in DATES]
    for item in replaced:
        if is_without_year(item.surrogate):
            yield Option(item.surrogate, item.original, "day", cased=True, date=True)
    pairs = [
        (item, surrogate, original)
        for item in replaced
        if (surrogate := read_day(item.surrogate)) is not None
        and (original := read_day(item.original)) is not None
        and (surrogate.order, surrogate.slashed) == (original.order, original.slashed)
    ]
    usual = _usual_order(pairs)
    languages = _LANGUAGES if len(pairs) <= _MANY else (_ENGLISH,)
    for item, surrogate, original in pairs:
        own = surrogate.told or original.told or usual
        if own is not None and original.told in (None, own):
            yield from _forms(item, (surrogate, original), own, usual, languages)


def _usual_order(pairs: Iterable[tuple[Replaced, Day, Day]]) -> Order | None:
    """The order in which dates with slashes or hyphens are written, if those that tell it agree."""
    told = {day.told for _, *days in pairs for day in days if day.slashed} - {None}
    return told.pop() if len(told) == 1 else None


def _forms(
    item: Replaced, days: tuple[Day, Day], own: Order, usual: Order | None, languages: Sequence[_Names]
) -> Iterator[Option]:
    surrogate, original = days
    before, after = surrogate.date(own), original.date(own)
    names = tuple(dict.fromkeys((*_language(surrogate, original), *languages)))
    if before is None or after is None:
        return
    if surrogate.year is not None and original.year is not None:
        patterns = [*_named(_WITH_YEAR, names), *_numbered(before, after, usual)]
        yield from _options(item, patterns, (*before, surrogate.year), (*after, original.year), "date")
    if not _is_anybodys(*before):
        yield from _options(item, _named(_WITHOUT_YEAR, names), (*before, 0), (*after, 0), "day")


def _language(surrogate: Day, original: Day) -> tuple[_Names, ...]:
    """The months of the language that both are in, if they are named: some names are those of several."""
    if not surrogate.names or not original.names:
        return ()
    month = surrogate.second - 1
    same = original.names[month].casefold() == surrogate.names[month].casefold()
    return (original.names if same else surrogate.names,)


def _options(
    item: Replaced, patterns: Iterable[_Pattern], before: _Date, after: _Date, rule: Literal["date", "day"]
) -> Iterator[Option]:
    """Each form once, as the first pattern has it that makes it."""
    found: dict[str, str] = {}
    for names, pattern in patterns:
        form = _written(pattern, names, before)
        if form not in found:
            found[form] = _written(pattern, names, after)
    for form, original in found.items():
        if alike(form) != alike(item.surrogate):
            yield Option(form, original, rule, cased=True, date=True)


def _named(by_kind: dict[_Kind, str], languages: Iterable[_Names]) -> Iterator[_Pattern]:
    """Months' names, and patterns for them."""
    for names in languages:
        yield from ((names, pattern) for pattern in by_kind[_kind(names)].split("|"))
        if names in (_SHORT, _SHORT_SEPT):
            yield from ((names, pattern) for pattern in by_kind["short"].split("|"))
    yield from (((), pattern) for pattern in by_kind["none"].split("|"))


def _numbered(before: Sequence[int], after: Sequence[int], usual: Order | None) -> Iterator[_Pattern]:
    for order in _ORDERS:
        if order == usual or _is_either_way(before, after):
            yield from (((), pattern) for pattern in _BY_NUMBERS[order].split("|"))


def _is_either_way(*dates: Sequence[int]) -> bool:
    """Whether no reader can take day and month for each other, in the stand-in and in the original."""
    return all(day > _MONTHS for day, _ in dates) or all(day == month for day, month in dates)


def _is_anybodys(day: int, month: int) -> bool:
    return day in _TERMS or f"{month}-{day}" in _KNOWN


def _kind(names: _Names) -> _Kind:
    if names in (_ENGLISH, _SHORT, _SHORT_SEPT):
        return "english"
    if names == _GERMAN:
        return "german"
    return "spanish" if names in (_SPANISH, _PORTUGUESE) else "others"


def _written(pattern: str, names: _Names, date: _Date) -> str:
    day, month, year = date
    name = names[month - 1] if names else ""
    th = _ordinal(day, english=_kind(names) == "english")
    return pattern.format(d=day, dd=f"{day:02}", m=month, mm=f"{month:02}", y=year, N=name, th=th)


def _ordinal(day: int, *, english: bool) -> str:
    if not english:
        return f"{day}er" if day == 1 else str(day)
    return f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
