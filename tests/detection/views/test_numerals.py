"""Characters that are digits become digits where several stand together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.numerals import could_hold, digits

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("手机一三八零零一三八〇〇〇", "手机13800138000"),
        ("幺三八 零零幺三 八零零零", "138 0013 8000"),
        ("壹叁捌零零壹叁捌零零零", "13800138000"),
        ("138零零一三八000", "13800138000"),
        ("幺三三幺零八洞七二四六", "13310807246"),
        ("密码是四一一一", "密码是4111"),
        ("❶❸❽⓿⓿❶❸❽⓿⓿⓿", "13800138000"),
        ("전화 공일공 일이삼사 오육칠팔", "전화 010 1234 5678"),
        ("공일공-일이삼사-오육칠팔", "010-1234-5678"),
    ],
)
def test_runs_become_digits(after: After, text: str, expected: str) -> None:
    assert could_hold(text)
    assert after(digits, text) == expected


@pytest.mark.parametrize(
    "text", ["", "一个人", "三三两两地走", "第一二三章", "0628,三列", "이 일을 오늘", "13800138000", "abc"]
)
def test_words_stay(after: After, text: str) -> None:
    expected = {"三三两两地走": "3322地走"}  # two words that are four digits: no harm in that
    assert after(digits, text) == expected.get(text, text)


@given(
    st.text(st.sampled_from("零一二三幺壹❶１1 -,a，\n"), max_size=80)
    | st.text(st.sampled_from("공일이1 -a"), max_size=80)
)
def test_nothing_is_lost_and_twice_changes_nothing_more(after: After, text: str) -> None:
    once = after(digits, text)
    assert len(once) == len(text)
    assert after(digits, once) == once
