"""What gives a value away where it stands in another form: a name in small letters or with an ending, part of a
number, a mailbox's name used elsewhere.

In doubt something is a trace: whoever asks keeps the prompt here. Knows nothing of requests.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.declassify.known_words import TITLES, is_everyday_word
from gateway.declassify.replaced import Replaced
from gateway.detection.han_names import DOUBLE_SURNAMES
from gateway.detection.normalise import normalise
from gateway.detection.scripts import HAN, has_han

_TELLING = 7
"""So many letters or digits do not stand one behind the other by chance; of Chinese characters three."""
_TELLING_HAN = 3
_WORD_LENGTH, _PIECE_LENGTH = 3, 5
"""A name's word counts as a whole word from 3 letters on, inside other words from 5 on."""
_DIGITS = 6
"""So many digits of a number give it away: what is said of a card's or an identity number's beginning or end."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS_APART = re.compile(r"(?<![^\W_])[^\W_](?:[^\w]{1,3}[^\W_]){3,}(?![^\W_])")
"""Letters that are written apart (B-e-c-k-e-r)."""
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s./()-]{1,3}(?=\d)")
_LONG_NUMBER = re.compile(r"\d{6,}")
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
    digits: set[str] = field(default_factory=set, repr=False)
    families: set[str] = field(default_factory=set, repr=False)

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
        if pair.entity in _PEOPLE and _CHINESE_NAME.fullmatch(pair.original):
            family = pair.original[: 2 if pair.original[:2] in DOUBLE_SURNAMES else 1]
            if not pair.surrogate.startswith(family):
                self.families.add(family)
        short = _squeeze(pair.original)
        if len(short) >= (_TELLING_HAN if has_han(short) else _TELLING):
            self.squeezed.add(short)
        numbers = set(_windows(pair.original))
        self.digits |= numbers - set(_windows(pair.surrogate))
        kept = set(_words(pair.surrogate))
        if pair.entity in _PEOPLE:
            self._names(word for word in _words(pair.original) if word not in kept and word not in TITLES)
        elif pair.entity in _HANDLES:
            handle = _fold(pair.original).lstrip("@").partition("@")[0]
            if len(handle) > _WORD_LENGTH:
                self.pieces.add(handle)
            self._names(word for word in _words(handle) if word not in kept and len(word) >= _PIECE_LENGTH)
        elif pair.entity in _NAMED:
            self._names(word for word in _words(pair.original) if word not in kept and len(word) > _PIECE_LENGTH)

    def _names(self, words: Iterable[str]) -> None:
        for word in words:
            if word.upper() == word.lower() and not has_han(word) and len(word) > 1:
                self.pieces.add(word[:_TELLING_HAN])  # Particles follow at once: 김민수에게.
                continue
            if len(word) < _WORD_LENGTH or is_everyday_word(word) or has_han(word):
                continue
            (self.pieces if len(word) >= _PIECE_LENGTH else self.words).add(word)
            if len(word) >= _PIECE_LENGTH + 2:
                self.pieces.add(word[:-2])  # with another ending: Novotná, Novotný

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in `text`."""
        folded = _fold(text)
        apart = _squeeze(" ".join(_LETTERS_APART.findall(folded)))
        return (
            any(value in text.casefold() for value in self.whole)
            or any(piece in folded or piece in apart for piece in self.pieces)
            or not self.words.isdisjoint(_WORD.findall(folded))
            or not self.digits.isdisjoint(_windows(text))
            or self._squeezed_in(text)
            or any(_family_alone(family).search(text) for family in self.families)
        )

    def _squeezed_in(self, text: str) -> bool:
        bare = _squeeze(text)
        return any(short in bare for short in self.squeezed)


@functools.lru_cache(maxsize=256)
def _family_alone(family: str) -> re.Pattern[str]:
    """A Chinese family name behind 姓, or between characters that are not Chinese."""
    return re.compile(rf"姓[氏是为名]?\W{{0,4}}{family}|(?<![{HAN}]){family}(?![{HAN}])")


def _fold(text: str) -> str:
    """`text` without differences of case, width and accents."""
    apart = unicodedata.normalize("NFKD", normalise(text).text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _words(text: str) -> list[str]:
    return _WORD.findall(_fold(text))


def _squeeze(text: str) -> str:
    """Only the letters and digits of `text`."""
    return "".join(filter(str.isalnum, _fold(text)))


def _windows(text: str) -> Iterator[str]:
    """Every `_DIGITS` digits that stand one behind the other in `text`, signs between them left out."""
    plain = _BETWEEN_DIGITS.sub("", normalise(text).text)
    for match in _LONG_NUMBER.finditer(plain):
        number = match[0]
        for start in range(len(number) - _DIGITS + 1):
            yield number[start : start + _DIGITS]
