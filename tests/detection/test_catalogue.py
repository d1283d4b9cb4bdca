"""The list of recognizers says of each what it finds; the page made from it is the one in docs/."""

from __future__ import annotations

from typing import Any

from gateway.detection.catalogue import catalogue, entry_of, page
from gateway.detection.engine import SepalDetector
from gateway.detection.listed import ListedRecognizer
from gateway.detection.plugins import described
from tests.conftest import ROOT


def staff() -> Any:
    listed = {"name": "Staff", "supported_entity": "STAFF", "deny_list": ["a"], "supported_languages": ["en", "zh"]}
    return described([ListedRecognizer.model_validate(listed)], "policy x")[0]


def test_every_type_that_can_be_found_has_a_recognizer_but_the_one_made_from_names(detector: SepalDetector) -> None:
    types = {entity for item in catalogue(detector.recognizers) for entity in item.entities}

    assert detector.entities - types <= {"PUBLIC_FIGURE"}


def test_names_are_unique_and_ours_come_first_then_presidios_then_peoples(detector: SepalDetector) -> None:
    entries = catalogue([staff(), *detector.recognizers])

    assert len({item.name for item in entries}) == len(entries)
    assert list(dict.fromkeys(item.origin for item in entries)) == ["built in", "Presidio", "policy x"]


def test_what_a_recognizer_says_of_itself_is_told_and_what_it_does_not_say_has_a_default() -> None:
    ours = staff()
    ours.EXAMPLE, ours.STANDARD = "ZX-81", "house rule 7"

    assert entry_of(ours).to_json() == {
        "name": "Staff", "entities": ["STAFF"], "languages": ["en", "zh"], "example": "ZX-81",
        "standard": "house rule 7", "origin": "policy x",
    }  # fmt: skip
    assert (entry_of(staff()).to_json()["example"], entry_of(staff()).to_json()["standard"]) == (None, None)


def test_what_an_example_shows_is_found(detector: SepalDetector) -> None:
    missed = [
        item.name
        for item in map(entry_of, detector.recognizers)
        if item.example and not {found.entity for found in detector.detect([item.example])[0]} & set(item.entities)
    ]

    assert missed == []


def test_the_page_is_up_to_date(detector: SepalDetector) -> None:
    """If not: ``sepal recognizers --markdown > docs/recognizers.md``."""
    assert (ROOT / "docs" / "recognizers.md").read_text(encoding="utf-8") == page(catalogue(detector.recognizers))


def test_the_page_lists_only_what_is_built_in(detector: SepalDetector) -> None:
    assert page(catalogue([staff(), *detector.recognizers])) == page(catalogue(detector.recognizers))
