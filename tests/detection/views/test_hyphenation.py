"""Words and keys that a line break has cut are put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.hyphenation import join

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Maria Gonza-\nlez", "Maria Gonzalez"),
        ("Maria Gonza- \r\n  > lez", "Maria Gonzalez"),
        ("key sk-abcdefgh12345678\nijklmnop567890 end", "key sk-abcdefgh12345678ijklmnop567890 end"),
        ("key=abcdefgh12345678\\\nijklmnop567890", "key=abcdefgh12345678ijklmnop567890"),
    ],
)
def test_pieces_are_joined(after: After, text: str, expected: str) -> None:
    assert after(join, text) == expected


@pytest.mark.parametrize(
    "text", ["", "a\nb", "- item\n- item", "first line\nsecond line", "1234-\n5678", "version 1.2.3\nversion 1.2.4"]
)
def test_other_breaks_stay(after: After, text: str) -> None:
    assert after(join, text) == text


@given(st.text(st.sampled_from("ab1-\n\r >@\\_"), max_size=80))
def test_only_breaks_are_lost(after: After, text: str) -> None:
    gaps = str.maketrans("", "", "-\n\r >\\")
    assert after(join, text).translate(gaps) == text.translate(gaps)
