"""Digits as scripts write them: 7, ７, ٧, 七, 柒. What each is worth, and another digit in the same script.

Knows nothing of what is numbered.
"""

from __future__ import annotations

import unicodedata

_SETS = ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "零壹貳參肆伍陸柒捌玖")
"""The first that has a character is its set."""
_HAN = {character: (value, digits) for digits in reversed(_SETS) for value, character in enumerate(digits)}
UNITS = frozenset("十百千万亿萬億拾佰仟")
"""Which stand between digits of a number that is written as it is said."""
_WIDE = ord("！") - ord("!")
_FULL_WIDTH = range(ord("！"), ord("～") + 1)


def value(character: str) -> int | None:
    """What `character` is worth as a digit; None if it is none."""
    if character.isdecimal():
        return unicodedata.decimal(character)
    found = _HAN.get(character)
    return found[0] if found else None


def written(number: int, like: str) -> str:
    """The digit `number` in the script of the digit `like`."""
    if like.isdecimal():
        return chr(ord(like) - unicodedata.decimal(like) + number)
    return _HAN[like][1][number]


def plain(text: str) -> str:
    """`text` with 0 to 9 for its digits, and without full width: as many characters."""
    return "".join(_plain(character) for character in text)


def widened(character: str) -> str:
    """A printed ASCII character in full width."""
    return chr(ord(character) + _WIDE)


def like(text: str, drawn: str) -> str:
    """`drawn`, of plain digits, in the script and width of `text`: character by character where both are as long."""
    if text.isascii():
        return drawn
    first = next((character for character in text if value(character) is not None), "0")
    models = text if len(text) == len(drawn) else first * len(drawn)
    return "".join(_like(model, character, first) for model, character in zip(models, drawn, strict=True))


def _plain(character: str) -> str:
    number = value(character)
    if number is not None:
        return str(number)
    return chr(ord(character) - _WIDE) if ord(character) in _FULL_WIDTH else character


def _like(model: str, character: str, first: str) -> str:
    if character.isascii() and character.isdigit():
        return written(int(character), model if value(model) is not None else first)
    wide = ord(model) in _FULL_WIDTH and character.isascii() and character.isprintable() and character != " "
    return widened(character) if wide else character
