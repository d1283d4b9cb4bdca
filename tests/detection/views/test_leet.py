"""Figures that stand for letters are turned back; codes and versions stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.leet import could_hold, resolve

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tell M4rg0t H3nd3rs0n", "tell Margot Henderson"),
        ("my boss is 4l3x4ndr4", "my boss is Alexandra"),
        ("d14b3t3s", "Diabetes"),
    ],
)
def test_words_become_letters(after: After, text: str, expected: str) -> None:
    assert could_hold(text.split())
    assert after(resolve, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "python3",
        "i18n and a11y",
        "v1.3.0",
        "h264",
        "deadbeef01",
        "0x1f3a",
        "AB12345",
        "utf8",
        "x0y1@host.de",
        "B2B",
    ],
)
def test_codes_stay(after: After, text: str) -> None:
    assert after(resolve, text) == text


@given(st.text(alphabet="aZ013457@$ .", max_size=60))
def test_every_character_stays_one(after: After, text: str) -> None:
    assert len(after(resolve, text)) == len(text)
