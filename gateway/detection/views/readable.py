"""Whether decoded bytes are text that somebody wrote, not the noise that a wrong guess gives."""

from __future__ import annotations

import re

# Han, kana, Hangul, and the letters of the alphabets in use.
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z]")
_ASCII_COMMON = re.compile(r"[A-Za-z0-9 \n\r\t.,;:'\"@_/+=?!()\[\]{}<>#$%&*|\\~^`-]")
_LEAST_COMMON = 0.95
"""Share of characters that text is made of; eight random bytes pass once in 10,000 times."""
_SHORT = 24
_WORDLIKE = re.compile(r"[A-Za-z0-9 @.,:'_-]")
# UTF-16 as PowerShell encodes commands, and the encoding of Chinese before UTF-8.
_FALLBACK = "gb18030"
_COMMON_HAN = re.compile("[\u4e00-\u9fa5\u3000-\u303f\uff00-\uff5e]")


def readable(data: bytes) -> str | None:
    """The text in `data` (UTF-8, UTF-16 or GB 18030), or None if it looks like none."""
    if not data:
        return None
    if data.count(0) * 3 >= len(data) and len(data) % 2 == 0:
        wide = _decoded(data, "utf-16-le" if data[1] == 0 else "utf-16-be")
        return _plausible(wide) if wide and wide.isascii() else None
    text = _decoded(data, "utf-8")
    if text is not None:
        return _plausible(text)
    text = _decoded(data, _FALLBACK)
    if text is None:
        return None
    foreign = [character for character in text if not character.isascii()]
    if len(foreign) < 2 or len(_COMMON_HAN.findall(text)) < 0.9 * len(foreign) or len(foreign) < len(text) / 4:
        return None
    return _plausible(text)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _plausible(text: str | None) -> str | None:
    if not text:
        return None
    foreign = 0 if text.isascii() else sum(map(str.isprintable, "".join(_FOREIGN.findall(text))))
    common = len(_ASCII_COMMON.findall(text)) + foreign
    if common < _LEAST_COMMON * len(text) and not _mostly_printable(text, foreign):
        return None
    if len(text) < _SHORT and foreign == 0 and len(_WORDLIKE.findall(text)) < 0.9 * len(text):
        return None
    return text


def _mostly_printable(text: str, foreign: int) -> bool:
    """Whether signs that are no letters stand among foreign words: punctuation, emoji."""
    return foreign >= len(text) / 4 and all(map(str.isprintable, text.replace("\n", "").replace("\t", "")))
