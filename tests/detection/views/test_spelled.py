"""Numbers in words become digits; words in prose do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.number_words import NUMBERS
from gateway.detection.views.spelled import could_hold, spell

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("card four one one one, one one one one now", "card 41111111 now"),
        ("Four-One-One-One", "4111"),
        ("call five five five oh one two three", "call 5550123"),
        ("five o five five", "5055"),
        ("double five triple seven oh", "557770"),
        ("one three eight double zero", "13800"),
        ("sixty-one two five zero", "61250"),
        ("nineteen eighty four twelve", "198412"),
        ("eight hundred five five five", "800555"),
        ("one hundred and forty-two High Road", "142 High Road"),
        ("three hundred and five, six", "3056"),
        ("four\none\none\none", "4111"),
        ("4111 one one one one", "41111111"),
        ("one one one one 4111", "11114111"),
        ("four one one one and then two two", "411122"),
        ("fouroneoneone", "4111"),
        ("cero uno dos tres", "0123"),
        ("zéro six un deux", "0612"),
        ("null eins zwo fünf", "0125"),
        ("zero um dois meia", "0126"),
        ("восемь девять один два", "8912"),
        ("ゼロ、はち、ゼロ、いち", "0801"),
        ("yao san ba ling ling", "13800"),
    ],
)
def test_runs_become_digits(after: After, text: str, expected: str) -> None:
    assert could_hold(text.lower().replace("-", " ").replace(",", " ").replace("、", " ").split())
    assert after(spell, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one of the two or three things",
        "I have one or two questions, maybe three",
        "double trouble",
        "one two three",
        "someone, none, alone",
        "c'est une femme ou un homme",
        "four one one. But then, one day, one",
        "1 2 3 4 5 6 7 8",
        "hundred thousand",
        "o o o o o",
        "oh and then and then",
    ],
)
def test_prose_stays(after: After, text: str) -> None:
    assert after(spell, text) == text


@given(
    st.lists(st.sampled_from([*NUMBERS, "double", "and", "word", "12", "o", "hundred", ".", "\n", "，"]), max_size=30)
)
def test_edits_are_in_order_and_doing_it_twice_changes_nothing_more(after: After, words: list[str]) -> None:
    once = after(spell, " ".join(words))
    assert after(spell, once) == once


@given(st.text(max_size=200))
def test_any_text_is_taken(after: After, text: str) -> None:
    after(spell, text)
