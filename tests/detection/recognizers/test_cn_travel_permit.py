"""Permits between the mainland, Hong Kong, Macao and Taiwan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.cn_travel_permit import CnTravelPermitRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (CnTravelPermitRecognizer, "港澳通行证C12345678", "C12345678"),
        (CnTravelPermitRecognizer, "回乡证 H12345678", "H12345678"),
        (CnTravelPermitRecognizer, "台胞证号12345678", "12345678"),
        (CnTravelPermitRecognizer, "往来台湾通行证 L12345678", "L12345678"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (CnTravelPermitRecognizer, "C12345678"),
        (CnTravelPermitRecognizer, "通行证办理流程"),
        (CnTravelPermitRecognizer, "车辆通行证A1234"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
