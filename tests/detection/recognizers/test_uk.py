"""United Kingdom: tax references, bank accounts, addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.uk import UkAddressRecognizer, UkBankAccountRecognizer, UkTaxReferenceRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (UkTaxReferenceRecognizer, "my UTR is 1955839661", "1955839661"),
        (UkTaxReferenceRecognizer, "HMRC reference 19558 39661", "19558 39661"),
        (UkBankAccountRecognizer, "sort code 20-00-00, account 55779911", "20-00-00, account 55779911"),
        (UkBankAccountRecognizer, "account 20 00 00 55779911", "20 00 00 55779911"),
        (UkAddressRecognizer, "14 Ferndale Road, Leeds LS9 7QT", "14 Ferndale Road, Leeds LS9 7QT"),
        (UkAddressRecognizer, "I live at Flat 2, 9 Bank St, Bolton, BL1 1AA", "Flat 2, 9 Bank St, Bolton, BL1 1AA"),
        (UkAddressRecognizer, "my postcode is SW1A 2AA", "SW1A 2AA"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (UkTaxReferenceRecognizer, "my UTR is 1955839662"),
        (UkTaxReferenceRecognizer, "order 1955839661"),
        (UkBankAccountRecognizer, "on 20-05-24 we paid"),
        (UkBankAccountRecognizer, "account opened 12-05-2024"),
        (UkAddressRecognizer, "a regular expression for UK postcodes such as SW1A 1AA"),
        (UkAddressRecognizer, "12 apples and M1 2AB"),
        (UkAddressRecognizer, "at 9 we take bus W1A 1AA"),
        (UkAddressRecognizer, "the M25 is 117 miles long"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
