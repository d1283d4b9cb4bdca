"""Keys and tokens of services, by the vendors' published forms (`token_formats`).

Only values in full count, and placeholders do not. What is only given a telling name is found by
`assigned_secret`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.needs import Needs, signals
from gateway.detection.recognizers.placeholder import is_masked, is_placeholder
from gateway.detection.recognizers.randomness import entropy, strangeness
from gateway.detection.recognizers.rule import matches, result
from gateway.detection.recognizers.token_formats import FORMATS

_RUN = re.compile(r"[!-~]{14,}")
_REACH = 80
"""Code points before a form in which a word must stand that it needs."""
_LEAST_ENTROPY = 2.3
_WORDLIKE = 3.2
"""Mean strangeness below which a long value is made of words: "xoxb-my-bot-token-goes-in-here-12345"."""
_LEAST_LETTERS = 14
_SAMPLE = "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l"


class ApiKeyRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `API_KEY`."""

    NEEDS: ClassVar[Needs] = Needs(long_run=True)
    LANGUAGES: ClassVar[tuple[str, ...]] = ("any",)
    EXAMPLE: ClassVar[str] = "ghp_JBd0Kh8oOOL8dKLzdocJ2isAjIhKtJ0RlgLK"
    STANDARD: ClassVar[str] = "token formats documented by the vendors"

    def __init__(self) -> None:
        super().__init__(supported_entities=["API_KEY"], supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: a pattern took too long.
        """
        return [result(self, "API_KEY", start, end, 0.95) for start, end in _found(text)]


@cache
def _compiled(expression: str) -> Any:
    return regex.compile(rf"(?<![A-Za-z0-9_])(?:{expression})(?![A-Za-z0-9])")


def _found(text: str) -> Iterator[tuple[int, int]]:
    runs = " ".join(_RUN.findall(text))
    if not runs:
        return
    lowered = signals(text).lowered
    for _, literals, expression, near in FORMATS:
        if literals and not any(literal in runs for literal in literals):
            continue
        if near and not any(word in lowered for word in near):
            continue
        for match in matches(_compiled(expression), text):
            around = lowered[max(0, match.start() - _REACH) : match.start()]
            if near and not any(word in around for word in near):
                continue
            if is_token(match.group()) and not is_masked(text, match.end()) and not _is_sample(lowered, match):
                yield match.span()


def _is_sample(lowered: str, match: Any) -> bool:
    """Whether it is the token that jwt.io shows (subject 1234567890, John Doe), and the words say so."""
    around = lowered[max(0, match.start() - _REACH) : match.start()] + lowered[match.end() : match.end() + _REACH]
    return _SAMPLE in match.group() and any(word in around for word in ("jwt.io", "sample", "example", "docs", "示例"))


def is_token(value: str) -> bool:
    """Whether a value of a vendor's form was drawn at random, and does not only stand for one."""
    value = value.lstrip("A")  # Twitter's begin with some twenty
    if is_placeholder(value) or entropy(value) < _LEAST_ENTROPY:
        return False
    strange = strangeness(value)
    letters = sum(map(str.isalpha, value))
    return strange is None or letters < _LEAST_LETTERS or strange >= _WORDLIKE or letters * 3 < len(value) * 2
