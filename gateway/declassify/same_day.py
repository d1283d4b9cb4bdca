"""Whether a date in another format than it was sent in is that date: is it a part of another, or another's half?

Pure rules on what stands beside.
"""

from __future__ import annotations

import re

from gateway.declassify.beside import LOOK_AHEAD, Beside
from gateway.declassify.days import is_without_year
from gateway.declassify.other_years import another_year_before, another_year_behind
from gateway.declassify.surrogates import calendar_words as words

_JOINERS = "and|to|or|through|until|till|und|bis|oder|et|ou|au|à|y|o|al?|hasta|e"
_TO = "to|through|until|till|bis|al?|au|à|hasta"
_MONTH_NAMES = words.any_of(words.MONTHS)
_MONTHS_BEGIN = "|".join(sorted({name[:3] for names in words.MONTHS for name in names}))
_NUMBER_BEFORE = re.compile(r"\d[-–—/.]\Z")
_DAY_BEFORE = re.compile(
    rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?:\s*[-–—/&,+]|\s+(?:{_JOINERS}))\s*(?:the\s)?\Z", re.IGNORECASE
)
_OTHER_MONTH = rf"(?:\s(?:of\s|de\s)?(?:{_MONTH_NAMES})\b\.?(?:,?\s(?:de\s)?\d{{4}})?)"
_DAY_OF_MONTH = (
    rf"(?:(?<!\d)\d{{1,2}}(?:st|nd|rd|th|er|\.)?{_OTHER_MONTH}|\b(?:{_MONTH_NAMES})\.?\s\d{{1,2}}(?:st|nd|rd|th)?)"
)
_RANGE_BEFORE = re.compile(
    rf"{_DAY_OF_MONTH}(?:\s?[-–—~]\s?|\s(?:{_TO})\s)(?:the\s|zum\s)?\Z"
    rf"|\b(?:between|zwischen|entre|tra|fra)\s.*{_DAY_OF_MONTH}\s\S{{1,3}}\s(?:the\s|dem\s|le\s|el\s)?\Z"
    r"|[日号號]\s?[-–—~～至到]\s?\Z",
    re.IGNORECASE,
)
_RANGE_BEHIND = re.compile(
    rf"\s?[-–—~～]\s?(?:{_MONTHS_BEGIN})|\s(?:to|until|till)\s(?:{_MONTHS_BEGIN}|the)|\suntil|\sbis\s(?:zu|\d|(?-i:[A-ZÄ]))"
    r"|\s?[至到~～]\s?[\d一二三四五六七八九十]",
    re.IGNORECASE,
)
_BETWEEN_BEFORE = re.compile(r"\b(?:between|zwischen|entre|tra|fra)\s(?:the\s|dem\s|le\s|el\s)?\Z", re.IGNORECASE)
_YEAR_BEFORE = re.compile(r"\d\S{0,2}[\s,]*\Z|年\s?\Z")
_DAY_BEHIND = re.compile(
    rf"\s?[-–—/&+~]\s?\d|\s(?:{_JOINERS})\s(?:the\s)?\d|\s(?:throu|until|hasta)|\s?[、至到和及与或~]\s?\d",
    re.IGNORECASE,
)
_YEAR_BEHIND = re.compile(r"(?!\n\d{1,2}[.)]\s)[.,]?\s?(?:of|del?|in)?\s?['’]?\d(?!\d?:\d)", re.IGNORECASE)
_ITEM = re.compile(r"(?:\A|\n)\s*\d{1,2}[.)] \Z")
_YEAR_JUST_BEFORE = re.compile(
    r"(?<![\d.,])(?:1\d{3}|20\d{2})(?:[:,]? | ?[-–/] ?)\Z|[〇零○一二三四五六七八九\d]\s?年\s?\Z"
)
_YEAR_JUST_BEHIND = re.compile(
    r"[.,]?\s?(?:(?:of|in|del?)\s)?(?:['’]\d\d(?!\d)|(?:1[5-9]|20)(?:\d{1,2}(?!\d)|\Z))|\s?[(（](?:1[5-9]|20)\d\d",
    re.IGNORECASE,
)
_COUNTED = """
top first last next past best chapter week figure fig sura surah section part page table step version volume vol
episode season level article act grade phase round lesson verse psalm question exercise kapitel woche seite teil folge
staffel chapitre semaine capítulo semana
"""
_COUNT_BEFORE = re.compile(rf"\b(?:{'|'.join(_COUNTED.split())})\.?\s\Z", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,2}\s+[^\W\d_]")
_MAY_GO_ON = ",.-–—/&+~'’、至到和及与或(（[～"
_MONTH_NAME = re.compile(r"[^\W\d_]{3,}")
_ENGLISH = "January"
_ELSEWHERE = frozenset(name.casefold() for names in words.MONTHS if names[0] != _ENGLISH for name in names)
_ONLY_ENGLISH = frozenset(name.casefold() for names in words.MONTHS for name in names) - _ELSEWHERE


def is_the_date(beside: Beside, surrogate: str, written: str) -> bool:
    """Whether a date with its year stands alone.

    Args:
        surrogate: the form as the language has it, from which case may differ.

    Raises:
        MoreNeeded: the text so far does not tell.
    """
    if _NUMBER_BEFORE.search(beside.behind) or not _is_in_language(surrogate, written):
        return False
    if written[0].isdecimal() and _MONTH_NAME.search(written):
        return _DAY_BEFORE.search(beside.behind) is None
    return not (beside.after() in ("-", "/", ".", "–") and beside.after(1).isdecimal())


def is_the_day(beside: Beside, surrogate: str, written: str) -> bool:
    """Whether a day and a month are those of the stand-in with that day: neither of another year nor of several days.

    Raises:
        MoreNeeded: the text so far does not tell.
    """
    before = beside.behind
    if _YEAR_BEFORE.search(before) and not _ITEM.search(before):
        return False
    if _NUMBER_BEFORE.search(before) or _DAY_BEFORE.search(before) or not _is_in_language(surrogate, written):
        return False
    if written.islower() and not surrogate.islower():
        return False  # march 9, may 9
    if _RANGE_BEFORE.search(before) or _BETWEEN_BEFORE.search(before) or _is_counted(before, written):
        return False
    if another_year_before(before, written):
        return False
    if not beside.after().isspace() and beside.after() not in _MAY_GO_ON:
        return True
    ahead = "".join(beside.after(index) for index in range(LOOK_AHEAD))
    if _DAY_BEHIND.match(ahead) or _RANGE_BEHIND.match(ahead) or another_year_behind(ahead):
        return False
    return surrogate[-1] in "日号" or not _YEAR_BEHIND.match(ahead)


def is_the_whole_date(beside: Beside, surrogate: str, written: str) -> bool:
    """Whether an exact date is no other's: one without its year may get another, or its number be a count's.

    Raises:
        MoreNeeded: the text so far does not tell.
    """
    if not is_without_year(surrogate):
        return True
    if _YEAR_JUST_BEFORE.search(beside.behind) or _is_counted(beside.behind, written):
        return False
    if not beside.after().isspace() and beside.after() not in _MAY_GO_ON:
        return True
    ahead = "".join(beside.after(index) for index in range(LOOK_AHEAD))
    return not _YEAR_JUST_BEHIND.match(ahead)


def _is_counted(before: str, written: str) -> bool:
    """Whether the day's number seems to be that of the word before it: Top 3 April events, Chapter 3 April."""
    return bool(_COUNT.match(written) and _COUNT_BEFORE.search(before))


def _is_in_language(surrogate: str, written: str) -> bool:
    """Whether `written` is in the language of `surrogate`: small letters are English only where no other has such."""
    names = _MONTH_NAME.findall(surrogate)
    if not names or surrogate.islower() or not written.islower():
        return True
    return any(name.casefold() in _ONLY_ENGLISH for name in names)
