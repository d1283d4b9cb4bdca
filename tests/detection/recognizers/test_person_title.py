"""Names after a title, and those of people who introduce themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.person_title import PersonTitleRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear Mr. Okafor,", "Okafor"),
        ("ask Dr Ana-Maria O'Neill about it", "Ana-Maria O'Neill"),
        ("Mrs. van Dyke or Ms. Johanna van Dyke", "Johanna van Dyke"),
        ("write email to Mr.Ivan Klimkovic , thanks", "Ivan Klimkovic"),
        ("my name is belal", "belal"),
        ("My full name is Seema Taneja", "Seema Taneja"),
        ("i am called Zed", "Zed"),
    ],
)
def test_names(found: Find, text: str, expected: str) -> None:
    assert found(PersonTitleRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "the doctor is in",
        "my name is not important",
        "Mr. and so on",
        "dr. no-one",
        "MS",
        "her name was a secret",
    ],
)
def test_titles_without_names_are_left_alone(found: Find, text: str) -> None:
    assert found(PersonTitleRecognizer(), text) == []
