"""Numbers that were replaced and are told again: some of their digits, in pieces, in words, with letters for digits.

Takes texts as `readings.plain` leaves them, in small letters. Knows nothing of other values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.detection.views import Edit, spelled

_DIGITS = 6
"""So many digits of a number give it away: what is said of a card's or an identity number's beginning or end."""
_LEAST, _IN_PIECES = 7, 8
"""With other words between, it takes all digits of a number of 7, and 8 of a longer one."""
_LONG_NUMBER = re.compile(r"\d(?:[\s./()-]{0,3}\d){5,}")
_NUMBER, _NO_DIGIT = re.compile(r"\d+"), re.compile(r"\D+")
_FAR = 40
"""Characters between two pieces of one number at most."""
_LETTER_BESIDE = re.compile(r"\d(?:(?=[oil|])|(?<=[oil|].))")
_WITH_LETTERS = re.compile(r"(?<![^\W_])[\doil|]++(?:[\s./()-]{1,3}+[\doil|]++)*+(?![^\W_])")
_AS_DIGITS = str.maketrans("oil|", "0111")
_HAN = "零〇洞一幺壹二两贰貳三叁參四肆五伍六陆陸七柒拐八捌九玖勾"
_VALUES = "0001112222333445566677788999"
_HAN_DIGITS = str.maketrans(dict(zip(_HAN, _VALUES, strict=True)))
_HAN_RUN = re.compile(rf"[{_HAN}](?:(?:[\s、，,.-]{{0,2}}[{_HAN}])+|(?=\d)|(?<=\d.))")
"""Several, or one beside a digit of the other kind: one alone is a word."""


@dataclass(slots=True)
class Numbers:
    """Digits of some numbers, to be looked for in texts."""

    runs: set[str] = field(default_factory=set, repr=False)
    pieces: dict[int, set[str]] = field(default_factory=dict, repr=False)

    def take(self, original: str, surrogate: str) -> None:
        """Look for the digits of `original` as well, but for those that `surrogate` shares."""
        self.runs |= _in_runs(original) - _in_runs(surrogate)
        digits, others = (_NO_DIGIT.sub("", text) for text in (original, surrogate))
        if len(digits) >= _LEAST:
            length = min(len(digits), _IN_PIECES)
            new = _windows(digits, length) - _windows(others, length)
            self.pieces[length] = self.pieces.get(length, set()) | new

    def stand_in(self, folded: str) -> bool:
        """Whether one of them is told in a text."""
        if not (self.runs or self.pieces):
            return False
        return any(self._stand_in(way) for way in _ways(folded))

    def in_pieces(self, texts: Iterable[str]) -> bool:
        """Whether one of them is told over several texts that follow one another."""
        return bool(self.pieces) and self._pieces_in(_stream("\n".join(texts)))

    def _stand_in(self, folded: str) -> bool:
        return not self.runs.isdisjoint(_in_runs(folded)) or self._pieces_in(_stream(folded))

    def _pieces_in(self, stream: str) -> bool:
        return any(not wanted.isdisjoint(_windows(stream, length)) for length, wanted in self.pieces.items())


def _ways(folded: str) -> Iterator[str]:
    """A text, and with digits where letters or words stand for them."""
    yield folded
    if _LETTER_BESIDE.search(folded):
        yield _WITH_LETTERS.sub(_as_digits, folded)
    spoken = folded
    if spelled.could_hold(folded.replace("-", " ").replace(",", " ").replace(".", " ").split()):
        spoken = edited(folded, spelled.spell(folded))
    if not spoken.isascii():
        spoken = _HAN_RUN.sub(lambda run: run[0].translate(_HAN_DIGITS), spoken)
    if spoken != folded:
        yield spoken


def _as_digits(run: re.Match[str]) -> str:
    return run[0].translate(_AS_DIGITS) if _LETTER_BESIDE.search(run[0]) else run[0]


def edited(text: str, edits: Iterable[Edit]) -> str:
    """`text` with what `edits` put in the place of its parts."""
    pieces: list[str] = []
    done = 0
    for edit in edits:
        pieces += (text[done : edit.start], edit.plain)
        done = edit.end
    return "".join((*pieces, text[done:]))


def _in_runs(folded: str) -> set[str]:
    """Every `_DIGITS` digits that stand one behind the other, signs between them left out."""
    numbers = (_NO_DIGIT.sub("", number) for number in _LONG_NUMBER.findall(folded))
    return {window for number in numbers for window in _windows(number, _DIGITS)}


def _stream(folded: str) -> str:
    """The digits of a text alone; a line's end where the next is far away."""
    parts: list[str] = []
    end = 0
    for number in _NUMBER.finditer(folded):
        if number.start() > end + _FAR:
            parts.append("\n")
        parts.append(number[0])
        end = number.end()
    return "".join(parts)


def _windows(digits: str, length: int) -> set[str]:
    return {digits[start : start + length] for start in range(len(digits) - length + 1)}
