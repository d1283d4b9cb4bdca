"""Words of values that were replaced and are told again: alone, with an ending, joined to other words in a handle.

Takes texts as `readings.plain` leaves them. Everyday words are no sign of anybody, and no piece of a longer word is
one but at its beginning. Knows nothing of kinds of values.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.declassify.alone import begins_a_word
from gateway.declassify.known_words import is_everyday_word
from gateway.declassify.readings import plain
from gateway.detection.scripts import HAN, has_han

_WORD_LENGTH, _PIECE_LENGTH = 3, 5
"""A word counts as a whole word from 3 letters on, as the beginning of others from 5 on."""
_INFLECTED_LENGTH = _PIECE_LENGTH + 2
"""From so many letters on, another ending may stand in the place of its own."""
_CASELESS = 3
"""Letters that tell a word of a script without capitals, where particles follow at once: 김민수에게."""
_LETTER = rf"[^\W\d_{HAN}\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\uac00-\ud7af]"
"""Of scripts that have spaces between words."""
_WORD = re.compile(f"{_LETTER}+")
_CAPITAL, _SMALL = "A-ZΑ-ΩА-ЯŁØĐÞÆŒ", "a-zα-ωа-яłøđþæœß"
_CAMEL = re.compile(rf"(?<=[{_SMALL}])(?=[{_CAPITAL}])|(?<=[{_CAPITAL}])(?=[{_CAPITAL}][{_SMALL}])")
_RUN = re.compile(rf"(?:[^\W{HAN}]|[@./])+")
_OF_HANDLE = re.compile(r"[@\d_]|\w\.\w")
_TITLES = ("dr", "mr", "mrs", "ms", "frau", "herr", "the", "my", "real", "its", "iam")
"""What handles have in front of a name."""
_ENDINGS = """
a e i o u y ou oj oi oy om em am ym im ova ove ovi iego iemu ego emu eho ej ich ych imi ymi ami ach ie ii iu io ui
ogo omu uyu aya iene aite yte iou os as us es is
а е и о у ы э ю я ой ей ом ем ам ям ого его ому ему ым им ых их ую юю ая яя ий ый ие ые ыми ими ою ах ях
α ε η ι ο υ ω ου ον ος ας ης ων οι ους
"""
_CASES = frozenset(plain(ending).casefold() for ending in _ENDINGS.split())
_GREEK_CASES = ("i", "y", "iou", "io", "iui", "iene", "η", "ι")
_VOWELS = frozenset("aeiouyjаеиоуыэюяαεηιουω")
_SOFTENED = {"k": ("c",), "g": ("z", "dz"), "h": ("z",), "r": ("rz",), "t": ("ci",), "d": ("dzi",)}
"""What the last consonant of a Slavic name becomes before some endings: Monika, Monice."""
_FLEETING = ("ek", "ec", "el", "er", "en", "ек", "ец", "ел", "ер", "ен")


@dataclass(slots=True)
class Words:
    """Words of some values, to be looked for in texts."""

    whole: set[str] = field(default_factory=set, repr=False)
    inflected: set[str] = field(default_factory=set, repr=False)
    plurals: set[str] = field(default_factory=set, repr=False)
    pieces: set[str] = field(default_factory=set, repr=False)
    anywhere: set[str] = field(default_factory=set, repr=False)

    def take(self, words: Iterable[str]) -> None:
        """Look for `words`, which are in small letters."""
        for word in words:
            if word.upper() == word.lower() and not has_han(word) and len(word) > 1:
                self.anywhere.add(word[:_CASELESS])
            elif len(word) >= _WORD_LENGTH and not has_han(word) and not is_everyday_word(word):
                self._take(word)

    def take_name(self, words: Iterable[str]) -> None:
        """Look for the words of one name, also joined to a title, to another one, or to the beginning of one."""
        every = list(words)
        self.take(every)
        before = {word[0] for word in every}.union(every, _TITLES)
        self.whole |= {first + word for word in every if word in self.pieces for first in before}

    def take_handle(self, handle: str) -> None:
        """Look for the name of a mailbox or an account, which may be any word."""
        if not handle.isalpha() or handle.upper() == handle.lower():
            self.anywhere.add(handle)
        elif len(handle) < _PIECE_LENGTH:
            self.whole.add(handle)
        else:
            self.pieces.add(handle)

    def _take(self, word: str) -> None:
        if len(word) < _PIECE_LENGTH:
            self.whole.add(word)
            self.plurals |= {plural for plural in (f"{word}s", f"{word}es") if not _is_everyday(plural)}
            return
        self.pieces.add(word)
        self.whole.add(codecs.encode(word, "rot13"))
        if len(word) > _PIECE_LENGTH:
            self.whole.add(word[::-1])
        if len(word) >= _INFLECTED_LENGTH:
            self.inflected |= set(_inflected(word))

    def stand_in(self, cased: str, folded: str, apart: str) -> bool:
        """Whether one of them stands in `cased`.

        Args:
            folded: the same in small letters.
            apart: its words whose letters are written apart, as one.
        """
        found = set(_WORD.findall(folded))
        return (
            not self.whole.isdisjoint(found)
            or any(not _is_everyday(word) for word in self.inflected & found)
            or (not self.plurals.isdisjoint(found) and self._plural_in(cased))
            or any(piece in folded or piece in apart for piece in self.anywhere)
            or (bool(apart) and any(piece in apart for piece in self.pieces))
            or self._piece_in(cased, folded)
        )

    def _plural_in(self, cased: str) -> bool:
        words = (word for word in _WORD.findall(cased) if word[0].isupper())
        return any(word.casefold() in self.plurals for word in words)

    def _piece_in(self, cased: str, folded: str) -> bool:
        """Whether one stands at a word's beginning, be it within a name as programs have it, or in a handle."""
        there = [piece for piece in self.pieces if piece in folded]
        if not there:
            return False
        if any(begins_a_word(folded, piece) for piece in there):
            return True
        parted = _CAMEL.sub("_", cased).casefold()
        handles = " ".join(run for run in _RUN.findall(folded) if _OF_HANDLE.search(run))
        return any(piece in handles or begins_a_word(parted, piece) for piece in there)


def _is_everyday(word: str) -> bool:
    """Whether `word` is an everyday word, or several of one."""
    return is_everyday_word(word) or (word.endswith("s") and is_everyday_word(word[:-1]))


def _inflected(word: str) -> Iterator[str]:
    """`word` with other endings where its own changes, as Novotná and Novotný; Schneider's does not."""
    last, before = word[-1], word[-2]
    if last in _VOWELS:
        stems = [word[:-1], *(word[:-2] + other for other in _SOFTENED.get(before, ()))]
        stems += [word[:-2]] if before in _VOWELS else []
        yield from (stem + ending for stem in stems for ending in _CASES)
        yield word[:-1]
    elif word.endswith(("as", "os", "us", "ας", "ασ", "οσ")):
        yield from (word[:-2] + ending for ending in _CASES)
    elif word.endswith(("is", "ησ", "ισ")):
        yield from (word[:-2] + ending for ending in _GREEK_CASES)
    elif word.endswith(("es", "ez")):
        yield from (word[:-1] + ending for ending in "sz")
    elif word.endswith(_FLEETING):
        yield from (word[:-2] + last + ending for ending in _CASES)
    if last == before or (last == "s" and before != "e"):
        yield word[:-1]
