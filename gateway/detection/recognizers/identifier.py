"""The frame of recognizers of numbers that a state, a bank or a firm gave to somebody.

A form, perhaps a check digit, and words that name the number. A form that proves nothing by itself
counts only beside such a word (`REQUIRED`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from gateway.detection.recognizers.needs import Needs
from gateway.detection.recognizers.rule import Rule

BEFORE = r"(?<![0-9A-Za-z]|\d[.-])"
"""No letter or figure, and no part of a longer number, stands before."""
AFTER = r"(?![0-9A-Za-z]|[.-]\d)"
NAMED_SCORE = 0.3
"""Below every threshold; a word nearby lifts it over all."""
FORM_SCORE = 0.6
_SEPARATORS = str.maketrans("", "", " .-/\u2010\u2013()（）")


def plain(number: str) -> str:
    """A number without the marks that people group it with, letters capital."""
    return number.translate(_SEPARATORS).upper()


def figures(number: str) -> str:
    """Its digits only."""
    return "".join(character for character in number if character.isdigit())


class Identifier(Rule):
    """A number of one form. Subclasses set `ENTITY`, `FORM` and what `Rule` asks for.

    Attributes:
        FORM: regular expressions of the whole number, without what may stand around it.
        CHECK: whether a number of that form, given by `plain`, can exist; None if any can.
        DIGITS: how many digits it has at least.
        LONG_RUN: whether it is always written without gaps, 15 characters or more.
        REQUIRED: True unless the form, with its check, is found in nothing else.
    """

    FORM: ClassVar[str]
    CHECK: ClassVar[Callable[[Any], bool] | None] = None
    DIGITS: ClassVar[int] = 0
    LONG_RUN: ClassVar[bool] = False
    REQUIRED = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "FORM" in vars(cls):
            score = NAMED_SCORE if cls.REQUIRED else FORM_SCORE
            cls.PATTERNS = (("number", f"{BEFORE}(?:{cls.FORM}){AFTER}", score),)
            if "NEEDS" not in vars(cls):
                cls.NEEDS = Needs(digits=cls.DIGITS, long_run=cls.LONG_RUN)

    def validate_result(self, pattern_text: str) -> bool | None:
        """Whether the check digit is right; None where there is none."""
        check = type(self).CHECK
        return None if check is None else check(plain(pattern_text))
