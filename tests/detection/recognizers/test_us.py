"""United States: EIN and social security numbers in part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.us import UsEinRecognizer, UsSsnInPartRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (UsEinRecognizer, "our EIN is 12-3456789", "12-3456789"),
        (UsEinRecognizer, "Federal Tax ID: 91-1144442", "91-1144442"),
        (UsSsnInPartRecognizer, "SSN: 123 45 6789", "123 45 6789"),
        (UsSsnInPartRecognizer, "my social security number is 078051120", "078051120"),
        (UsSsnInPartRecognizer, "the last four of my SSN are 4471", "4471"),
        (UsSsnInPartRecognizer, "SSN ending in 4471", "4471"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (UsEinRecognizer, "EIN 07-3456789"),
        (UsEinRecognizer, "part 12-3456789"),
        (UsEinRecognizer, "EIN 123-45-6789"),
        (UsSsnInPartRecognizer, "the last 4 digits of pi: 1415"),
        (UsSsnInPartRecognizer, "social media 2024"),
        (UsSsnInPartRecognizer, "SSN is nine digits"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
