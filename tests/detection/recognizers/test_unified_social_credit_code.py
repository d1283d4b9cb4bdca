"""Codes of real organisations (public registers), wrong check characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.unified_social_credit_code import UnifiedSocialCreditCodeRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("信用代码91350100M000100Y43", "91350100M000100Y43"),
        ("9144030071526726XG", "9144030071526726XG"),
        ("code 91110000802100433b.", "91110000802100433b"),
    ],
)
def test_codes_with_a_right_check_character(found: Find, text: str, expected: str) -> None:
    assert found(UnifiedSocialCreditCodeRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "91350100M000100Y44",
        "9144030071526726X1",
        "91350100M000100Y433",
        "I1350100M000100Y43",
        "01350100M000100Y43",
    ],
)
def test_wrong_ones_are_left_alone(found: Find, text: str) -> None:
    assert found(UnifiedSocialCreditCodeRecognizer(), text) == []
