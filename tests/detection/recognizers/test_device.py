"""Numbers of telephones and vehicles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.device import ImeiRecognizer, VinInContextRecognizer, VinRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (ImeiRecognizer, "IMEI 490154203237518", "490154203237518"),
        (ImeiRecognizer, "手机串号：49-015420-323751-8", "49-015420-323751-8"),
        (VinRecognizer, "1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
        (VinInContextRecognizer, "车架号 LVSHCAMB3NE204817", "LVSHCAMB3NE204817"),
        (VinInContextRecognizer, "Fahrgestellnummer WVWZZZ1KZ6W612305", "WVWZZZ1KZ6W612305"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (ImeiRecognizer, "IMEI 490154203237519"),
        (ImeiRecognizer, "order 490154203237518"),
        (VinRecognizer, "1M8GDM9AXKP042789"),
        (VinRecognizer, "1M8GDM9AXKPO42788"),
        (VinRecognizer, "11111111111111111"),
        (VinInContextRecognizer, "LVSHCAMB3NE204817"),
        (VinInContextRecognizer, "VIN has 17 characters"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
