"""Addresses that name no street."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.post_box import PostBoxRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P.O. Box 123, Springfield", "P.O. Box 123"),
        ("PO Box #4521", "PO Box #4521"),
        ("Postfach 1234", "Postfach 1234"),
        ("PSC 0729, Box 5797", "PSC 0729, Box 5797"),
        ("unit 4719 box 7394", "unit 4719 box 7394"),
        ("ship to FPO AE 12382", "FPO AE 12382"),
    ],
)
def test_boxes(found: Find, text: str, expected: str) -> None:
    assert found(PostBoxRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "a box of 12 pencils",
        "unit 5 of the course",
        "the depot on 12th",
        "expo ae 12382",
    ],
)
def test_other_boxes_are_left_alone(found: Find, text: str) -> None:
    assert found(PostBoxRecognizer(), text) == []
