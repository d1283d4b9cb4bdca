"""Addresses that are spelled out are written as mail programs do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.mailboxes import could_hold, rewrite

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("maria at firm dot de", "maria@firm.de"),
        ("maria (at) firm (dot) co (dot) uk", "maria@firm.co.uk"),
        ("maria[at]firm[dot]de", "maria@firm.de"),
        ("maria[at]firm.de", "maria@firm.de"),
        ("maria @ firm dot de", "maria @ firm dot de"),
        ("maria@firm dot de", "maria@firm.de"),
        ("Maria.Gonzalez AT firm DOT de", "Maria.Gonzalez@firm.de"),
        ("maria dot gonzalez at firm dot de", "maria.gonzalez@firm.de"),
        ("maria at gmail.com", "maria@gmail.com"),
        ("zhangwei艾特qq点com", "zhangwei@qq.com"),
        ("邮箱zhangwei圈a163.com", "邮箱zhangwei@163.com"),
        ("maria arroba empresa punto es", "maria@empresa.es"),
        ("maria_at_firm_dot_de", "maria@firm.de"),
        ("zhangwei2001#163.com（#换@）", "zhangwei2001@163.com（#换@）"),
    ],
)
def test_addresses_are_written_out(after: After, text: str, expected: str) -> None:
    assert could_hold(text.lower())
    assert after(rewrite, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "look at google.com",
        "meet me at noon",
        "the dot product",
        "connect the dots at home",
        "node dot js",
        "in 点 里",
    ],
)
def test_ordinary_text_stays(after: After, text: str) -> None:
    assert after(rewrite, text) == text


@given(
    st.lists(
        st.sampled_from(["maria", "at", "dot", "com", "(at)", "[dot]", "@", ".", "艾特", "点", "\n", "x1"]), max_size=20
    )
)
def test_any_text_is_taken(after: After, words: list[str]) -> None:
    for text in ("".join(words), " ".join(words)):
        once = after(rewrite, text)
        assert sum(map(str.isdigit, once)) == sum(map(str.isdigit, text))
