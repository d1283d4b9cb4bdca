"""Hong Kong: identity cards and telephone numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.hk import HkIdRecognizer, HkIdWithoutBracketsRecognizer, HkPhoneRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (HkIdRecognizer, "HKID A123456(3)", "A123456(3)"),
        (HkIdRecognizer, "我的香港身份證號碼係 R482917(3)", "R482917(3)"),
        (HkIdRecognizer, "AB987654(3)", "AB987654(3)"),
        (HkIdRecognizer, "id: a123456(3)", "a123456(3)"),
        (HkIdWithoutBracketsRecognizer, "HKID: A1234563", "A1234563"),
        (HkPhoneRecognizer, "WhatsApp 9123 4567", "9123 4567"),
        (HkPhoneRecognizer, "電話：61234567", "61234567"),
        (HkPhoneRecognizer, "call +852 2345 6789", "+852 2345 6789"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (HkIdRecognizer, "HKID A123456(4)"),
        (HkIdRecognizer, "AB987654(2)"),
        (HkIdRecognizer, "see section A12345(3)"),
        (HkIdRecognizer, "f(x) = G123456(0)"),
        (HkIdRecognizer, "XA123456(3)"),
        (HkIdWithoutBracketsRecognizer, "part A1234563"),
        (HkIdWithoutBracketsRecognizer, "HKID: A1234564"),
        (HkPhoneRecognizer, "order 9123 4567"),
        (HkPhoneRecognizer, "電話會議 20240503"),
        (HkPhoneRecognizer, "version 1234 5678"),
        (HkPhoneRecognizer, "致電 123 4567"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
