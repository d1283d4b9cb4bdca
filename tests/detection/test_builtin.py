"""Presidio's own recognizers: believed with a check digit and a telling word, not for any number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.detection import builtin
from gateway.detection.engine import SepalDetector
from gateway.detection.recognizers.own_model import TOPICS

Detected = Callable[[str], set[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("IBAN gb82west12345698765432", "IBAN_CODE"),
        ("wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "CRYPTO"),
        ("MAC 3c:22:fb:1a:90:7e", "MAC_ADDRESS"),
        ("her account number is 12345678", "US_BANK_NUMBER"),
        ("driver's license D1234567 expired", "US_DRIVER_LICENSE"),
        ("routing 021000021", "ABA_ROUTING_NUMBER"),
        ("NINO AB123456C", "UK_NINO"),
        ("my aadhaar is 2345 6789 0124", "IN_AADHAAR"),
        ("DNI 12345678Z", "ES_NIF"),
        ("codice fiscale RSSMRA85T10A562S", "IT_FISCAL_CODE"),
        ("PESEL 44051401359", "PL_PESEL"),
        ("steuer-id 65929970489", "DE_TAX_ID"),
        ("TC kimlik 10000000146", "TR_NATIONAL_ID"),
        ("주민등록번호 900101-1234568", "KR_RRN"),
        ("released 2024-05-03", "DATE_TIME"),
    ],
)
def test_identifiers_of_many_countries(detected: Detected, text: str, entity: str) -> None:
    assert entity in {kind for kind, _ in detected(text)}


@pytest.mark.parametrize(
    "text",
    [
        "order 12345678 was shipped",
        "ticket 021000021 is open",
        "part D1234567 is sold out",
        "44051401359 rows were read",
        "65929970489 bytes free",
        "12345678901234 is a large number",
        "at 1719542560383 ms",
        "build 9434765919",
    ],
)
def test_the_same_numbers_without_a_word_are_just_numbers(detected: Detected, text: str) -> None:
    assert {kind for kind, _ in detected(text)} - {*TOPICS.values()} <= {"DATE_TIME"}


def test_every_builtin_is_there_once_for_all_languages(detector: SepalDetector) -> None:
    assert len({item.name for item in builtin.BUILTINS}) == len(builtin.BUILTINS)
    for item in builtin.BUILTINS:
        recognizer = builtin.load(item)
        assert set(recognizer.supported_entities) <= detector.entities
        assert recognizer.context or not item.required
