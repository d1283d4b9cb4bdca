"""The alphabetic tagger: real model, long texts, other scripts, and what its judge takes away."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.detection.recognizers.plausible import Tagged, plausible
from gateway.detection.recognizers.rampart import OVERLAP, WINDOW, RampartRecognizer, _passes


@pytest.fixture(scope="module")
def rampart(state_dir: Path) -> RampartRecognizer:
    return RampartRecognizer(state_dir / "models" / "rampart")


def _found(rampart: RampartRecognizer, text: str) -> set[tuple[str, str]]:
    results = rampart.analyze(text, rampart.supported_entities)
    return {(item.entity_type, text[item.start : item.end]) for item in results if item.score >= 0.45}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please call Maria Gonzalez about it", ("PERSON", "Maria Gonzalez")),
        ("i met with priya raghunathan in pune", ("PERSON", "priya raghunathan")),
        ("I live at 12 Baker Street, London", ("STREET_ADDRESS", "12 Baker Street")),
        ("I live at 12 Baker Street, London", ("LOCATION", "London")),
        ("his passport is X12345678", ("PASSPORT", "X12345678")),
    ],
)
def test_finds(rampart: RampartRecognizer, text: str, expected: tuple[str, str]) -> None:
    assert expected in _found(rampart, text)


def test_a_name_far_into_a_text_is_found_where_it_stands(rampart: RampartRecognizer) -> None:
    text = "the meeting was moved to another room again, " * 60 + "as Maria Gonzalez said. " + "and so on " * 200
    assert [item.start for item in rampart.analyze(text, ["PERSON"])] == [text.index("Maria")]


def test_other_scripts_cost_next_to_nothing_and_hide_nothing(rampart: RampartRecognizer) -> None:
    text = "这" * 3_000 + " Maria Gonzalez " + "那" * 3_000
    assert ("PERSON", "Maria Gonzalez") in _found(rampart, text)
    assert len(rampart._tokens("这" * 3_000)[0]) == 1


def test_only_the_types_that_are_asked_for(rampart: RampartRecognizer) -> None:
    assert {item.entity_type for item in rampart.analyze("Maria lives in London", ["LOCATION"])} == {"LOCATION"}


def test_an_empty_text_has_nothing(rampart: RampartRecognizer) -> None:
    assert rampart.analyze("", ["PERSON"]) == []


@pytest.mark.parametrize("count", [0, 1, WINDOW, WINDOW + 1, 2 * WINDOW, 5 * WINDOW + 7])
def test_passes_judge_every_token_once(count: int) -> None:
    judged: list[int] = []
    for start, end, first, until in _passes(count):
        assert start <= first < until <= end <= start + WINDOW
        assert start == 0 or first - start == OVERLAP // 2
        judged += range(first, until)
    assert judged == list(range(count))


def _judge(
    text: str, words: str, kind: str = "PERSON", labels: set[str] | None = None, score: float = 0.8
) -> list[str]:
    start = text.index(words)
    item = Tagged(start, start + len(words), kind, labels or {"GIVEN_NAME"}, score)
    return [found.kind for found in plausible(text, [item])]


@pytest.mark.parametrize(
    ("text", "words", "kinds"),
    [
        ("ask Maria about it", "Maria", ["PERSON"]),
        ("ask maria about it", "maria", ["PERSON"]),
        ("Ask maria about It", "maria", []),
        ("if len(items) > 3", "len", []),
        ("x = user.name", "name", []),
        ("Mr.Ivan came", "Ivan", ["PERSON"]),
        ("the getName call", "getName", []),
        ("ask McDonald about it", "McDonald", ["PERSON"]),
        ("a course on NLP for you", "NLP", []),
        ("ASK MARIA NOW", "MARIA", ["PERSON"]),
        ("Newton's second law", "Newton", ["PUBLIC_FIGURE"]),
        ("the Bradley-Terry model", "Bradley-Terry", ["PUBLIC_FIGURE"]),
        ("Newton's second child", "Newton", ["PERSON"]),
        ("张Wei", "张", []),
    ],
)
def test_names_must_look_like_names(text: str, words: str, kinds: list[str]) -> None:
    assert _judge(text, words) == kinds


@pytest.mark.parametrize(
    ("text", "words", "kind", "kept"),
    [
        ("bank account 12345678 at", "12345678", "BANK_ACCOUNT", True),
        ("multiply by 12345678 now", "12345678", "BANK_ACCOUNT", False),
        ("id a408c583-fa26", "a408c583", "GOVERNMENT_ID", False),
        ("call 555123 now", "555123", "PHONE_NUMBER", False),
        ("x = 930.498025157860", "498025157860", "PHONE_NUMBER", False),
        ("call 5551234567 now", "5551234567", "PHONE_NUMBER", True),
        ("pick from 4000 to 5000", "4000", "ZIP_CODE", False),
    ],
)
def test_numbers_need_a_word_that_says_what_they_are(text: str, words: str, kind: str, kept: bool) -> None:
    assert _judge(text, words, kind) == ([kind] if kept else [])


@pytest.mark.parametrize(
    ("text", "words", "labels", "kinds"),
    [
        ("on Abbey Road", "Abbey Road", {"STREET_NAME"}, ["LOCATION"]),
        ("at 3 Abbey Road", "3 Abbey Road", {"BUILDING_NUMBER", "STREET_NAME"}, ["STREET_ADDRESS"]),
        ("at 3 Abbey Road", "Abbey Road", {"STREET_NAME"}, ["STREET_ADDRESS"]),
        ("in room 12", "12", {"BUILDING_NUMBER"}, []),
    ],
)
def test_an_address_is_a_street_with_a_number(text: str, words: str, labels: set[str], kinds: list[str]) -> None:
    assert _judge(text, words, "STREET_ADDRESS", labels) == kinds
