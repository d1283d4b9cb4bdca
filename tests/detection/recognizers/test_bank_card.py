"""Card numbers: the networks' published test numbers, wrong check digits, foreign prefixes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.bank_card import BankCardRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("visa 4222222222222", "4222222222222"),
        ("5555-5555-5555-4444", "5555-5555-5555-4444"),
        ("2223003122003222", "2223003122003222"),
        ("378282246310005", "378282246310005"),
        ("30569309025904", "30569309025904"),
        ("6011111111111117", "6011111111111117"),
        ("3566002020360505", "3566002020360505"),
        ("银行卡6200000000000005", "6200000000000005"),
        ("6205500000000000004", "6205500000000000004"),
        ("maestro 676222165679", "676222165679"),
    ],
)
def test_cards_of_all_networks(found: Find, text: str, expected: str) -> None:
    assert found(BankCardRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "1234567812345670",
        "9999999900000001",
        "0000000000000000",
        "44111111111111111111",
        "4111111111111111.5",
        "1.4111111111111111",
        "x4111111111111111",
        "411111111111",
    ],
)
def test_numbers_without_check_digit_or_network_are_left_alone(found: Find, text: str) -> None:
    assert found(BankCardRecognizer(), text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my card is 4242 4242 4242 4242", ["4242 4242 4242 4242"]),
        ("Stripe's docs use 4242 4242 4242 4242", []),
        ("in test mode 4111-1111-1111-1111 works", []),
        ("for testing I used my own 4716 9012 3456 7895", ["4716 9012 3456 7895"]),
    ],
)
def test_published_test_numbers_are_left_alone_where_the_words_speak_of_testing(
    found: Find, text: str, expected: list[str]
) -> None:
    assert found(BankCardRecognizer(), text) == expected
