"""Coordinates of somebody's place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.coordinates import CoordinatesRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (CoordinatesRecognizer, "my house is at 51.501364, -0.141890", "51.501364, -0.141890"),
        (CoordinatesRecognizer, "我家定位：31.230416,121.473701", "31.230416,121.473701"),
        (
            CoordinatesRecognizer,
            '{"lat": 40.712776, "lng": -74.005974} is where she is',
            '40.712776, "lng": -74.005974',
        ),
        (CoordinatesRecognizer, "meet me at 48°51'24.3\"N 2°21'07.1\"E", "48°51'24.3\"N 2°21'07.1\"E"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (CoordinatesRecognizer, "x = 51.501364, y = -0.141890"),
        (CoordinatesRecognizer, "the tower stands at 48.8584, 2.2945"),
        (CoordinatesRecognizer, "weights 0.123456, 0.654321 of the layer"),
        (CoordinatesRecognizer, "center = [37.77, -122.42]"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
