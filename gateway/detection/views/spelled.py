"""Turns numbers that are spelled out ("four one one one", "double five", "nul zes") into digits.

Works on runs of number words; a word or two in prose stays what it is. Characters that are digits by
themselves (一三八, 공일공) belong to `numerals`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.detection.views.number_words import DIGITS, EN_ONLY_LETTER, FILLERS, NUMBERS, ROUND, TIMES
from gateway.detection.views.view import Edit

STEP = "spelled-out digits"
_LEAST_WORDS = 3
_LEAST_DIGITS = 4
"""A PIN has four digits."""
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_GAP = re.compile(r"[\s,.;:/_·|、，。\u2010-\u2015-]{0,4}")
_ENGLISH = "zero|one|two|three|four|five|six|seven|eight|nine"
_COMPOUND = re.compile(rf"(?:{_ENGLISH}|oh){{3,40}}", re.IGNORECASE)
_PART = re.compile(rf"{_ENGLISH}|oh", re.IGNORECASE)
_SHORTEST_COMPOUND = 9


def could_hold(words: Sequence[str]) -> bool:
    """Whether `words`, a text in small letters split where words end, hold enough number words."""
    count = 0
    for word in words:
        if word in NUMBERS or (len(word) >= _SHORTEST_COMPOUND and _COMPOUND.fullmatch(word)):
            count += 1 if len(word) < _SHORTEST_COMPOUND else _LEAST_WORDS
            if count >= _LEAST_WORDS:
                return True
    return False


@dataclass(slots=True)
class _Run:
    """Numbers that follow one another: (start, end, digits)."""

    parts: list[tuple[int, int, str]] = field(default_factory=list)
    spelled: int = 0
    end: int = 0
    times: int = 1
    opened: int | None = None
    bridged: bool = False
    summed: str | None = None

    def add(self, start: int, end: int, digits: str, spelled: bool) -> None:
        """Append a number; a preceding "double" becomes part of it, as do hundreds and tens."""
        last = self.parts[-1][2] if self.parts else ""
        if spelled and len(digits) == 1 and digits != "0" and last in _WHOLE_TENS and self.summed is not None:
            self._replace(last[0])
        elif spelled and last == _HUNDREDS and (len(digits) == 2 or self.bridged):
            self._replace("" if len(digits) == 2 else "0")
        first = start if self.opened is None else self.opened
        self.parts.append((first, end, digits * self.times))
        self.spelled += spelled + (self.times > 1)
        self.end, self.times, self.opened, self.bridged = end, 1, None, False
        self.summed = digits if spelled else None

    def bridge(self, end: int) -> None:
        """Pass over a word that may stand between."""
        self.end, self.bridged = end, True

    def _replace(self, digits: str) -> None:
        start, end, _ = self.parts[-1]
        self.parts[-1] = (start, end, digits)

    def edits(self) -> Iterator[Edit]:
        """One for each number, and one for each gap."""
        least = _LEAST_DIGITS - any(digits in ("", "0") for _, _, digits in self.parts)  # "one hundred and forty-two"
        if self.spelled < _LEAST_WORDS or sum(len(digits) for _, _, digits in self.parts) < least:
            return
        last = self.parts[0][0]
        for start, end, digits in self.parts:
            if start > last:
                yield Edit(last, start, "", STEP)
            yield Edit(start, end, digits, STEP)
            last = end


_HUNDREDS = ROUND["hundred"]
_WHOLE_TENS = frozenset(f"{tens}0" for tens in range(2, 10))


def spell(text: str) -> Iterator[Edit]:
    """Edits that put digits for number words."""
    run = _Run()
    for token in _TOKEN.finditer(text):
        word, start, end = token.group().lower(), token.start(), token.end()
        if run.end and not _GAP.fullmatch(text, run.end, start):
            yield from run.edits()
            run = _Run()
        if not _take(run, word, start, end):
            yield from run.edits()
            run = _Run()
    yield from run.edits()


def _take(run: _Run, word: str, start: int, end: int) -> bool:
    """Whether `word` goes on with `run`."""
    if word in NUMBERS:
        run.add(start, end, NUMBERS[word], spelled=True)
    elif word.isdecimal():
        run.add(start, end, word, spelled=False)
    elif word in TIMES:
        run.times, run.opened, run.end = TIMES[word], start, end
    elif run.parts and word in ROUND and len(run.parts[-1][2]) <= 2:
        run.add(start, end, ROUND[word], spelled=True)
    elif run.parts and word == EN_ONLY_LETTER:
        run.add(start, end, "0", spelled=True)
    elif run.parts and word in FILLERS:
        run.bridge(end)
    elif len(word) >= _SHORTEST_COMPOUND and _COMPOUND.fullmatch(word):
        digits = "".join(DIGITS[part.lower()] for part in _PART.findall(word))
        run.add(start, end, digits, spelled=True)
        run.spelled += len(digits) - 1
    else:
        return False
    return True
