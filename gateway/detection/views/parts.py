"""Puts a number together whose parts are in fields of one name: ``ssn_area=417, ssn_group=55, ssn_serial=3098``.

Or told in parts: "the first half is 138001, the second 38000". What stands in quotes with other names between is
`separators`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from gateway.detection.views.view import Edit

STEP = "number in parts"
_LEAST_DIGITS, _MOST_DIGITS = 7, 21
_VALUE = re.compile(r"[:=]\s{0,2}[\"']?(\d{1,19})(?![\w.])")
_NAME = re.compile(r"[A-Za-z_]\w{2,40}(?=[\"']?\s{0,2}$)")
_LONGEST_NAME = 48
_GAP = re.compile(r"[\s,;&|\"'{}]{1,24}")
_COUNT = r"(?:\d{1,2} (?:digits|numbers|figures)[^\d\n]{0,24}|\d{1,2}[位個个][^\d\n]{0,12})?"
_FIRST = r"(?:\b(?:first|begins?|starts?)\b|前|开头|開頭)"
_THEN = r"(?:\b(?:then|second|last|next|rest|remaining|followed|ends?|other)\b|[后後剩余再尾末]|接着)"
_TOLD = re.compile(
    rf"{_FIRST}[^\d\n]{{0,40}}{_COUNT}(\d{{3,12}})(?!\d)[^\d\n]{{0,24}}{_THEN}[^\d\n]{{0,40}}{_COUNT}(\d{{3,12}})(?!\d)",
    re.IGNORECASE,
)
_LEAST_TOLD = 9
_LEAST_STEM = 3
"""Letters that the names share at their beginning."""


def could_hold(text: str, digits: int) -> bool:
    """Whether there are digits and signs enough. `digits`: how many there are."""
    return digits >= _LEAST_DIGITS and (text.count("=") + text.count(":") > 1 or _TOLD.search(text) is not None)


def join(text: str) -> Iterator[Edit]:
    """Edits that take out what stands between the parts, in order."""
    yield from sorted({*_told(text), *_named(text)})


def _told(text: str) -> Iterator[Edit]:
    for match in _TOLD.finditer(text):
        if _LEAST_TOLD <= len(match[1]) + len(match[2]) <= _MOST_DIGITS:
            yield Edit(match.end(1), match.start(2), "", STEP)


def _named(text: str) -> Iterator[Edit]:
    chain: list[_Field] = []
    for value in _VALUE.finditer(text):
        begin = max(0, value.start() - _LONGEST_NAME)
        name = _NAME.search(text[begin : value.start()])
        if name is None:
            continue
        field = _Field(name.group().lower(), begin + name.start(), value.start(1), value.end(1))
        if chain and not _goes_on(text, chain[-1], field):
            yield from _joined(chain)
            chain = []
        chain.append(field)
    yield from _joined(chain)


class _Field(NamedTuple):
    """A name with a number: where the name begins, and the number's span."""

    name: str
    begin: int
    start: int
    end: int


def _goes_on(text: str, first: _Field, second: _Field) -> bool:
    pairs = enumerate(zip(first.name, second.name, strict=False))
    stem = next((place for place, pair in pairs if pair[0] != pair[1]), min(len(first.name), len(second.name)))
    return (
        len(first.name[:stem].rstrip("_")) >= _LEAST_STEM and _GAP.fullmatch(text, first.end, second.begin) is not None
    )


def _joined(chain: list[_Field]) -> Iterator[Edit]:
    if _LEAST_DIGITS <= sum(field.end - field.start for field in chain) <= _MOST_DIGITS:
        for first, second in pairwise(chain):
            yield Edit(first.end, second.start, "", STEP)
