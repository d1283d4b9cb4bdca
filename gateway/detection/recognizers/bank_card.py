"""Payment card numbers (ISO/IEC 7812): credit, debit and bank cards, UnionPay included.

All are `CREDIT_CARD`, Presidio's name, so that a policy needs one line for them.
"""

from __future__ import annotations

import re
from typing import Any

from gateway.detection.presidio import RecognizerResult
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

# (lowest, highest prefix, lengths), from the networks' published ranges.
_ISSUERS: tuple[tuple[str, str, frozenset[int]], ...] = tuple(
    (low, high, frozenset(lengths))
    for low, high, lengths in (
        ("4", "4", (13, 16, 19)),  # Visa
        ("51", "55", (16,)),  # Mastercard
        ("2221", "2720", (16,)),  # Mastercard
        ("34", "34", (15,)),  # American Express
        ("37", "37", (15,)),
        ("300", "305", (14, 16)),  # Diners Club
        ("36", "36", (14, 15, 16)),
        ("38", "39", (14, 16)),
        ("35", "35", (16, 17, 18, 19)),  # JCB (3528 to 3589; generators use all of 35)
        ("6011", "6011", (16, 17, 18, 19)),  # Discover
        ("644", "659", (16, 17, 18, 19)),
        ("62", "62", (16, 17, 18, 19)),  # UnionPay
        ("81", "82", (16, 17, 18, 19)),  # UnionPay, RuPay
        ("50", "50", (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro, RuPay, Verve
        ("56", "69", (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro, RuPay
        ("2200", "2204", (16, 17, 18, 19)),  # Mir
        ("9792", "9792", (16,)),  # Troy
        ("2131", "2131", (15,)),
        ("1800", "1800", (15,)),  # JCB's old ranges
        ("0604", "0604", (12, 13, 16, 18, 19)),  # Maestro
    )
)

# Card numbers that payment services publish for trying things out (Stripe, Adyen, PayPal, Braintree).
_TEST_NUMBERS = (
    "4242424242424242 4000056655665556 4111111111111111 4012888888881881 4000000000000002 4000000000000077 "
    "4000000000003220 4000002500003155 4000000000009995 4222222222222 4917610000000000 5555555555554444 "
    "5200828282828210 5105105105105100 5454545454545454 2223003122003222 378282246310005 371449635398431 "
    "378734493671000 6011111111111117 6011000990139424 6011601160116611 30569309025904 38520000023237 "
    "3056930009020004 36227206271667 3566002020360505 3530111333300000 6200000000000005 6205500000000000004 "
    "6240008631401148"
)
TEST_CARDS = frozenset(_TEST_NUMBERS.split())
_OF_DOCUMENTATION = re.compile(
    r"\b(?:tests?|testing|sandbox|docs?|documentation|samples?|examples?|dummy|fake)\b|测试|示例|文档", re.IGNORECASE
)
_NEAR = 80


def luhn(digits: str) -> bool:
    """Whether the last digit is the right check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _issued(digits: str) -> bool:
    return any(low <= digits[: len(low)] <= high and len(digits) in lengths for low, high, lengths in _ISSUERS)


class BankCardRecognizer(Rule):
    """12 to 19 digits in any grouping, with a right check digit and a network's prefix and length."""

    NEEDS: Needs = needs(digits=12)
    LANGUAGES = ("en", "zh")
    EXAMPLE = "card 4716 9012 3456 7895"
    STANDARD = "ISO/IEC 7812"

    ENTITY = "CREDIT_CARD"
    PATTERNS = (("grouped", r"(?<![0-9A-Za-z_.-])\d(?:[ -]?\d){11,18}(?![0-9A-Za-z_]|[.-]\d)", 0.6),)
    CONTEXT = (
        "card", "credit", "debit", "visa", "mastercard", "amex", "maestro", "unionpay", "cc", "pan",
        "银行卡", "信用卡", "借记卡", "储蓄卡", "卡号", "銀行卡", "卡號", "银联",
    )  # fmt: skip

    def validate_result(self, pattern_text: str) -> bool:
        """Whether it is a card number; digits that are all the same are not."""
        digits = "".join(character for character in pattern_text if character.isdigit())
        return len(set(digits)) > 1 and _issued(digits) and luhn(digits)

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Presidio's interface; leaves out the services' test numbers where the words speak of testing."""
        return [item for item in super().analyze(text, entities) if not _is_for_testing(text, item.start, item.end)]


def _is_for_testing(text: str, start: int, end: int) -> bool:
    number = "".join(filter(str.isdigit, text[start:end]))
    return number in TEST_CARDS and _OF_DOCUMENTATION.search(text, max(0, start - _NEAR), end + _NEAR) is not None
