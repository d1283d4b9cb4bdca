"""What is said to stand backwards is turned round, and addresses that do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.reversal import could_hold, turn

After = Callable[[Any, str], str]


@pytest.mark.parametrize("told", ["reverse this: ", "read backwards: ", "倒着读："])
def test_a_text_that_is_said_to_be_backwards_is_turned(after: After, told: str) -> None:
    for hidden in ("this is my home address", "call 13800138000", "张伟住在北京", "AKIAQX7Z3TLM0PWE4RSD"):
        text = told + hidden[::-1]
        assert could_hold(text.lower())
        assert after(turn, text).startswith(hidden)
        assert after(turn, f"{told}\n{hidden[::-1]}").endswith(hidden)


def test_an_address_is_turned_where_it_stands(after: After) -> None:
    assert after(turn, "mail ed.hcon@zne now") == "mail enz@noch.de now"


@pytest.mark.parametrize(
    "text", ["", "Why is the sky blue?", "a@b.com and c@d.org", "@decorator def io(self):", "他总是颠倒黑白"]
)
def test_other_texts_stay(text: str) -> None:
    assert not could_hold(text)


def test_lines_that_make_sense_as_they_stand_stay(after: After) -> None:
    assert after(turn, "Reverse the string 1234567890") == "Reverse the string 1234567890"
    text = "def reverse(items):\n    return items[::-1]\nwith the list that you have"
    assert could_hold(text)
    assert after(turn, text) == text


@given(st.text(alphabet="abc@.\n edmoc", max_size=60))
def test_nothing_is_lost(after: After, text: str) -> None:
    for given_text in (text, "reverse " + text):
        assert sorted(after(turn, given_text)) == sorted(given_text)
