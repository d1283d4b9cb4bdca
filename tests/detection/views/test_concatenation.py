"""Strings that a program puts together are read as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.views.concatenation import could_hold, join

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('key = "sk-" + "proj-" + "abc"', 'key = "sk-proj-abc"'),
        ("'helga' . '@kontor.de'", "'helga@kontor.de'"),
        ('"John" "son"', '"Johnson"'),
        ("'ab' +\n    'cd'", "'abcd'"),
        ('"ab".concat("cd")', '"abcd")'),
    ],
)
def test_pieces_become_one(after: After, text: str, expected: str) -> None:
    assert could_hold(text)
    assert after(join, text) == expected


@pytest.mark.parametrize("text", ["", "it's 'fine' and 'good'", '{"a": "b", "c": "d"}', '["a", "b"]', "f('x', 'y')"])
def test_other_quotes_stay(after: After, text: str) -> None:
    assert after(join, text) == text
