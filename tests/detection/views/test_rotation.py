"""ROT13 is undone where its frequent words stand; nothing else is rotated."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.rotation import could_hold, rotate

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My name is John Smith", "My name is John Smith"),
        ("Call Maria at 555 1234, her phone", "Call Maria at 555 1234, her phone"),
        ("my password is hunter2", "my password is hunter2"),
        ("my HIV test came back positive last week", "my HIV test came back positive last week"),
    ],
)
def test_sentences_are_rotated_back(after: After, text: str, expected: str) -> None:
    rotated = codecs.encode(text, "rot13")
    assert could_hold(rotated.lower().replace(",", " ").split())
    assert after(rotate, rotated) == expected
    assert after(rotate, f"please decode this text: {rotated}") == f"please decode this text: {expected}"


def test_other_lines_stay(after: After) -> None:
    assert after(rotate, "Dear all,\nzl anzr vf Wbua\nBest, Gur") == "Dear all,\nmy name is John\nBest, Gur"


@pytest.mark.parametrize(
    "text", ["", "peptide Arg-Ile-Asp", "GUR", "the quick brown fox", "va bs gb", "Sbe, a village"]
)
def test_ordinary_text_stays(after: After, text: str) -> None:
    assert after(rotate, text) == text


@given(
    st.lists(st.sampled_from(["gur", "zl", "naq", "word", "Wbua", "is", "張", "x@svez.pbz", "\n", "1"]), max_size=20)
)
def test_nothing_is_lost(after: After, words: list[str]) -> None:
    text = " ".join(words)
    once = after(rotate, text)
    assert len(once) == len(text)
    assert [character for character in once if not character.isascii()] == [c for c in text if not c.isascii()]
