"""Whether decoded bytes are text that somebody wrote, not the noise that a wrong guess gives."""

from __future__ import annotations

import re

from gateway.detection.normalise import normalise

# Han, kana, Hangul, and the letters of the alphabets in use.
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z]")
_ASCII_COMMON = re.compile(r"[A-Za-z0-9 \n\r\t.,;:'\"@_/+=?!()\[\]{}<>#$%&*|\\~^`-]")
_LEAST_COMMON = 0.95
"""Share of characters that text is made of; eight random bytes pass once in 10,000 times."""
_SHORT = 24
_WORDLIKE = re.compile(r"[A-Za-z0-9 @.,:'_-]")
# The 3,755 most frequent characters and the punctuation of GB 2312, the encoding of Chinese before UTF-8. Two random
# bytes are one of these in one case of 16.
_FREQUENT = re.compile(rb"(?:[\xb0-\xd7][\xa1-\xfe]|\xa1[\xa1-\xbf]|\xa3[\xa1-\xfe])")
_LEAST_HAN = 4


def readable(data: bytes) -> str | None:
    """The text in `data` (UTF-8, UTF-16 or GB 2312), or None if it looks like none."""
    if not data:
        return None
    if data.count(0) * 3 >= len(data) and len(data) % 2 == 0:
        wide = _decoded(data, "utf-16-le" if data[1] == 0 else "utf-16-be")
        return _plausible(wide) if wide and wide.isascii() else None
    text = _decoded(data, "utf-8")
    if text is not None:
        return _plausible(text)
    pairs = _FREQUENT.findall(data)
    rest = _FREQUENT.sub(b"", data)
    if len(pairs) < _LEAST_HAN or not rest.isascii() or len(rest) > 6 * len(pairs):
        return None
    return _plausible(_decoded(data, "gb2312"))


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _plausible(text: str | None) -> str | None:
    shown = normalise(text).text if text else ""
    if not shown:
        return None
    foreign = 0 if shown.isascii() else sum(map(str.isprintable, "".join(_FOREIGN.findall(shown))))
    common = len(_ASCII_COMMON.findall(shown)) + foreign
    if common < _LEAST_COMMON * len(shown) and not _mostly_printable(shown, foreign):
        return None
    if len(shown) < _SHORT and foreign == 0 and len(_WORDLIKE.findall(shown)) < 0.9 * len(shown):
        return None
    return text


def _mostly_printable(text: str, foreign: int) -> bool:
    """Whether signs that are no letters stand among foreign words: punctuation, emoji."""
    return foreign >= len(text) / 4 and all(map(str.isprintable, text.replace("\n", "").replace("\t", "")))
