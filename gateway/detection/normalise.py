"""Undoes how a text may be disguised, keeping the way back to every original character.

Works one code point at a time, so that offsets stay exact: compatibility forms (full-width digits,
ligatures, circled numbers), decimal digits of all scripts, Unicode tag characters (invisible ASCII),
and characters that show nothing. Knows nothing of what is looked for. Confusables, spelled-out
numbers and encodings are `views`'.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain

# Characters without a glyph of their own (Unicode's Default_Ignorable_Code_Point, less the Hangul
# fillers): soft hyphen, grapheme joiner, zero-width spaces and joiners, bidi controls (UAX #9),
# invisible operators, variation selectors, byte-order mark.
_INVISIBLE = frozenset(
    chain(
        (0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF, 0xE0001, 0xE007F),
        range(0x17B4, 0x17B6),
        range(0x180B, 0x180E),
        range(0x200B, 0x2010),
        range(0x202A, 0x202F),
        range(0x2060, 0x2070),
        range(0xFE00, 0xFE10),
        range(0xFFF9, 0xFFFC),
        range(0xE0100, 0xE01F0),
    )
)


def _visible(code: int) -> str:
    if code in _INVISIBLE:
        return ""
    if 0xD800 <= code <= 0xDFFF:
        return "�"  # a lone surrogate has no meaning and no encoding
    if 0xE0020 <= code <= 0xE007E:
        return chr(code - 0xE0000)
    digit = unicodedata.decimal(chr(code), None)
    if digit is not None:
        return str(digit)
    form = unicodedata.normalize("NFKC", chr(code))
    return form.translate(_TABLE) if form != chr(code) else form


_KEPT_BELOW = 0x20000


class _Table(dict[int, str]):
    """Fills itself: what `str.translate` asks for is worked out once, less the rare planes, to stay small."""

    def __missing__(self, code: int) -> str:
        plain = _visible(code)
        if code < _KEPT_BELOW:
            self[code] = plain
        return plain


_TABLE = _Table()


def plain(character: str) -> str:
    """What one character becomes; nothing for one that shows nothing."""
    return _TABLE[ord(character)]


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text as a reader would take it, and where each of its characters came from.

    Attributes:
        text: the normalised text.
        origins: for each character of `text` the index in the original, then the original's length;
            None when nothing changed.
    """

    text: str
    origins: tuple[int, ...] | None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The smallest half-open span of the original that holds `start`..`end` of `text`.

        Characters that were dropped inside the span belong to it; those around it do not.
        """
        if self.origins is None or start >= end:
            return (start, end) if self.origins is None else (self.origins[start], self.origins[start])
        return self.origins[start], self.origins[end - 1] + 1

    def position(self, original: int) -> int:
        """Index in `text` of the first character that stems from `original` or later."""
        if self.origins is None:
            return original
        return bisect_right(self.origins, original - 1, hi=len(self.origins) - 1)


def normalise(text: str) -> Normalised:
    """Normalise `text` (any string, lone surrogates included). Idempotent."""
    if text.isascii():
        return Normalised(text, None)
    changed = text.translate(_TABLE)
    if changed == text:
        return Normalised(text, None)
    lengths = [len(_TABLE[ord(character)]) for character in text]
    origins = chain.from_iterable([index] * length for index, length in enumerate(lengths))
    return Normalised(changed, (*origins, len(text)))
