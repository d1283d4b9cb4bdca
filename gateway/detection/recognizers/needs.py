"""What a text must hold before a recognizer is worth running on it: saves nearly all work on ordinary prose.

Each text is looked over once, for its words, the digits of its longest number and its longest unbroken
run; asking whether a recognizer could find something is then a comparison of sets. Only ever says
"nothing to be found here", so what is skipped could not have been a result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d(?:\D{0,5}\d)*")
_LONG_RUN = re.compile(r"[!-~]{14}")
_RUN_WITH_FIGURE = re.compile(r"(?<![!-~])(?>[!-/:-~]{0,64})\d[!-~]*")
_ASCII_WORD = re.compile(r"[a-z]+")
_GAPS = re.compile(r"[\s_-]+")


class Signals:
    """What a text holds, each part worked out when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def lowered(self) -> str:
        """The text in small letters."""
        return self._text.lower()

    @cached_property
    def foreign(self) -> bool:
        """Whether there is a character beyond ASCII."""
        return not self._text.isascii()

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words; of a text that is not ASCII also each character and each two that follow each other."""
        words = frozenset(_WORD.findall(self.lowered))
        if not self.foreign:
            return words
        return words.union(self.lowered, map(str.__add__, self.lowered, self.lowered[1:]))

    @cached_property
    def digits(self) -> int:
        """How many digits its longest number has, whose digits stand at most five characters apart."""
        return max((sum(map(str.isdigit, number)) for number in _NUMBER.findall(self._text)), default=0)

    @cached_property
    def coded(self) -> bool:
        """Whether there is a run that may be a secret: 14 visible ASCII characters, or 8 with a figure."""
        return self.long_run or any(len(run.group()) >= 8 for run in _RUN_WITH_FIGURE.finditer(self._text))

    @cached_property
    def long_run(self) -> bool:
        """Whether 14 visible ASCII characters follow each other."""
        return _LONG_RUN.search(self._text) is not None


@lru_cache(maxsize=4)
def signals(text: str) -> Signals:
    """The signals of `text`; the last few are kept, as every recognizer asks."""
    return Signals(text)


def triggers(literals: Iterable[str]) -> frozenset[str]:
    """What `Signals.words` holds if one of `literals` stands in the text as `context.compile_words` finds it."""
    found: set[str] = set()
    for literal in map(str.lower, literals):
        if literal.isascii():
            words = _ASCII_WORD.findall(literal)
            found.add(max(words, key=len) if words else literal)
            found.add(_GAPS.sub("", literal))  # words may be written together
        else:
            start = next(place for place, character in enumerate(literal) if not character.isascii())
            place = min(start, len(literal) - 2)
            found.add(literal[place : place + 2] if len(literal) > 1 else literal)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a text must hold; everything that is given must be there.

    Attributes:
        digits: at least so many digits in one number.
        words: at least one of these (see `triggers`); empty for any text.
        shape: something that this expression finds in the text in small letters.
        long_run: a run of 14 visible ASCII characters.
        coded: such a run, or one of 8 with a figure.
        foreign: a character beyond ASCII.
    """

    digits: int = 0
    words: frozenset[str] = frozenset()
    shape: re.Pattern[str] | None = None
    long_run: bool = False
    coded: bool = False
    foreign: bool = False

    def met(self, text: str) -> bool:
        """Whether `text` has it all."""
        return self.met_by(signals(text))

    def met_by(self, found: Signals) -> bool:
        """Whether the text that `found` was taken from has it all."""
        if self.foreign and not found.foreign:
            return False
        if self.digits and found.digits < self.digits:
            return False
        if self.words and self.words.isdisjoint(found.words):
            return False
        if (self.long_run and not found.long_run) or (self.coded and not found.coded):
            return False
        return self.shape is None or self.shape.search(found.lowered) is not None


def needs(*literals: str, digits: int = 0, shape: str | None = None, **flags: bool) -> Needs:
    """`Needs` of any of `literals` and of all the rest."""
    return Needs(digits, triggers(literals), re.compile(shape) if shape else None, **flags)
