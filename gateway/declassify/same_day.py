"""Whether a date in another format than it was sent in is that date: is it a part of another, or another's half?

Pure rules on what stands beside.
"""

from __future__ import annotations

import re

from gateway.declassify.beside import LOOK_AHEAD, Beside
from gateway.declassify.surrogates import calendar_words as words

_JOINERS = "and|to|or|through|until|till|und|bis|oder|et|ou|au|à|y|o|al?|hasta|e"
_NUMBER_BEFORE = re.compile(r"\d[-–—/.]\Z")
_DAY_BEFORE = re.compile(
    rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?:\s*[-–—/&,+]|\s+(?:{_JOINERS}))\s*(?:the\s)?\Z", re.IGNORECASE
)
_YEAR_BEFORE = re.compile(r"\d\S{0,2}[\s,]*\Z|年\s?\Z")
_DAY_BEHIND = re.compile(
    rf"\s?[-–—/&+~]\s?\d|\s(?:{_JOINERS})\s(?:the\s)?\d|\s(?:throu|until|hasta)|\s?[、至到和及与或~]\s?\d",
    re.IGNORECASE,
)
_YEAR_BEHIND = re.compile(r"(?!\n\d{1,2}[.)]\s)[.,]?\s?(?:of|del?|in)?\s?['’]?\d(?!\d?:\d)", re.IGNORECASE)
_ITEM = re.compile(r"(?:\A|\n)\s*\d{1,2}[.)] \Z")
_MAY_GO_ON = ",.-–—/&+~'’、至到和及与或"
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
    if not beside.after().isspace() and beside.after() not in _MAY_GO_ON:
        return True
    ahead = "".join(beside.after(index) for index in range(LOOK_AHEAD))
    return not (_DAY_BEHIND.match(ahead) or (surrogate[-1] not in "日号" and _YEAR_BEHIND.match(ahead)))


def _is_in_language(surrogate: str, written: str) -> bool:
    """Whether `written` is in the language of `surrogate`: small letters are English only where no other has such."""
    names = _MONTH_NAME.findall(surrogate)
    if not names or surrogate.islower() or not written.islower():
        return True
    return any(name.casefold() in _ONLY_ENGLISH for name in names)
