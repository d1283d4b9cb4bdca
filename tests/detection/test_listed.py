"""A recognizer in YAML is checked: form, expressions, and that what it finds could ever count."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.detection.listed import ListedRecognizer, RecognizersFile

PATTERN = {"name": "number", "regex": r"ZX-\d{4}", "score": 0.8}
GOOD: dict[str, Any] = {"name": "Staff number", "supported_entity": "STAFF_NUMBER", "patterns": [PATTERN]}


def read(**fields: Any) -> ListedRecognizer:
    return ListedRecognizer.model_validate({**GOOD, **fields})


def test_languages_and_their_context_words_are_gathered() -> None:
    listed = read(
        supported_languages=["en", {"language": "zh", "context": ["工号"]}], context=["staff"], supported_language="de"
    )

    assert listed.languages == ("en", "zh", "de")
    assert listed.words == ["staff", "工号"]
    assert read().languages == ("any",)


def test_presidios_own_example_is_understood() -> None:
    zip_code = {
        "name": "Zip code Recognizer", "supported_language": "de", "context": ["zip", "code"],
        "supported_entity": "ZIP",
        "patterns": [{"name": "zip code (weak)", "regex": "(\\b\\d{5}(?:\\-\\d{4})?\\b)", "score": 0.01}],
    }  # fmt: skip
    titles = {"name": "Titles recognizer", "supported_entity": "TITLE", "deny_list": ["Mr.", "Mrs.", "Miss"]}

    file = RecognizersFile.model_validate({"recognizers": [zip_code, titles], "global_regex_flags": 26})

    assert [item.supported_entity for item in file.recognizers] == ["ZIP", "TITLE"]


@pytest.mark.parametrize(("fields", "words"), [
    ({"patterns": []}, ["`Staff number` finds nothing", "deny_list:"]),
    ({"patterns": [{**PATTERN, "regex": "(a"}]}, ["not a valid regular expression", "missing )"]),
    ({"patterns": [{**PATTERN, "score": 0.2}]}, ["`number` would never count", "at least 0.4", "context:"]),
    ({"patterns": [{**PATTERN, "score": 0}]}, ["greater than 0"]),
    ({"patterns": [{**PATTERN, "score": 1.5}]}, ["less than or equal to 1"]),
    ({"deny_list": ["a"], "deny_list_score": 0.1}, ["`deny_list` would never count"]),
    ({"deny_list": [""]}, ["at least 1 character"]),
    ({"supported_entity": "staff number"}, ["should match pattern"]),
    ({"name": "two\nlines"}, ["should match pattern"]),
    ({"global_regex_flags": 4}, ["expected a sum of 2 (ignore case)"]),
    ({"type": "predefined"}, ["`sepal recognizers` lists"]),
    ({"supported_languages": ["English"]}, ["should match pattern"]),
    ({"pattern": []}, ["Extra inputs"]),
])  # fmt: skip
def test_a_mistake_says_what_to_write(fields: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        read(**fields)

    for word in words:
        assert word in str(caught.value)


def test_a_weak_pattern_needs_context_words_strong_enough_for_its_type() -> None:
    weak = [{**PATTERN, "score": 0.05}]

    assert read(patterns=weak, context=["staff"])
    with pytest.raises(ValidationError, match=r"PERSON is believed from 0\.45"):
        read(patterns=weak, context=["staff"], supported_entity="PERSON")
