"""Passport numbers of any country beside a word for passport."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.passport import PassportRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("passport number 123456789", "123456789"),
        ("my passport is X1234567", "X1234567"),
        ("Passport No: 12 34 567890", "12 34 567890"),
        ("pasaporte: AAB123456", "AAB123456"),
        ("Reisepass C01X00T47 / Reisepass C1234567", "C1234567"),
        ("護照 312345678", "312345678"),
        ("паспорт 4509 / паспорта 123456789", "123456789"),
    ],
)
def test_numbers_beside_the_word(found: Find, text: str, expected: str) -> None:
    assert found(PassportRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "flight 123456789",
        "the passport office opens at 9",
        "passport 1234",
        "passport photo 1234567890123",
    ],
)
def test_no_word_or_no_number(found: Find, text: str) -> None:
    assert found(PassportRecognizer(), text) == []
