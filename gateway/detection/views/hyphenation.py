"""Puts words, keys and addresses together that a line break has cut.

A hyphen at the end of a line between letters, and key-like pieces on both sides of a break. Numbers
over line ends are `separators`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.detection.views.view import Edit

STEP = "line breaks"
_HYPHENS = "-\u2010\u00ad"
_SHORTEST, _LONGEST = 8, 200
_KEY = re.compile(r"[A-Za-z0-9_+/=.@-]+")
_TELLING = re.compile("[0-9@]")
_INDENT = " \t>"


def could_hold(text: str) -> bool:
    """Whether there is a line end at all; looking at each is the cheap part."""
    return "\n" in text


def join(text: str) -> Iterator[Edit]:
    """Edits that take the breaks out, in order."""
    place = text.find("\n")
    while place >= 0:
        line, rest = text[max(0, place - _LONGEST) : place], text[place + 1 : place + 1 + _LONGEST]
        before, after = line.rstrip(" \t\r"), rest.lstrip(_INDENT)
        start, end = place - len(line) + len(before), place + 1 + len(rest) - len(after)
        if before and before[-1] in _HYPHENS and before[-2:-1].isalpha() and after[:1].isalpha():
            yield Edit(start - 1, end, "", STEP)
        elif _is_cut(before, after):
            yield Edit(start - before.endswith("\\"), end, "", STEP)
        place = text.find("\n", place + 1)


def _is_cut(before: str, after: str) -> bool:
    """Whether a key or an address goes on after the break: both pieces hold letters, and digits or an @."""
    left = before.removesuffix("\\").rsplit(None, 1)[-1:]
    if not left or len(left[0]) < _SHORTEST or _TELLING.search(left[0]) is None:
        return False
    right = after.split(None, 1)[:1]
    return bool(right) and _is_piece(left[0]) and _is_piece(right[0])


def _is_piece(word: str) -> bool:
    return (
        len(word) >= _SHORTEST
        and _KEY.fullmatch(word) is not None
        and _TELLING.search(word) is not None
        and not word.isdecimal()
    )
