"""Which characters count as the same, and where a word ends.

One character becomes one character, so that offsets stay. Knows nothing of stand-ins.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_QUOTES = dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4", "'")
_DOUBLE_QUOTES = dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"')
_HYPHENS = dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\u00ad\ufe63", "-")
_TYPOGRAPHY = {**_QUOTES, **_DOUBLE_QUOTES, **_HYPHENS}
# Scripts that put no spaces between words, and Hangul, whose particles follow a name at once.
_NO_EDGE = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"}
)
_ANY = frozenset({"DIGIT", "COMBINING"})
_KEPT_BELOW = 0x20000


def _alike(character: str) -> str:
    if character.isspace():
        return " "
    if character in _TYPOGRAPHY:
        return _TYPOGRAPHY[character]
    form = unicodedata.normalize("NFKC", character)
    form = form if len(form) == 1 else character
    for folded in (form.casefold(), form.lower()):
        if len(folded) == 1:
            return folded
    return form


class _Table(dict[int, str]):
    """Fills itself: what `str.translate` asks for is worked out once, less the rare planes, to stay small."""

    def __missing__(self, code: int) -> str:
        form = _alike(chr(code))
        if code < _KEPT_BELOW:
            self[code] = form
        return form


_TABLE = _Table()


def alike(text: str) -> str:
    """`text` without differences of case, width, white space and typography; of the same length."""
    return text.translate(_TABLE)


@lru_cache(maxsize=4096)
def alphabet(character: str) -> str:
    """What `character` makes a word of: a script's name, ``DIGIT`` or ``COMBINING``; empty where words need no edge."""
    if character.isdecimal():
        return "DIGIT"
    if not character.isalpha() and not unicodedata.category(character).startswith("M"):
        return ""
    script = unicodedata.name(character, "").partition(" ")[0]
    return "" if script in _NO_EDGE else script


def joined(left: str, right: str) -> bool:
    """Whether two neighbours (as `alike` gives them) belong to one word or number; empty is no neighbour."""
    if not left or not right:
        return False
    first, second = alphabet(left), alphabet(right)
    return bool(first and second) and (first == second or first in _ANY or second in _ANY)
