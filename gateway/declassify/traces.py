"""What gives a value away where it stands in another form: a name in small letters or with an ending, part of a
number, a mailbox's name used elsewhere. What others know of a kind of value is in `told_names`, `told_numbers` and
`told_streets`.

In doubt something is a trace: whoever asks keeps the prompt here. Knows nothing of requests.
"""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gateway.declassify.known_words import TITLES, is_everyday_word
from gateway.declassify.readings import TooMuch, plain, readings
from gateway.declassify.replaced import Replaced
from gateway.declassify.told_names import Names
from gateway.declassify.told_numbers import Numbers
from gateway.declassify.told_streets import Streets
from gateway.detection.han_names import DOUBLE_SURNAMES
from gateway.detection.scripts import HAN, has_han

_TELLING = 7
"""So many letters or digits do not stand one behind the other by chance; of Chinese characters three."""
_TELLING_HAN = 3
_WORD_LENGTH, _PIECE_LENGTH = 3, 5
"""A name's word counts as a whole word from 3 letters on, inside other words from 5 on."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS_APART = re.compile(r"[^\w]{1,3}[^\W_](?:[^\w]{1,3}[^\W_]){2,}(?![^\W_])")
"""Letters that are written apart (B-e-c-k-e-r), but for the first: a search for signs is quicker."""
_NO_LETTER = re.compile(r"[\W_]+")
_CHINESE_NAME = re.compile(f"[{HAN}]{{2,4}}")
_PEOPLE = frozenset({"PERSON", "PUBLIC_FIGURE"})
_HANDLES = frozenset({"EMAIL_ADDRESS", "SOCIAL_ACCOUNT"})
_NAMED = frozenset({"STREET_ADDRESS", "ORGANIZATION"})


@dataclass(slots=True)
class Traces:
    """The traces of some values, to be looked for in texts."""

    whole: set[str] = field(default_factory=set, repr=False)
    squeezed: set[str] = field(default_factory=set, repr=False)
    words: set[str] = field(default_factory=set, repr=False)
    pieces: set[str] = field(default_factory=set, repr=False)
    families: set[str] = field(default_factory=set, repr=False)
    names: Names = field(default_factory=Names, repr=False)
    numbers: Numbers = field(default_factory=Numbers, repr=False)
    streets: Streets = field(default_factory=Streets, repr=False)

    @classmethod
    def of(cls, pairs: Iterable[Replaced]) -> Traces:
        """The traces of what was replaced. What a stand-in has in common with its original is none."""
        traces = cls()
        for pair in pairs:
            traces._take(pair)
        return traces

    def _take(self, pair: Replaced) -> None:
        if not pair.original.strip():
            return
        self.whole.add(pair.original.casefold())
        folded, surrogate = _fold(pair.original), _fold(pair.surrogate)
        if pair.entity in _PEOPLE and _CHINESE_NAME.fullmatch(pair.original):
            family = pair.original[: 2 if pair.original[:2] in DOUBLE_SURNAMES else 1]
            if not pair.surrogate.startswith(family):
                self.families.add(family)
        short = _NO_LETTER.sub("", folded)
        if len(short) >= (_TELLING_HAN if has_han(short) else _TELLING):
            self.squeezed |= {short, short[::-1], _rotated(short)}
        self.numbers.take(folded, surrogate)
        kept = set(_WORD.findall(surrogate))
        if pair.entity in _PEOPLE:
            self.names.take(pair.original, pair.surrogate)
            self._names(word for word in _WORD.findall(folded) if word not in kept and word not in TITLES)
        elif pair.entity in _HANDLES:
            handle = folded.lstrip("@").partition("@")[0]
            if len(handle) > _WORD_LENGTH:
                self.pieces.add(handle)
            self._names(word for word in _WORD.findall(handle) if word not in kept and len(word) >= _PIECE_LENGTH)
        elif pair.entity in _NAMED:
            self._names(word for word in _WORD.findall(folded) if word not in kept and len(word) > _PIECE_LENGTH)
        if pair.entity == "STREET_ADDRESS":
            self.streets.take(folded, surrogate)

    def _names(self, words: Iterable[str]) -> None:
        for word in words:
            if word.upper() == word.lower() and not has_han(word) and len(word) > 1:
                self.pieces.add(word[:_TELLING_HAN])  # Particles follow at once: 김민수에게.
                continue
            if len(word) < _WORD_LENGTH or is_everyday_word(word) or has_han(word):
                continue
            if len(word) < _PIECE_LENGTH:
                self.words.add(word)
                continue
            self.pieces.add(word)
            self.words.add(_rotated(word))
            if len(word) > _PIECE_LENGTH:
                self.words.add(word[::-1])
            if len(word) >= _PIECE_LENGTH + 2:
                self.pieces.add(word[:-2])  # with another ending: Novotná, Novotný

    def are_whole_in(self, text: str) -> bool:
        """Whether an original stands in `text` as it was written, case aside, be it within a longer word."""
        folded = text.casefold()
        return any(value in folded for value in self.whole)

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in `text`, as it is or in an encoding."""
        try:
            return any(self._stand_in(reading) for reading in readings(text))
        except TooMuch:
            return True

    def stand_over(self, texts: Sequence[str]) -> bool:
        """Whether a number is told in pieces that stand in several of `texts`."""
        return len(texts) > 1 and self.numbers.in_pieces(map(_fold, texts))

    def _stand_in(self, text: str) -> bool:
        """Whether one of them stands in `text` as it is."""
        cased, small = plain(text), text.casefold()
        folded = cased.casefold()
        bare = _NO_LETTER.sub("", folded)
        apart = "".join(folded[max(0, run.start() - 1) : run.end()] for run in _LETTERS_APART.finditer(folded))
        apart = _NO_LETTER.sub("", apart)
        return (
            any(value in small for value in self.whole)
            or any(piece in folded or piece in apart for piece in self.pieces)
            or not self.words.isdisjoint(_WORD.findall(folded))
            or any(short in bare for short in self.squeezed)
            or any(family in text and _family_alone(family).search(text) for family in self.families)
            or self.numbers.stand_in(folded)
            or self.streets.stand_in(folded, bare)
            or self.names.stand_in(cased, folded)
        )


@functools.lru_cache(maxsize=256)
def _family_alone(family: str) -> re.Pattern[str]:
    """A Chinese family name behind 姓, or between characters that are not Chinese."""
    return re.compile(rf"姓[氏是为名]?\W{{0,4}}{family}|(?<![{HAN}]){family}(?![{HAN}])")


def _fold(text: str) -> str:
    """`text` without differences of case, width and accents."""
    return plain(text).casefold()


def _rotated(word: str) -> str:
    """`word` in ROT13."""
    return codecs.encode(word, "rot13")
