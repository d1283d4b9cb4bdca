"""What a stand-in must not be: a text's own words, an original, a part of another stand-in or around one.

Compares as a reader would who minds neither case nor width. Knows nothing of how stand-ins are made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

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

    def __init__(self, texts: Iterable[str], originals: Iterable[str]) -> None:
        self._text = _BETWEEN.join(fold(text) for text in texts)
        self._originals = sorted({fold(original) for original in originals}, key=len)
        self._surrogates: dict[str, int] = {}
        self._parts: dict[str, int] = {}
        self._exact: set[str] = set()

    def __contains__(self, text: str) -> bool:
        """Whether `text` stands in one of the texts."""
        return fold(text) in self._text

    def fits(self, surrogate: str, group: int, *, strict: bool = True) -> bool:
        """Whether `surrogate` may stand in for a value of `group`.

        Args:
            group: whose stand-ins it may contain, or be contained in.
            strict: if not, a short one may be a part of a longer word of a text.
        """
        folded = fold(surrogate)
        if not folded or surrogate in self._exact or self._occurs(folded, strict=strict):
            return False
        if any(original in folded for original in self._originals if original):
            return False
        return not any(
            other in folded or folded in other for other, owner in self._surrogates.items() if owner != group
        )

    def fits_part(self, part: str, group: int, *, strict: bool = True) -> bool:
        """Whether `part` may be what a person of `group` is called alone.

        Args:
            strict: if not, one Chinese character, or a few letters inside a longer word, may occur in a text, and
                somebody else may be called so, too: no answer's part is restored then.
        """
        folded = fold(part)
        if not strict and len(folded) == 1:
            return True
        return (not strict or self._parts.get(folded, group) == group) and not self._occurs(folded, strict=strict)

    def add(self, surrogate: str, parts: Iterable[str], group: int) -> None:
        """Takes a stand-in, and what its person is called alone, out of what is left."""
        self._exact.add(surrogate)
        self._surrogates.setdefault(fold(surrogate), group)
        for part in parts:
            self._parts.setdefault(fold(part), group)

    def _occurs(self, folded: str, *, strict: bool) -> bool:
        if strict or len(folded) > _SHORT or _SPACELESS.search(folded):
            return folded in self._text
        return any(self._is_word(match.start(), match.end()) for match in re.finditer(re.escape(folded), self._text))

    def _is_word(self, start: int, end: int) -> bool:
        around = self._text[max(0, start - 1) : start], self._text[end : end + 1]
        return not any(character.isalnum() and not _SPACELESS.match(character) for character in around)
