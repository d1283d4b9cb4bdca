"""What a stand-in must not be: a text's own words, an original, a part of another stand-in or around one.

Compares as a reader would who minds neither case nor width. Knows nothing of how stand-ins are made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from gateway.declassify.alone import places
from gateway.detection.scripts import HAN

_SHORT = 3
"""Letters of a stand-in that stands inside some word of almost every text: there it is not taken for the stand-in."""
_BETWEEN = "\0"
_SPACELESS = re.compile(f"[{HAN}\u3040-\u30ff\u0e00-\u0e7f]")
"""Scripts without spaces, where a word may begin anywhere."""


def fold(text: str) -> str:
    """`text` without difference of case and width."""
    return unicodedata.normalize("NFKC", text).casefold()


class Taken:
    """What can't be a stand-in any more. Values of one group (a person's mentions) may share words."""

    def __init__(self, texts: Sequence[str], originals: Iterable[str]) -> None:
        """
        Args:
            texts: what each turn of the conversation says.
        """
        folded = [fold(text) for text in texts]
        self._text = _BETWEEN.join(folded)
        self._ends = list(accumulate(map(len, folded), lambda end, length: end + len(_BETWEEN) + length))
        self._originals = sorted({fold(original) for original in originals}, key=len)
        self._words: dict[str, int] = {}
        self._surrogates: dict[str, int] = {}
        self._parts: dict[str, int] = {}
        self._exact: set[str] = set()

    def __contains__(self, text: str) -> bool:
        """Whether `text` stands in one of the texts."""
        return fold(text) in self._text

    def also(self, words: Mapping[str, int]) -> None:
        """Words that no stand-in may contain which is drawn in their turn or later."""
        for word, turn in words.items():
            self._words[fold(word)] = min(turn, self._words.get(fold(word), turn))

    def fits(self, surrogate: str, group: int, *, turn: int | None = None, strict: bool = True) -> bool:
        """Whether `surrogate` may stand in for a value of `group`.

        Args:
            turn: when it is drawn: of what is said later only whole words count.
            group: whose stand-ins it may contain, or be contained in.
            strict: if not, a short one may be a part of a longer word of a text.
        """
        folded = fold(surrogate)
        if not folded or surrogate in self._exact or self._occurs(folded, strict=strict, turn=turn):
            return False
        if turn is not None and (
            self.says(folded) or any(since <= turn and word in folded for word, since in self._words.items())
        ):
            return False
        if any(original in folded for original in self._originals if original):
            return False
        return not any(
            other in folded or folded in other for other, owner in self._surrogates.items() if owner != group
        )

    def fits_part(self, part: str, group: int, *, turn: int, strict: bool = True) -> bool:
        """Whether `part` may be what a person of `group` is called alone.

        Args:
            turn: when it is drawn: what is said later does not count.
            strict: if not, one Chinese character, or a few letters inside a longer word, may occur in a text, and
                somebody else may be called so, too: no answer's part is restored then.
        """
        folded = fold(part)
        if not strict and len(folded) == 1:
            return True
        free = not strict or self._parts.get(folded, group) == group
        return free and not self._occurs(folded, strict=strict, turn=turn)

    def says(self, part: str) -> bool:
        """Whether `part` stands in a text as a word, so that an answer's may be the text's own."""
        folded = fold(part)
        if _SPACELESS.search(folded):
            return folded in self._text
        return self._is_a_word(folded, len(self._text))

    def add(self, surrogate: str, parts: Iterable[str], group: int) -> None:
        """Takes a stand-in, and what its person is called alone, out of what is left."""
        self._exact.add(surrogate)
        self._surrogates.setdefault(fold(surrogate), group)
        for part in parts:
            self._parts.setdefault(fold(part), group)

    def _occurs(self, folded: str, *, strict: bool, turn: int | None = None) -> bool:
        end = len(self._text) if turn is None else self._ends[turn]
        if strict or len(folded) > _SHORT or _SPACELESS.search(folded):
            return self._text.find(folded, 0, end) >= 0
        return self._is_a_word(folded, end)

    def _is_a_word(self, folded: str, end: int) -> bool:
        return any(self._is_word(at, at + len(folded)) for at in places(self._text, folded, end))

    def _is_word(self, start: int, end: int) -> bool:
        around = self._text[max(0, start - 1) : start], self._text[end : end + 1]
        return not any(character.isalnum() and not _SPACELESS.match(character) for character in around)
