"""Chinese names that their place in a text shows to be names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.cn_person import CnPersonRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("金向宝，男，", "金向宝"),
        ("1. 何次琴女士，大学学历", "何次琴"),
        ("姓名：欧阳修平", "欧阳修平"),
        ("患者: 王芳", "王芳"),
        ("你好，我叫李雷。", "李雷"),
    ],
)
def test_names_by_their_place(found: Find, text: str, expected: str) -> None:
    assert found(CnPersonRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "今天天气很好",
        "姓名：",
        "先生们女士们",
        "男，女，老，少",
        "我叫了一辆车",
        "联系人：请填写",
    ],
)
def test_other_words_are_left_alone(found: Find, text: str) -> None:
    assert found(CnPersonRecognizer(), text) == []
