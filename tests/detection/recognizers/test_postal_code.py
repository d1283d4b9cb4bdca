"""Postal codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.postal_code import PostalCodeRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (PostalCodeRecognizer, "〒150-0001", "150-0001"),
        (PostalCodeRecognizer, "zip code 94110", "94110"),
        (PostalCodeRecognizer, "邮编：310012", "310012"),
        (PostalCodeRecognizer, "PLZ 10115", "10115"),
        (PostalCodeRecognizer, "CEP 01310-100", "01310-100"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (PostalCodeRecognizer, "zip the 12345 files"),
        (PostalCodeRecognizer, "a postal code has 5 digits"),
        (PostalCodeRecognizer, "unzip 94110.tar"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
