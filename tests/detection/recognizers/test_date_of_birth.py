"""Dates beside a word for birth, in several languages and orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.date_of_birth import BirthMonthRecognizer, DateOfBirthRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("born 3 May 1961", "3 May 1961"),
        ("She was born on May 3rd, 1961 in Lyon", "May 3rd, 1961"),
        ("DOB: 1961-05-03", "1961-05-03"),
        ("D.O.B. 03/05/61", "03/05/61"),
        ("date of birth 19610503", "19610503"),
        ("geboren am 3. Mai 1961", "3. Mai 1961"),
        ("né le 3 mai 1961", "3 mai 1961"),
        ("nacida el 3 de mayo de 1961", "3 de mayo de 1961"),
        ("出生于1961年5月3日", "1961年5月3日"),
        ("1961年5月3日生，", "1961年5月3日"),
        ("生日：1990.12.1", "1990.12.1"),
        ("出生日期：一九六一年五月三日", "一九六一年五月三日"),
    ],
)
def test_dates_of_birth(found: Find, text: str, expected: str) -> None:
    assert found(DateOfBirthRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "on 3 May 1961 the wall fell",
        "born in 1961",
        "生于1958年1月",
        "born May 1968",
        "a star is born",
        "Bach was born on 31 March 1685",
        "release 2024-05-03",
        "1972年3月参加工作",
        "1961年5月3日生产",
        "the firstborn of 2001-01-01 files",
    ],
)
def test_other_dates_are_left_alone(found: Find, text: str) -> None:
    assert found(DateOfBirthRecognizer(), text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1968年10月出生", ["1968年10月"]),
        ("他1968年10月生，", ["1968年10月"]),
        ("一九六八年十月出生", ["一九六八年十月"]),
        ("生于1958年1月", ["1958年1月"]),
        ("出生年月：1990.05", ["1990.05"]),
        ("1985年出生", ["1985年"]),
        ("born May 1968", ["May 1968"]),
        ("1965年7月30日出生。", []),
        ("born 5 May 1968", []),
        ("1985年学生会", []),
    ],
)
def test_a_month_of_birth_is_a_type_of_its_own(found: Find, text: str, expected: list[str]) -> None:
    assert found(BirthMonthRecognizer(), text) == expected
