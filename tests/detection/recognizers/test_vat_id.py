"""VAT numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.vat_id import VatIdRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (VatIdRecognizer, "VAT number DE136695976", "DE136695976"),
        (VatIdRecognizer, "USt-IdNr. DE 136 695 976", "DE 136 695 976"),
        (VatIdRecognizer, "BTW NL004495445B01", "NL004495445B01"),
        (VatIdRecognizer, "partita IVA IT 00743110157", "IT 00743110157"),
        (VatIdRecognizer, "VAT no GB980780684", "GB980780684"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (VatIdRecognizer, "VAT number DE136695978"),
        (VatIdRecognizer, "DE136695976"),
        (VatIdRecognizer, "VAT of 20% on ES orders 2024"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
