"""Chinese names behind a role or before a verb of speech."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.cn_role import CnRoleRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("某某置业常务副总鄢屹", "鄢屹"),
        ("本版编辑苗青", "苗青"),
        ("市民滕康（化名）发现", "滕康"),
        ("清代画家冼枚的作品", "冼枚"),
        ("苗青指出，外部环境在变。", "苗青"),
        ("“利润会下降。”高级分析师郦远山表示。", "郦远山"),
    ],
)
def test_names_by_role_or_speech(found: Find, text: str, expected: str) -> None:
    assert expected in found(CnRoleRecognizer(), text)


@pytest.mark.parametrize(
    "text",
    [
        "教练方法的改进",
        "主编和记者在开会",
        "导演马上说",
        "专家认为，成本会下降",
        "这些数据表示，需求在变",
        "司机高兴地说",
        "作者",
    ],
)
def test_other_words_are_left_alone(found: Find, text: str) -> None:
    assert found(CnRoleRecognizer(), text) == []
