"""Chinese passports and permits; believed only beside a word that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.cn_passport import CnPassportRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("护照E12345678", "E12345678"),
        ("EA1234567", "EA1234567"),
        ("G12345678", "G12345678"),
    ],
)
def test_formats(found: Find, text: str, expected: str) -> None:
    assert found(CnPassportRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "E1234567",
        "E123456789",
        "X12345678",
        "EI1234567",
        "AE12345678",
    ],
)
def test_other_formats_are_left_alone(found: Find, text: str) -> None:
    assert found(CnPassportRecognizer(), text) == []


Detected = Callable[[str], set[tuple[str, str]]]


@pytest.mark.parametrize(("text", "seen"), [("我的护照号码是E12345678", True), ("零件号 E12345678", False)])
def test_only_beside_a_word_that_says_so(detected: Detected, text: str, seen: bool) -> None:
    assert (("CN_PASSPORT", "E12345678") in detected(text)) == seen
