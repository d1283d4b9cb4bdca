"""India: GSTIN, UPI, bank accounts, mobiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.in_ import InGstinRecognizer, InIfscRecognizer, InMobileRecognizer, InUpiRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (InGstinRecognizer, "GSTIN 27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
        (InGstinRecognizer, "27aapfu0939f1zv", "27aapfu0939f1zv"),
        (InUpiRecognizer, "send it to meera.k92@okhdfcbank", "meera.k92@okhdfcbank"),
        (InUpiRecognizer, "my UPI is ravi@xyzbank", "ravi@xyzbank"),
        (InIfscRecognizer, "A/c 50100234567891, IFSC HDFC0001234", "50100234567891"),
        (InIfscRecognizer, "IFSC HDFC0001234 account 50100234567891", "50100234567891"),
        (InMobileRecognizer, "mobile 98765 04321", "98765 04321"),
        (InMobileRecognizer, "call +91 9876504321", "+91 9876504321"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (InGstinRecognizer, "GSTIN 27AAPFU0939F1ZO"),
        (InGstinRecognizer, "27AAPFU0939F1XV"),
        (InUpiRecognizer, "meera@okhdfcbank.com"),
        (InUpiRecognizer, "follow me @paytm"),
        (InUpiRecognizer, "upi payments grew by 40%"),
        (InIfscRecognizer, "IFSC HDFC0001234"),
        (InIfscRecognizer, "50100234567891"),
        (InMobileRecognizer, "order 98765 04321"),
        (InMobileRecognizer, "mobile 12345 67890"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
