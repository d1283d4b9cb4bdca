"""Names that a question is about: as they are written, in part once they stood in full, and no private ones."""

from __future__ import annotations

import pytest

from gateway.detection import well_known
from gateway.detection.presidio import RecognizerResult
from gateway.detection.well_known import is_well_known, plain, whole_names
from gateway.detection.whose import tell_apart


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Elon Musk", True),
        ("ELON  MUSK's", True),
        ("Beyoncé", True),
        ("beyonce", True),
        ("李白", True),
        ("埃隆·马斯克", True),
        ("埃隆•马斯克", True),
        ("埃隆-马斯克", True),
        ("Elon", False),
        ("Michael Jordan", False),
        ("王伟", False),
        ("", False),
    ],
)
def test_names_are_found_however_they_are_written(name: str, expected: bool) -> None:
    assert is_well_known(name) is expected


def test_the_list_has_no_line_twice_and_no_single_letter() -> None:
    names = well_known.listed()

    assert len(names) == len(set(names)) > 1000
    assert all(len(plain(name)) > 1 for name in names)


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("ask Elon Musk about it", "Musk", {"elon musk"}),
        ("the works of rabindranath tagore, please", "rabindranath", {"rabindranath tagore"}),
        ("评价一下埃隆·马斯克的公司", "马斯克", {"埃隆·马斯克"}),
        ("ask Elena Musk about it", "Musk", set()),
        ("ask 12345 about it", "12345", set()),
    ],
)
def test_a_part_is_taken_for_the_name_around_it(text: str, part: str, whole: set[str]) -> None:
    start = text.index(part)

    assert whole <= set(whole_names(text, start, start + len(part)))
    assert bool(whole) is bool(set(whole_names(text, start, start + len(part))))


def entity(text: str, name: str, recognizer: str) -> str:
    """What becomes of a private name's finding of which the model is sure."""
    results = []
    start = text.find(name)
    while start >= 0:
        results.append(
            RecognizerResult(
                "PERSON", start, start + len(name), 0.97, recognition_metadata={"recognizer_name": recognizer}
            )
        )
        start = text.find(name, start + 1)
    tell_apart(text, results, asked=False)
    return str(results[-1].entity_type)


@pytest.mark.parametrize(
    ("text", "name", "recognizer", "expected"),
    [
        ("Do you trust Elon Musk?", "Elon Musk", "SepalModel", "PUBLIC_FIGURE"),
        ("Do you trust Elon?", "Elon", "SepalModel", "PERSON"),
        ("You are Thelonious Monk. Hey Thelonious!", "Thelonious", "SepalModel", "PUBLIC_FIGURE"),
        ("Who is Taylor Swift?", "Taylor Swift", "SepalModel", "PERSON"),
        ("Explain it as Dr. Jane Goodall would", "Jane Goodall", "PersonTitleRecognizer", "PUBLIC_FIGURE"),
        ("Dr. Jane Goodall looked at my knee", "Jane Goodall", "PersonTitleRecognizer", "PERSON"),
        ("Is this right? name: Zinedine Zidane", "Zinedine Zidane", "LabelledFieldRecognizer", "PERSON"),
        ("Elon Musk owes me money", "Elon Musk", "SepalModel", "PERSON"),
        ("请评价埃隆·马斯克的公司", "埃隆·马斯克", "LAC", "PUBLIC_FIGURE"),
        ("齐内丁·齐达内昨天来了", "齐内丁·齐达内", "LAC", "PERSON"),
    ],
)
def test_who_is_asked_about_is_public(text: str, name: str, recognizer: str, expected: str) -> None:
    assert entity(text, name, recognizer) == expected
