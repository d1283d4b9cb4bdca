"""Mainland mobile numbers in the ways people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.cn_mobile import CnMobileRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("打13912345678给我", "13912345678"),
        ("+86 139 1234 5678", "+86 139 1234 5678"),
        ("tel:(+86)139-1234-5678", "(+86)139-1234-5678"),
        ("008613912345678", "008613912345678"),
        ("手机：198 0013 8001。", "198 0013 8001"),
    ],
)
def test_mobile_numbers(found: Find, text: str, expected: str) -> None:
    assert found(CnMobileRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "12912345678",
        "1391234567",
        "139123456789",
        "9913912345678",
        "0.13912345678",
        "13912345678.5",
        "sha13912345678",
        "13912345678px",
        "13333333333",
        "订单2024013912345678901",
    ],
)
def test_longer_numbers_and_placeholders_are_left_alone(found: Find, text: str) -> None:
    assert found(CnMobileRecognizer(), text) == []
