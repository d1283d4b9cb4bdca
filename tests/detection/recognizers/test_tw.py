"""Taiwan: identity numbers and mobiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.tw import TwMobileRecognizer, TwNationalIdRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (TwNationalIdRecognizer, "身分證字號 A123456789", "A123456789"),
        (TwNationalIdRecognizer, "ARC A800000014", "A800000014"),
        (TwNationalIdRecognizer, "居留證 FA12345689", "FA12345689"),
        (TwNationalIdRecognizer, "台灣身分證 H124803976,姓名", "H124803976"),
        (TwMobileRecognizer, "手機0937-418-260,", "0937-418-260"),
        (TwMobileRecognizer, "call +886 912 345 678", "+886 912 345 678"),
        (TwMobileRecognizer, "0912345678", "0912345678"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (TwNationalIdRecognizer, "身分證 A123456788"),
        (TwNationalIdRecognizer, "part A323456789"),
        (TwNationalIdRecognizer, "A12345678"),
        (TwNationalIdRecognizer, "AA123456789"),
        (TwMobileRecognizer, "0812345678"),
        (TwMobileRecognizer, "order 109123456789"),
        (TwMobileRecognizer, "2024-0912-345"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
