"""All readings of a text together: what is hidden shows in one of them, and each leads back."""

from __future__ import annotations

import base64
import codecs
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views import DEPTH, View, views

ESCAPED = [
    r'{"who": "\u5f20\u4e09\u4e30"}',
    r'{"who": "\u5f20\u4e09\u4e30"}{"a": 1}',
    r'{"who": "\u5f20\u4e09\u4e30", "n": ' + "9" * 5000 + "}",
    "[" * 5000 + r'"\u5f20\u4e09\u4e30"' + "]" * 5000,
    r"the name is \u{5f20}\u{4E09}\u{4e30}",
    json.dumps({"a": json.dumps({"b": json.dumps({"c": "张三丰"})})}),
    json.dumps(json.dumps(json.dumps(json.dumps("张三丰")))),
    r"\u005cu5f20\u005cu4e09\u005cu4e30",
    "https://x.io/?u=https%3A%2F%2Fx%2F%3Fn%3D%25E5%25BC%25A0%25E4%25B8%2589%25E4%25B8%25B0",
    "<b>&#24352;&#x4e09;&amp;#20016;</b>".replace("&amp;", "&"),
    "&amp;#24352;&amp;#x4e09;&amp;#20016;",
    base64.b64encode("我叫张三丰".encode()).decode(),
    base64.b64encode(rb"the name is \u5f20\u4e09\u4e30").decode(),
    base64.b64encode("我叫张\u200b三\u200b丰，你好".encode()).decode(),
    base64.b64encode(base64.b64encode("我叫张三丰".encode()).hex().encode()).decode(),
    "张 三 丰 是 我",
    "张\u200b三\u2060丰",
]


def readings(text: str) -> list[str]:
    return [view.text[start:end] for view in views(text) for start, end in view.regions()]


@pytest.mark.parametrize("text", ESCAPED)
def test_a_name_that_is_hidden_shows_in_a_reading(text: str) -> None:
    assert any("张三丰" in reading for reading in readings(text))


COMBINED = {
    "letters apart that spell digits": ("f o u r  o n e  o n e  o n e", "4111"),
    "look-alike letters that spell digits": ("fоur оne оne оne", "4111"),
    "digits that are spelled out over lines": ("four one\none one\nfour one one one", "41114111"),
    "backwards": ("reversed: ed.hcon@zne", "enz@noch.de"),
    "figures for letters": ("call M4rg0t H3nd3rs0n", "Margot Henderson"),
    "strings put together": ('"enz" + "@noch" + ".de"', "enz@noch.de"),
    "rotated and encoded": (
        base64.b64encode(codecs.encode(b"my name is John Smith".decode(), "rot13").encode()).decode(),
        "John Smith",
    ),
    "spelled out and encoded": (base64.b64encode(b"card four one one one one one one one").decode(), "41111111"),
    "full-width base64": (
        "".join(chr(ord(c) + 0xFEE0) for c in base64.b64encode(b"John Smith 4111 1111").decode()),
        "John Smith 4111",
    ),
    "escaped full-width digits": ("".join(f"\\uff1{digit}" for digit in "4111"), "4111"),
    "numerals with separators": ("一三八 零零一三 八零零零", "13800138000"),
}


@pytest.mark.parametrize(("text", "expected"), COMBINED.values(), ids=COMBINED.keys())
def test_disguises_one_in_another_are_undone(text: str, expected: str) -> None:
    assert any(expected in reading for reading in readings(text))


@pytest.mark.parametrize(
    "text", ["", "Why is the sky blue?", "天为什么是蓝的", "for i in range(10): print(i)", "I have 12 cats"]
)
def test_ordinary_text_has_one_reading(text: str) -> None:
    assert len(list(views(text))) == 1


def test_what_is_encoded_too_often_is_sealed() -> None:
    text = "x" * 9 + " and more"
    for _ in range(DEPTH + 1):
        text = "".join(f"%{ord(character):02X}" for character in text)
    *_, last = views(text)
    assert [last.original_span(*span) for span in last.sealed] == [(0, len(text))]
    assert last.undone(*last.sealed[0]) == {"URL encoding"}


def test_a_reading_of_an_encoded_text_spans_all_of_it() -> None:
    secret = base64.b64encode(b"my name is John Smith").decode()
    text = f"what is {secret} then"
    (decoded,) = [view for view in views(text) if "John" in view.text]
    start = decoded.text.index("John")
    begin, end = decoded.original_span(start, start + 4)
    assert text[begin:end] == secret
    assert decoded.undone(start, start + 4) == {"base64"}


ALPHABET = "a1Zо四五 \n-.@&#;%\\u5f204=x\u200b１_\"':,{}TWFy📞"
texts = st.text(st.sampled_from(ALPHABET) | st.characters(codec=None), max_size=120)


@given(texts, st.data())
def test_every_reading_leads_back_inside_the_text(text: str, data: st.DataObject) -> None:
    def check(view: View) -> None:
        for start, end in view.regions():
            assert 0 <= start <= end <= len(view.text)
            if start < end:
                first = data.draw(st.integers(start, end - 1))
                last = data.draw(st.integers(first + 1, end))
                begin, until = view.original_span(first, last)
                assert 0 <= begin < until <= len(text)
                view.undone(first, last)

    for view in views(text):
        check(view)


@given(texts)
def test_readings_are_few_and_no_longer_than_a_few_times_the_text(text: str) -> None:
    made: list[Any] = list(views(text))
    assert len(made) <= 2 + (DEPTH + 1) * 10
    assert all(len(view.text) <= 4 * len(text) + 100 for view in made)


def test_what_is_too_long_to_unpack_is_sealed_and_the_rest_is_read() -> None:
    bomb = base64.b64encode(zlib.compress(b"call me " * 100_000)).decode()
    shown = list(views(f"{bomb} and {base64.b64encode(b'my name is John Smith').decode()}"))
    assert [view.sealed for view in shown if view.sealed] == [((0, len(bomb)),)]
    assert any("John Smith" in view.text for view in shown)
