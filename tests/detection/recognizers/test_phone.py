"""Telephone numbers by numbering plan and by how they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.phone import PhoneRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call +1 415 555 2671 now", "+1 415 555 2671"),
        ("(212) 736-5000", "(212) 736-5000"),
        ("212-736-5000 x12", "212-736-5000 x12"),
        ("ring 020 7946 0958", "020 7946 0958"),
        ("+49 30 901820", "+49 30 901820"),
        ("电话：010-65529988", "010-65529988"),
        ("06 12 34 56 78", "06 12 34 56 78"),
    ],
)
def test_numbers(found: Find, text: str, expected: str) -> None:
    assert found(PhoneRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "on 2024-05-03",
        "03.05.2024 or 3/5/24",
        "host 192.168.100.200",
        "pi is 3.14159265358",
        "id_0123456789",
        "0x0123456789",
        "123456",
        "1920 - 1999",
    ],
)
def test_other_numbers_are_no_phone_numbers(found: Find, text: str) -> None:
    assert found(PhoneRecognizer(), text) == []


Detected = Callable[[str], set[tuple[str, str]]]


@pytest.mark.parametrize(("text", "seen"), [("my phone: 2127365000", True), ("order 2127365000", False)])
def test_bare_digits_count_only_beside_a_word_that_says_so(detected: Detected, text: str, seen: bool) -> None:
    assert (("PHONE_NUMBER", "2127365000") in detected(text)) == seen


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("позвони мне 8 (916) 123-45-67", "8 (916) 123-45-67"),
        ("перезвони на 8 916 123 45 67", "8 916 123 45 67"),
        ("llámame al 612 345 678", "612 345 678"),
        ("me liga 11 91234-5678", "11 91234-5678"),
        ("chiamami al 347 1234567", "347 1234567"),
        ("appelle-moi au 06 42 34 16 78", "06 42 34 16 78"),
    ],
)
def test_verbs_of_calling_say_so_in_other_languages(detected: Detected, text: str, number: str) -> None:
    assert ("PHONE_NUMBER", number) in detected(text)
