"""The Chinese tagger: real model, offsets, long texts, other languages."""

from __future__ import annotations

import pytest

from gateway.detection.recognizers.lac import LacRecognizer


@pytest.fixture(scope="module")
def lac() -> LacRecognizer:
    return LacRecognizer()


def _found(lac: LacRecognizer, text: str) -> set[tuple[str, str]]:
    results = lac.analyze(text, lac.supported_entities)
    return {(item.entity_type, text[item.start : item.end]) for item in results}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("给我的病人张伟写一封信", ("PERSON", "张伟")),
        ("甲方与乙方的联系人都是丁磊", ("PERSON", "丁磊")),
        ("昨天王小明去了上海市", ("PERSON", "王小明")),
        ("昨天王小明去了上海市", ("LOCATION", "上海市")),
        ("她在北京大学工作", ("ORGANIZATION", "北京大学")),
        ("- 联系 李建国\n- 回复邮件", ("PERSON", "李建国")),
        ("please call 王小明 tomorrow", ("PERSON", "王小明")),
    ],
)
def test_finds(lac: LacRecognizer, text: str, expected: tuple[str, str]) -> None:
    assert expected in _found(lac, text)


def test_a_name_far_into_a_line_is_found_where_it_stands(lac: LacRecognizer) -> None:
    text = "会议改到了另一个房间，" * 80 + "王小明通知了大家，" + "请按时参加，" * 80
    assert [item.start for item in lac.analyze(text, ["PERSON"])] == [text.index("王小明")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no Chinese here",
        "あなたは優秀なコピーライターです。名前の由来を教えてください。",
        "佢話嗰日好攰",
        "牛顿第二定律",
        "甲说乙是骗子，乙说丙是骗子，丙说丁说了假话，丁得了冠军吗？",
        "\n\n",
    ],
)
def test_leaves_alone(lac: LacRecognizer, text: str) -> None:
    assert lac.analyze(text, ["PERSON"]) == []


def test_full_width_and_unknown_characters_keep_offsets(lac: LacRecognizer) -> None:
    text = "１２３，𠀀𠀁：王小明；"
    assert ("PERSON", "王小明") in _found(lac, text)
