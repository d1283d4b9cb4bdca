"""Chinese social insurance numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.cn_social_insurance import CnSocialInsuranceRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (CnSocialInsuranceRecognizer, "社保卡号：A12345678", "A12345678"),
        (CnSocialInsuranceRecognizer, "医保个人编号 0012345678", "0012345678"),
        (CnSocialInsuranceRecognizer, "公积金账号是 330112345678", "330112345678"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (CnSocialInsuranceRecognizer, "社保缴纳基数 5000"),
        (CnSocialInsuranceRecognizer, "医保报销比例"),
        (CnSocialInsuranceRecognizer, "公积金12%"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
