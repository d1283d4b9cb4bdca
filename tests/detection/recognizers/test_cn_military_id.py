"""Identity cards of the Chinese forces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.cn_military_id import CnMilitaryIdRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (CnMilitaryIdRecognizer, "军官证：军字第2021345号", "军字第2021345号"),
        (CnMilitaryIdRecognizer, "南字第01234567号", "南字第01234567号"),
        (CnMilitaryIdRecognizer, "军官证号 0123456", "0123456"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (CnMilitaryIdRecognizer, "军字第12号"),
        (CnMilitaryIdRecognizer, "文字第1234567"),
        (CnMilitaryIdRecognizer, "军官证怎么办"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
