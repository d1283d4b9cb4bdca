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
        ("家住幸福路十二号", "幸福路十二号"),
        ("阳光花园3栋2单元501室", "阳光花园3栋2单元501室"),
        ("我家在湖南省长沙县黄兴镇干杉村三组，欢迎", "湖南省长沙县黄兴镇干杉村三组"),
        ("阳光花园3-2-501", "阳光花园3-2-501"),
        ("3号楼2单元501", "3号楼2单元501"),
        ("台北市大安區忠孝東路四段12巷3號5樓", "台北市大安區忠孝東路四段12巷3號5樓"),
        ("香港九龍彌敦道123號美麗華大廈12樓A室", "香港九龍彌敦道123號美麗華大廈12樓A室"),
        ("深圳市南山区科苑路15号科兴科学园B栋3单元1203", "深圳市南山区科苑路15号科兴科学园B栋3单元1203"),
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
        "人民广场站2号口",
        "一号公路",
        "去中山路坐2号线",
        "这里有3座山",
        "他住3楼",
        "道路交通安全法第12号",
        "走进村里3户人家",
        "村2组组长",
    ],
)
def test_places_without_a_number_are_left_alone(found: Find, text: str) -> None:
    assert found(CnAddressRecognizer(), text) == []
