"""The same number written in another way: other signs between its digits, or a telephone number without its country.

Knows nothing of how stand-ins are drawn.
"""

from __future__ import annotations

from gateway.declassify.surrogates.taken import fold

_ENDING = 9
"""Digits by which two telephone numbers are the same, whatever is before them."""
_MOST_BEFORE = 5
"""Digits of 00 and a country code."""


def bare(text: str) -> str:
    """The letters and digits of `text`."""
    return "".join(filter(str.isalnum, fold(text)))


def ending(entity: str, text: str) -> str:
    """The last digits of a telephone number; nothing of other numbers."""
    digits = bare(text)
    return digits[-_ENDING:] if entity == "PHONE_NUMBER" and digits.isdecimal() and len(digits) >= _ENDING else ""


def respelled(original: str, surrogate: str, text: str) -> str | None:
    """What stands for `text`, if `surrogate` stands for `original`.

    Returns:
        None if `text` is not the same number, or what it becomes is not certain.
    """
    old, new, wanted = bare(original), bare(surrogate), bare(text)
    if len(old) != len(new):
        return None
    if old != wanted:
        changed = _without_country(old, new, wanted)
        if changed is None:
            return None
        new = changed
    letters = iter(new.upper() if text.upper() == text else new)
    return "".join(next(letters) if character.isalnum() else character for character in text)


def _without_country(old: str, new: str, wanted: str) -> str | None:
    """The stand-in's digits for a telephone number that has a country code in only one of two spellings."""
    same = 0
    while same < min(len(old), len(wanted)) and old[-1 - same] == wanted[-1 - same]:
        same += 1
    before, other = old[: len(old) - same], wanted[: len(wanted) - same]
    if same < _ENDING or max(len(before), len(other)) > _MOST_BEFORE or new[: len(before)] != before:
        return None
    return other + new[len(before) :]
