"""Upper and lower case: which variant of a word another one is, and a stand-in in the same case.

Knows nothing of names and languages.
"""

from __future__ import annotations

from collections.abc import Callable

_FORMS: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, str.title)


def variant(original: str, other: str) -> Callable[[str], str] | None:
    """What makes `other` of `original`: nothing, capitals, small letters, or a capital for each word.

    Returns:
        None if `other` is no such variant.
    """
    return next((form for form in _FORMS if form(original) == other), None)


def like(pattern: str, text: str) -> str:
    """`text` (a name in its usual case) in capitals or small letters if `pattern` is."""
    if pattern.isupper() and sum(character.isalpha() for character in pattern) > 1:
        return text.upper()
    return text.lower() if pattern.islower() else text
