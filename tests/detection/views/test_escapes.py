"""Escapes of JSON, programs, HTML, URLs and mail become the characters they stand for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.escapes import could_hold, decode

After = Callable[[Any, str], str]


def ordered(text: str) -> Any:
    return sorted(decode(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"the name is \u5f20\u4e09\u4e30", "the name is 张三丰"),
        (r"\u{5f20}\u{4E09} \\u5f20 \U00005f20", "张三 张 张"),
        (r"\ud83d\ude00", "😀"),
        (r"\ud83d x \u5f20", "� x 张"),
        (r"\xe5\xbc\xa0 and \xd5\xc5", "张 and 张"),
        (r"\345\274\240", "张"),
        (r'{"letter": "Dear\nMaria\tGonzalez"}', '{"letter": "Dear\nMaria\nGonzalez"}'),
        (r'"{\"who\": \"x\"}"', '"{"who": "x"}"'),
        ("U+5F20 U+4E09", "张三"),
        ("%E5%BC%A0%E4%B8%89", "张三"),
        ("%D5%C5", "张"),
        ("%u5F20%u4E09", "张三"),
        ("maria%40firm.de", "maria@firm.de"),
        ("?n=Maria+Gonzalez&p=%2B86+138", "?n=Maria Gonzalez&p=+86 138"),
        ("&#24352;&#x4e09;&amp;&nbsp;&eacute;&#24352", "张三&\xa0é张"),
        ("M=C3=BCller", "Müller"),
        ("a long li=\nne", "a long line"),
        ("maria=40firm.de", "maria@firm.de"),
        (json.dumps(json.dumps({"a": "张"})), '"{"a": "张"}"'),
    ],
)
def test_escapes_are_undone(after: After, text: str, expected: str) -> None:
    assert could_hold(text)
    assert after(ordered, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "50% off", "R&D", "a & b", "AT&T;", "C:\\temp\\new", r"\nabla \beta \frac{1}{2}", "plain", "%", "\\",
        "x=10", "a==b", "1 + 1 = 2", "C++ & C", "for (i=0; i<10; i+=2)", "100%", "U+5F20",
    ],
)  # fmt: skip
def test_ordinary_text_stays(after: After, text: str) -> None:
    assert after(ordered, text) == text


@given(st.text(st.sampled_from("\\ux5fn2&#;%=+{}U A0\r\n\"'?&"), max_size=120))
def test_any_text_is_taken_and_gives_valid_characters(after: After, text: str) -> None:
    after(ordered, text).encode()


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_json_that_is_escaped_is_read_back(after: After, text: str) -> None:
    escaped = json.dumps(text + "张")
    plain = after(ordered, escaped)
    assert all(character in plain for character in text if not character.isascii())
