"""Chinese street addresses need a road and a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.cn_address import CnAddressRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北京市海淀区中关村大街27号", "北京市海淀区中关村大街27号"),
        ("寄到：上海市浦东新区世纪大道100号1201室。", "上海市浦东新区世纪大道100号1201室"),
        ("家住幸福路十二号", "家住幸福路十二号"),
        ("阳光花园3栋2单元501室", "阳光花园3栋2单元501室"),
    ],
)
def test_addresses(found: Find, text: str, expected: str) -> None:
    assert found(CnAddressRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "我喜欢走这条路",
        "中山路在哪里？",
        "第3号文件",
        "海淀区",
        "pH路",
        "12号线地铁",
    ],
)
def test_places_without_a_number_are_left_alone(found: Find, text: str) -> None:
    assert found(CnAddressRecognizer(), text) == []
