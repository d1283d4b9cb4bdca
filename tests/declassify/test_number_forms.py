"""A number that comes back with other separators than it was sent with."""

from __future__ import annotations

import json

import pytest

from gateway.declassify.forms import forms
from gateway.declassify.replaced import Replaced
from gateway.declassify.restore import restore


def phone(original: str, surrogate: str) -> Replaced:
    return Replaced("PHONE_NUMBER", original, surrogate)


NUMBERS = forms(
    [
        phone("+49 30 1234567", "+49 30 9876543"),
        phone("0221 555666", "0221 777888"),
        phone("(415) 555-0123", "(212) 555-0188"),
        phone("13812345678", "17367929131"),
        phone("+34 612 345 678", "+34 709 937 241"),
        Replaced("CREDIT_CARD", "4111 1111 1111 1111", "4795 7544 9648 3522"),
        Replaced("IBAN_CODE", "DE89 3704 0044 0532 0130 00", "DE12 5555 6666 7777 8888 99"),
        Replaced("BANK_ACCOUNT", "12-345678", "98-765432"),
        Replaced("IP_ADDRESS", "10.20.30.40", "192.0.2.115"),
        Replaced("CUSTOMER_ID", "12345", "67890"),
    ]
)


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        # Separators
        ("+49-30-9876543, +49 (30) 987-65-43, +49.30.9876543", "+49-30-1234567, +49 (30) 123-45-67, +49.30.1234567"),
        ("4795754496483522, 4795-7544-9648-3522.", "4111111111111111, 4111-1111-1111-1111."),
        ("４７９５-7544-9648-3522", "4111-1111-1111-1111"),
        ("212-555-0188, 212.555.0188, (212)5550188", "415-555-0123, 415.555.0123, (415)5550123"),
        ("173 6792 9131, 173‑6792–9131", "138 1234 5678, 138‑1234–5678"),
        ("DE12555566667777888899, de12-5555-6666-7777-8888-99", "DE89370400440532013000, DE89-3704-0044-0532-0130-00"),
        ("98 765 432, 98765432", "12 345 678, 12345678"),
        # With and without the country's code
        ("030 9876543, (030) 987 65 43, 030/9876543", "030 1234567, (030) 123 45 67, 030/1234567"),
        ("+49 (0)30 9876543, 0049 30 9876543", "+49 (0)30 1234567, 0049 30 1234567"),
        ("+49 221 777888, +44-221-777-888", "+49 221 555666, +44-221-555-666"),
        ("+1 212-555-0188, +86 173 6792 9131", "+1 415-555-0123, +86 138 1234 5678"),
        ("709 937 241, 709-937-241", "612 345 678, 612-345-678"),
        # Lists, links, expiry dates
        ("1. 4795-7544-9648-3522\n2) 98765432", "1. 4111-1111-1111-1111\n2) 12345678"),
        ("4795-7544-9648-3522 12/27", "4111-1111-1111-1111 12/27"),
        ("tel:+49-30-9876543", "tel:+49-30-1234567"),
        # Behind the 1 that is called before it, and behind another number
        ("1 (212) 555-0188, 1 212 555 0188, 1.212.555.0188", "1 (415) 555-0123, 1 415 555 0123, 1.415.555.0123"),
        ("0221 777888 0221 777888", "0221 555666 0221 555666"),
        ("Tel. 0221 777888 030 9876543 +49 30 9876543", "Tel. 0221 555666 030 1234567 +49 30 1234567"),
        ("0221 777888 (212) 555 0188", "0221 555666 (415) 555 0123"),
        ("+49 (0) 30 - 987 65 43", "+49 (0) 30 - 123 45 67"),
        # Other numbers
        ("11 212 555 0188, 2 212 555 0188, 5 1 212 555 0188, 3.1 212 555 0188", None),
        ("DE12 3704 0044 0532 98 765 432, 3704 0030 9876 543, 8888-98 765 432", None),
        ("4795-7544-9648-35221, 14795-7544-9648-3522, 5 98-765-432, 5-98765-432", None),
        ("+44 212-555-0188, 0044 709-937-241", None),
        ("4795,7544,9648,3522; 4795 - - - 7544 - - - 9648 3522", None),
        ("67-890, 192-0-2-115, 30/9876543", None),
        ("9876543x, x030-9876543", None),
    ],
)
def test_a_number_comes_back_with_the_separators_it_is_written_with(written: str, restored: str | None) -> None:
    assert restore(written, NUMBERS) == (written if restored is None else restored)


def test_in_json_it_stays_within_its_string() -> None:
    sent = {"to": "+49-30-9876543", "list": ["4795", "754496483522"], "card": "4795\t7544-9648 3522"}
    meant = {"to": "+49-30-1234567", "list": ["4795", "754496483522"], "card": "4111\t1111-1111 1111"}
    for ascii_only in (True, False):
        answer = restore(json.dumps(sent, ensure_ascii=ascii_only), NUMBERS.in_json())
        assert json.loads(answer) == meant


def test_digits_that_two_numbers_share_are_left_alone() -> None:
    table = forms([phone("030 1234567", "030 9876543"), Replaced("CUSTOMER_ID", "555-666-7777", "030-987-6543")])
    assert restore("0309876 543", table) == "0309876 543"
    assert restore("030 9876543 and 030-987-6543", table) == "030 1234567 and 555-666-7777"


def test_a_number_of_another_length_comes_back_only_as_it_was_sent() -> None:
    table = forms([phone("030 1234567", "030 98765432")])
    assert restore("030 98765432, 030-98765432", table) == "030 1234567, 030-98765432"


def test_placeholders_are_no_numbers() -> None:
    table = forms(
        [Replaced("IBAN_CODE", "DE89 3704 0044 0532 0130 00", "<IBAN_CODE_1>"), phone("030 1", "<PHONE:1234567>")]
    )
    assert restore("1234567, IBAN CODE 1", table) == "1234567, IBAN CODE 1"


def test_of_very_many_telephones_each_comes_back_as_it_is_called() -> None:
    table = forms([phone(f"0221 11{number:04}", f"0221 99{number:04}") for number in range(60)])
    assert restore("0221-99-0007, +49 221 990007", table) == "0221-11-0007, +49 221 990007"
