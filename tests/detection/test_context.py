"""Words nearby decide over numbers that prove nothing."""

from __future__ import annotations

import pytest

from gateway.detection.context import UNPROVEN, NearbyWords, compile_words
from gateway.detection.presidio import Pattern, PatternRecognizer
from gateway.detection.recognizers.rule import run_patterns


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        (("pan",), "my PAN is", True),
        (("pan",), "the company", False),
        (("social security",), "Social-Security no.", True),
        (("身份证",), "他的身份证号", True),
        (("ss#",), "SS# 123", True),
        (("id",), "id: 4", True),
        (("id",), "did", False),
    ],
)
def test_words_are_whole_words_except_in_chinese(words: tuple[str, ...], text: str, found: bool) -> None:
    assert (compile_words(words).search(text) is not None) == found


@pytest.mark.parametrize(
    ("text", "required", "score"),
    [
        ("account 12345678", False, 0.4),
        ("12345678 is my account", False, 0.4),
        ("number 12345678", False, 0.05),
        ("account 12345678", True, 0.4),
        ("number 12345678", True, 0.05),
        ("account" + " filler" * 20 + " 12345678", False, 0.05),
    ],
)
def test_a_word_nearby_lifts_a_weak_result(text: str, required: bool, score: float) -> None:
    recognizer = PatternRecognizer("ACCOUNT", "R", "any", [Pattern("digits", r"\d{8}", 0.05)], context=["account"])
    context = NearbyWords([recognizer], {"R"} if required else set())
    results = context.enhance_using_context(text, run_patterns(recognizer, text), None, [recognizer])
    assert [result.score for result in results] == [pytest.approx(score)]


def test_a_strong_result_that_needs_a_word_and_has_none_is_not_believed() -> None:
    recognizer = PatternRecognizer("ACCOUNT", "R", "any", [Pattern("digits", r"\d{8}", 1.0)], context=["account"])
    context = NearbyWords([recognizer], {"R"})
    results = context.enhance_using_context("12345678", run_patterns(recognizer, "12345678"), None, [recognizer])
    assert [result.score for result in results] == [UNPROVEN]
