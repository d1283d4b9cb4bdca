"""Takes out what stands inside a number: spaces, dots, dashes, slashes, line breaks, emoji, quotes.

The groups that recognizers know (four by four, with spaces or dashes) they find without this; here
are the others. Dates, addresses of machines and lists of amounts are no numbers of this kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.detection.views.view import Edit

STEP = "separators in a number"
_LEAST, _MOST = 7, 21
"""Digits: from a short telephone number to a card number with two more."""
_LEAST_UNEVEN = 11
_LEAST_CHECKED = 15
_SOCIAL_SECURITY = [3, 2, 4]
_MOST_LINES = 4
# White space, ASCII and Unicode punctuation, symbols and emoji; no letters, no signs of arithmetic, no colon.
_MARK = r"[^\w,:;=+*<>\"'`%$€£¥#@&^!?()\[\]{}×÷±≈≠≤≥√∑∞−]"
_QUOTED = r"[\"'`]\s{0,3}[,+.]?\s{0,24}(?:[\"'`]?[^\W\d][\w -]{0,40}[\"'`]?\s{0,3}[:=]\s{0,3})?[\"'`]"
_TAG = re.compile(r"</?[A-Za-z]{1,8}>")
_MARKUP = rf"\*\*|~~|``?|{_TAG.pattern}"
_GAP = rf"(?:(?:{_MARK}|_){{1,4}}|\)\s?\(?|\s?\(|{_MARKUP}|{_QUOTED})"
_DIGITS = _MOST + 4  # in one match; a longer run comes in several, and none of them is a number
_RUN = re.compile(rf"\d(?:{_GAP}?\d){{1,{_DIGITS}}}[Xx]?(?![0-9A-Za-z_%]|[.,_/-]\d)")
_SPREAD = re.compile(rf"\d{{1,{_MOST}}}{_GAP}\d{{1,{_MOST}}}(?:{_GAP}|\d)")
# Signs of multiplication, where the groups are those of a telephone or card number.
_STARRED = re.compile(
    r"(?<![0-9A-Za-z*×])\d{3}([*x×])(?:\d{4}\1\d{4}|\d{3}\1\d{4})(?![0-9A-Za-z*×])"
    r"|(?<![0-9A-Za-z*×])\d{4}([*x×])\d{4}\2\d{4}\2\d{4}(?![0-9A-Za-z*×])"
)
_GLUED = re.compile("[0-9A-Za-z_.,]")
_MONEY = "$€£¥#"
_BETWEEN = re.compile(rf"{_GAP}|, ?|[*x×]")
_COMMAS = re.compile(
    r"(?<![0-9A-Za-z_.,])(?:\d{3,4}(?:, ?\d{4}){2,3}|\d{1,3}(?:,\d{3}){3,6}|\d(?:, ?\d){7,20})(?![0-9A-Za-z_.,])"
)
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}[-/._ ](?:0?[1-9]|1[0-2])[-/._ ](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/._](?:0?[1-9]|[12]\d|3[01])[-/._](?:19|20)\d{2})(?!\d)"
)
_OTHER = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d+\.\d+|\d{1,3}(?:([ ._',])\d{3})(?:\1\d{3}){0,2}")
"""Addresses of machines, decimal numbers, and amounts below 10^12 with their thousands apart."""


def could_hold(text: str, digits: int) -> bool:
    """Whether there may be such a number. `digits`: how many there are."""
    return digits >= _LEAST and (
        _SPREAD.search(text) is not None
        or ("," in text and _COMMAS.search(text) is not None)
        or _STARRED.search(text) is not None
    )


def close_up(text: str) -> Iterator[Edit]:
    """Edits that take the separators out, in order."""
    done = before = 0
    for run in sorted((*_RUN.finditer(text), *_COMMAS.finditer(text), *_STARRED.finditer(text)), key=re.Match.start):
        goes_on = before and (run.start() == before or _BETWEEN.fullmatch(text, before, run.start()))
        before = max(before, run.end())
        start = _first_digit(text, run)
        if goes_on or start < done:
            continue
        gaps = list(_BETWEEN.finditer(text, start + 1, run.end()))
        if gaps and _is_one_number(text[start : run.end()], gaps):
            done = run.end()
            for gap in gaps:
                yield Edit(gap.start(), gap.end(), "", STEP)


def _first_digit(text: str, run: re.Match[str]) -> int:
    """Where a number may begin in `run`: not in a word ("v1 1380013 8000"), and not behind a sign of money."""
    start = run.start()
    if start and text[start - 1] in _MONEY:
        return run.end()
    if start and _GLUED.match(text, start - 1):
        return next((gap.end() for gap in _BETWEEN.finditer(text, start, run.end())), run.end())
    return start


def _is_one_number(run: str, gaps: list[re.Match[str]]) -> bool:
    groups = _BETWEEN.sub(" ", run).strip("+(").split()
    digits = sum(map(len, groups))
    if not _LEAST <= digits <= _MOST or _DATE.search(run) or _OTHER.fullmatch(run):
        return False
    if run.count("\n") > _MOST_LINES:
        return digits >= _LEAST_UNEVEN and max(map(len, groups)) == 1
    even = len({len(group) for group in groups[:-1]}) == 1
    kinds = {_TAG.sub("<>", gap.group().strip("() ")) for gap in gaps}
    wide = any(gap.group().isspace() and len(gap.group()) > 1 for gap in gaps) or ("\n" in kinds and len(groups) > 4)
    if digits >= _LEAST_UNEVEN:
        # Columns of a table have wide gaps or several kinds of them; a check digit decides about the longest.
        return even or digits >= _LEAST_CHECKED or (len(kinds) == 1 and not wide)
    usual = kinds <= {"", "-"} and min(map(len, groups)) > 1
    return (even or [len(group) for group in groups] == _SOCIAL_SECURITY) and not usual
