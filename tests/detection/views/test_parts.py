"""Numbers in fields of one name come together; fields of other names stay apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.views.parts import could_hold, join

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ssn_area=417, ssn_group=55, ssn_serial=3098", "ssn_area=417553098"),
        ('{"pan_1": "5200",\n "pan_2": "8216",\n "pan_3": "4903",\n "pan_4": "7187"}', '{"pan_1": "5200821649037187"}'),
        ("part1: 13800\npart2: 138000", "part1: 13800138000"),
    ],
)
def test_parts_are_joined(after: After, text: str, expected: str) -> None:
    assert could_hold(text, sum(map(str.isdigit, text)))
    assert after(join, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x=1000, y=2000",
        "width=1000, height=2000",
        "max_width=100, max_height=200",
        "a1=1 if b else a2=2000000",
        "t=1.5",
    ],
)
def test_other_fields_stay(after: After, text: str) -> None:
    assert after(join, text) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the first half of my phone is 138001, the second half is 38000", "13800138000"),
        ("first 8 digits 41111111 and then 11111111", "4111111111111111"),
        ("手机号前五位13800，后六位138000", "13800138000"),
    ],
)
def test_a_number_told_in_parts_comes_together(after: After, text: str, number: str) -> None:
    assert could_hold(text, sum(map(str.isdigit, text)))
    assert number in after(join, text)


@pytest.mark.parametrize(
    "text", ["the first 100 users, then 2000 more", "first 12, then 34", "前三名得分1200，后来升到1500"]
)
def test_other_figures_told_one_after_the_other_stay(after: After, text: str) -> None:
    assert after(join, text) == text


def test_what_is_told_in_parts_hides_no_fields(after: After) -> None:
    text = "first half 138001, second half 38000; ssn_area=417, ssn_group=55, ssn_serial=3098"
    assert "13800138000" in after(join, text)
    assert "417553098" in after(join, text)
