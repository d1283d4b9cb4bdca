"""Korea: business numbers and addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.kr import KrAddressRecognizer, KrBusinessNumberRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (KrBusinessNumberRecognizer, "사업자등록번호 116-82-00276", "116-82-00276"),
        (KrBusinessNumberRecognizer, "사업자번호 1168200276", "1168200276"),
        (KrAddressRecognizer, "서울특별시 강남구 테헤란로 152", "서울특별시 강남구 테헤란로 152"),
        (KrAddressRecognizer, "강남구 역삼동 737번지", "강남구 역삼동 737번지"),
        (KrAddressRecognizer, "행복아파트 103동 1204호", "행복아파트 103동 1204호"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (KrBusinessNumberRecognizer, "사업자등록번호 116-82-00275"),
        (KrBusinessNumberRecognizer, "주문 116-82-00276"),
        (KrAddressRecognizer, "강남구에 갔다"),
        (KrAddressRecognizer, "2호선을 타고 3번 출구"),
        (KrAddressRecognizer, "길 152"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
