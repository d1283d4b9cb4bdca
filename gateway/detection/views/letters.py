"""Puts words together whose letters stand apart: "J o h n  S m i t h", "p-a-s-s", 张 伟.

Only runs of single characters count. Single digits apart are `separators`'.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from gateway.detection.scripts import HAN
from gateway.detection.views.view import Edit

STEP = "letters apart"
_LEAST = 4
_SHORTEST_JOINED = 7
_SPACED = re.compile(r"(?<![A-Za-z0-9])[^\s|](?:\s{1,3}[^\s|]){3,}(?![A-Za-z0-9])")
_CAPITALS = re.compile(r"(?<![A-Za-z0-9])[A-Z](?: [A-Z]){2,}(?![A-Za-z0-9])")
_LISTED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z](?:, ?[A-Za-z]){3,}(?![A-Za-z0-9])")
_JOINED = re.compile(r"(?<![A-Za-z0-9])[^\W_](?P<by>[-._*|/·•+~])[^\W_](?:(?P=by)[^\W_]){2,}(?![A-Za-z0-9])")
_QUOTED = re.compile(r"(?P<by>[\"'`])\S(?P=by)(?:[\s,+.;]{1,3}(?P=by)\S(?P=by)){4,}")
_QUOTE = re.compile(r"[\"'`][\s,+.;]{1,3}[\"'`]")
_MOSTLY_DIGITS = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z] ){1,4}(?:[0-9A-Z] ){9,}[0-9A-Z](?![A-Za-z0-9])")
"""An IBAN, say; a run with more letters is found as such."""
# A name of two or three characters, spread to the width of others: at the start of a field only.
_NAME = re.compile(
    rf"[：:|,，>]\s?([{HAN}][ \t]{{1,4}}[{HAN}](?:[ \t]{{1,4}}[{HAN}])?)(?![ \t]{{0,4}}[{HAN}A-Za-z0-9])"
)
_HAN = re.compile(f"[{HAN}]")
_NO_LETTERS = re.compile(r"[^A-Za-z]+")
_GAP = re.compile(r"\s+")


def could_hold(words: Iterable[str]) -> bool:
    """Whether `words`, a text split at white space, may be such a run."""
    single, before = 0, ""
    for word in words:
        if not word.isascii() and _HAN.match(word) and _HAN.match(before):
            return True
        before = word[-1]
        if len(word) == 1 or (len(word) <= 4 and not word.isalnum() and len(word.strip("\"'`,+.;:()")) <= 1):
            single += 1  # "N", "N:", "(J", "'J',"
            if single >= _LEAST or (single == _LEAST - 1 and "A" <= word[0] <= "Z"):
                return True
        elif len(word) >= _SHORTEST_JOINED and not word.isalnum() and _JOINED.search(word):
            return True
        else:
            # The first letter may stand behind another sign or script: "我叫J o h n".
            single = 0 if word[-2].isascii() and word[-2].isalnum() else 1
    return False


def close_up(text: str) -> Iterator[Edit]:
    """Edits that take the gaps out, in order."""
    done = 0
    for item in sorted((*_spaced(text), *_joined(text), *_short(text), *_names(text), *_quoted(text))):
        if item.start >= done:
            yield item
            done = item.end


def _spaced(text: str) -> Iterator[Edit]:
    for run in _SPACED.finditer(text):
        if sum(map(str.isalpha, run.group())) < _LEAST:
            continue
        gaps = list(_GAP.finditer(text, run.start(), run.end()))
        usual = Counter(gap.group() for gap in gaps).most_common(1)[0][0]
        for gap in gaps:
            yield Edit(gap.start(), gap.end(), "" if gap.group() == usual else " ", STEP)


def _quoted(text: str) -> Iterator[Edit]:
    """Characters in quotes of their own: 'J', 'o', 'h', 'n', and "J" + "o" + "h" + "n"."""
    for run in _QUOTED.finditer(text):
        for gap in _QUOTE.finditer(text, run.start(), run.end()):
            yield Edit(gap.start(), gap.end(), "", STEP)
    for run in _MOSTLY_DIGITS.finditer(text):
        if sum(map(str.isalpha, run.group())) < _LEAST:
            for gap in _GAP.finditer(text, run.start(), run.end()):
                yield Edit(gap.start(), gap.end(), "", STEP)


def _joined(text: str) -> Iterator[Edit]:
    for run in _JOINED.finditer(text):
        if not any(map(str.isalpha, run.group())):
            continue
        for place in range(run.start() + 1, run.end(), 2):
            yield Edit(place, place + 1, "", STEP)


def _short(text: str) -> Iterator[Edit]:
    """Abbreviations, "S S N", and letters in a list, "M, a, r, i, a"."""
    for pattern in (_CAPITALS, _LISTED):
        for run in pattern.finditer(text):
            for gap in _NO_LETTERS.finditer(text, run.start(), run.end()):
                yield Edit(gap.start(), gap.end(), "", STEP)


def _names(text: str) -> Iterator[Edit]:
    if not text.isascii():
        for name in _NAME.finditer(text):
            for gap in _GAP.finditer(text, name.start(1), name.end(1)):
                yield Edit(gap.start(), gap.end(), "", STEP)
