"""Letters that stand apart come together; text that only has short words does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.letters import close_up, could_hold

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J o h n  S m i t h lives", "John Smith lives"),
        ("I am J o h n", "I am John"),
        ("p-a-s-s-w-o-r-d: x", "password: x"),
        ("J.o.h.n S_m_i_t_h", "John Smith"),
        ("m a r i a @ f i r m . d e", "maria@firm.de"),
        ("J\no\nh\nn", "John"),
        ("s k - a b c 1 2 3", "sk-abc123"),
        ("名字：张 三 丰 啊", "名字：张三丰啊"),
        ("姓名：张 伟，", "姓名：张伟，"),
        ("| 李  娜 | 王 小 明 |", "| 李娜 | 王小明 |"),
        ("我叫J o h n", "我叫John"),
        ("S S N: 1", "SSN: 1"),
        ("M, a, r, i, a", "Maria"),
    ],
)
def test_letters_come_together(after: After, text: str, expected: str) -> None:
    assert could_hold(text.split())
    assert after(close_up, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "a b c", "I am a boy", "1 2 3 4 5 6", "1-3-8-0-0-1-3-8",
        "if a then b", "state-of-the-art", "e.g. i.e. U.S. law",
        "他 说 过", "我 是 中国人", "plan A or B", "well-being",
    ],
)  # fmt: skip
def test_ordinary_text_stays(after: After, text: str) -> None:
    assert after(close_up, text) == text


@given(st.text(st.sampled_from("ab1 \n-.张伟：|@"), max_size=60))
def test_only_gaps_are_lost(after: After, text: str) -> None:
    gaps = str.maketrans("", "", " \n-.|")
    assert after(close_up, text).translate(gaps) == text.translate(gaps)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'J' 'o' 'h' 'n' 'n' 'y'", "'Johnny'"),
        ('"j" + "o" + "@" + "x" + "." + "d" + "e"', '"jo@x.de"'),
        ("G B 8 2 W E S T 1 2 3 4 5 6 9 8", "GB82WEST12345698"),
        ("D E 8 9 3 7 0 4 0 0 4 4 0 5", "DE893704004405"),
    ],
)
def test_characters_in_quotes_and_account_numbers_come_together(after: After, text: str, expected: str) -> None:
    assert could_hold(text.split())
    assert after(close_up, text) == expected
