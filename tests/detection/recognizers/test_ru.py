"""Russia: SNILS, INN, passports, addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.ru import (
    RuAddressRecognizer,
    RuInnRecognizer,
    RuPassportRecognizer,
    RuSnilsInContextRecognizer,
    RuSnilsRecognizer,
)

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (RuSnilsRecognizer, "112-233-445 95", "112-233-445 95"),
        (RuSnilsInContextRecognizer, "мой СНИЛС 11223344501", "11223344501"),
        (RuInnRecognizer, "ИНН 123456789047", "123456789047"),
        (RuInnRecognizer, "ИНН 7707083893", "7707083893"),
        (RuPassportRecognizer, "паспорт серия 4510 № 123456", "4510 № 123456"),
        (RuPassportRecognizer, "паспорт 45 10 123456", "45 10 123456"),
        (RuAddressRecognizer, "ул. Зои Космодемьянской, д. 9, кв. 48", "ул. Зои Космодемьянской, д. 9, кв. 48"),
        (RuAddressRecognizer, "проспект Мира, 101", "проспект Мира, 101"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (RuSnilsRecognizer, "112-233-445 96"),
        (RuSnilsInContextRecognizer, "заказ 11223344501"),
        (RuSnilsInContextRecognizer, "СНИЛС не нужен"),
        (RuInnRecognizer, "ИНН 123456789048"),
        (RuInnRecognizer, "заказ 123456789047"),
        (RuPassportRecognizer, "паспорт нужен до 2025"),
        (RuPassportRecognizer, "серия 12"),
        (RuAddressRecognizer, "иду по улице"),
        (RuAddressRecognizer, "улица была пуста"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
