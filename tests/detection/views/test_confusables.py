"""Letters that look like Latin ones are read as those; words of other languages are left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.confusables import could_hold, resolve

After = Callable[[Any, str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Маriа Gоnzаlеz", "Maria Gonzalez"),
        ("pаsswоrd: х", "password: х"),
        ("Μaria Αdams", "Maria Adams"),
        ("сосо@хоо.сом", "coco@xoo.com"),
        ("https://раураl.com/х", "https://paypal.com/x"),
        ("Ꮇaria", "Maria"),
        ("ꓟaria", "Maria"),
        ("ᴊᴏʜɴ sᴍɪᴛʜ", "john smith"),
        ("🅙🅞🅗🅝 🅰🅱", "JOHN AB"),
        ("J\u0337o\u0337h\u0337n", "John"),
        ("4\ufe0f\u20e31\u20e3", "4\ufe0f1"),
        ("4l11 1111 1111 11l1", "4111 1111 1111 1111"),
        ("1380O138OOO", "13800138000"),
        ("4111 1111 1111 1lll", "4111 1111 1111 1111"),
        ("138ОО138000", "13800138000"),
    ],
)
def test_look_alikes_are_resolved(after: After, text: str, expected: str) -> None:
    assert could_hold(text, sum(map(str.isdigit, text)))
    assert after(resolve, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Сара ехала в Москву",
        "Αθήνα είναι όμορφη",
        "Երևան",
        "PDF-файл и IP-адрес",
        "PDFфайл",
        "用Python写一个函数",
        "café naïve Škoda Łódź",
        "сара@почта.рф",
        "I have 10 Old books, IO and OI",
        "l0l O1O 1O",
        "deadbeef00l",
        "x = O(n) or O(1)",
        "H2O and CO2",
    ],
)
def test_words_of_one_script_stay(after: After, text: str) -> None:
    assert after(resolve, text) == text


LETTERS = "aаоeеpсАВΑβսᎪꓮᴀz é\u0301\u20e3張1Ol0 -@."


@given(st.text(st.sampled_from(LETTERS), max_size=60))
def test_only_marks_are_lost_and_twice_changes_nothing_more(after: After, text: str) -> None:
    once = after(resolve, text)
    assert len(once) == len(text) - text.count("\u0301") - text.count("\u20e3")
    assert len(after(resolve, once)) == len(once)
