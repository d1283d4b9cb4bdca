"""Resident identity numbers: the examples of GB 11643 and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.cn_resident_id import CnResidentIdRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身份证号是11010519491231002X。", "11010519491231002X"),
        ("440524188001010014", "440524188001010014"),
        ("id 11010519491231002x!", "11010519491231002x"),
        ("110105 19491231 002X", "110105 19491231 002X"),
        ("号码110105-19491231-002X", "110105-19491231-002X"),
        ("老证号码是130503670401001", "130503670401001"),
    ],
)
def test_numbers_with_a_right_check_character(found: Find, text: str, expected: str) -> None:
    assert found(CnResidentIdRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "11010519491331002X",
        "11010519490230002X",
        "99010519491231002X",
        "9111010519491231002X",
        "11010519491231002X7",
        "A11010519491231002X",
        "order 123456789012345678",
        "130503671301001",
    ],
)
def test_look_alikes_are_left_alone(found: Find, text: str) -> None:
    assert found(CnResidentIdRecognizer(), text) == []


Detected = Callable[[str], set[tuple[str, str]]]


@pytest.mark.parametrize(("text", "seen"), [("身份证 130503670401001", True), ("单号 130503670401001", False)])
def test_fifteen_digits_count_only_beside_a_word_that_says_so(detected: Detected, text: str, seen: bool) -> None:
    assert (("CN_RESIDENT_ID", "130503670401001") in detected(text)) == seen


@pytest.mark.parametrize(("text", "seen"), [("身份证号110105194912310029", True), ("流水110105194912310029", False)])
def test_a_number_with_a_slip_counts_only_beside_a_word_that_says_so(detected: Detected, text: str, seen: bool) -> None:
    assert (("CN_RESIDENT_ID", "110105194912310029") in detected(text)) == seen
