"""Whose name it is: by the list, by the model, and by whether the text asks for anything."""

from __future__ import annotations

import pytest

from gateway.detection.presidio import RecognizerResult
from gateway.detection.whose import tell_apart


def result(entity: str, text: str, name: str, score: float, recognizer: str) -> RecognizerResult:
    start = text.index(name)
    return RecognizerResult(
        entity, start, start + len(name), score, recognition_metadata={"recognizer_name": recognizer}
    )


def entity_of(text: str, name: str, *, public: float) -> str:
    """What a name becomes that the tagger LAC found and that the model thinks public."""
    item = result("PERSON", text, name, 0.95, "LAC")
    tell_apart(text, [item, result("PUBLIC_FIGURE", text, name, public, "SepalModel")], asked=False)
    return str(item.entity_type)


@pytest.mark.parametrize(
    "text", ["介绍一下何云岭的电影", "何云岭是谁？", "Who is 何云岭", "把何云岭的这首诗翻译成英文"]
)
def test_a_public_name_in_a_question_or_an_instruction_is_public(text: str) -> None:
    assert entity_of(text, "何云岭", public=0.9) == "PUBLIC_FIGURE"


@pytest.mark.parametrize("text", ["何云岭昨天离开了上海", "画家何云岭的展览周五开幕。"])
def test_in_a_mere_statement_it_is_a_person_s(text: str) -> None:
    assert entity_of(text, "何云岭", public=0.9) == "PERSON"


def test_a_model_in_doubt_does_not_make_a_name_public() -> None:
    assert entity_of("何云岭是谁？", "何云岭", public=0.2) == "PERSON"


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("前锋卡瓦略第八十分钟破门", "卡瓦略", "PERSON"),
        ("前锋卡瓦略是谁？", "卡瓦略", "PUBLIC_FIGURE"),
        ("转发//@岛上花开：说得好", "岛上花开", "PUBLIC_FIGURE"),
        ("转发//@何云岭2013：说得好吗？", "何云岭2013", "PERSON"),
        ("李白生于公元701年。", "李白", "PUBLIC_FIGURE"),
        ("The striker Carvalho scored late.", "Carvalho", "PUBLIC_FIGURE"),
        ("梅西生于1987年。", "梅西", "PERSON"),
        ("梅西是哪年出生的？", "梅西", "PUBLIC_FIGURE"),
        ("何云岭：你怎么看下一场？", "何云岭", "PERSON"),
        ('{"rows": [{"who": "Rui Carvalho"}]}', "Rui Carvalho", "PERSON"),
        ('{"rows": [{"who": "Marie Curie"}]}', "Marie Curie", "PUBLIC_FIGURE"),
    ],
)
def test_of_whom_a_chinese_statement_tells_is_a_person(text: str, name: str, expected: str) -> None:
    item = result("PUBLIC_FIGURE", text, name, 0.9, "SepalModel")
    tell_apart(text, [item], asked=False)
    assert item.entity_type == expected


@pytest.mark.parametrize(
    ("text", "name", "score", "kept"),
    [
        ("费曼图是谁提出的？", "费曼图", 0.78, False),
        ("C大七和弦有几个音？", "大七", 0.81, False),
        ("帮我给何云岭写封信", "何云岭", 0.97, True),
        ("帮我给何云岭写封信", "何云岭", 0.6, True),  # Whom one writes to is somebody.
        ("何云岭是什么意思？", "何云岭", 0.6, False),
        ("昨天费曼图来过", "费曼图", 0.78, True),
    ],
)
def test_a_tagger_s_doubtful_name_in_a_question_is_none(text: str, name: str, score: float, kept: bool) -> None:
    item = result("PERSON", text, name, score, "LAC")
    tell_apart(text, [item], asked=False)
    assert (item.score > 0) is kept


@pytest.mark.parametrize(("public", "expected"), [(0.99, "PUBLIC_FIGURE"), (0.9, "PERSON")])
def test_a_title_makes_a_person_unless_the_model_is_certain(public: float, expected: str) -> None:
    text = "Write a sketch in which Mr. Oddly goes shopping"
    item = result("PERSON", text, "Oddly", 0.7, "PersonTitleRecognizer")
    tell_apart(text, [item, result("PUBLIC_FIGURE", text, "Mr. Oddly", public, "SepalModel")], asked=False)
    assert item.entity_type == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("小丽有3个苹果，小美给了她2个，一共几个？", "小丽", "PUBLIC_FIGURE"),
        ("小丽昨天来过我家", "小丽", "PERSON"),
        ("小丽娟有3个苹果，吃了1个，还有几个？", "小丽娟", "PERSON"),
    ],
)
def test_people_of_exercises_are_nobody(text: str, name: str, expected: str) -> None:
    item = result("PERSON", text, name, 0.97, "SepalModel")
    tell_apart(text, [item], asked=False)
    assert item.entity_type == expected


def test_names_that_all_know_are_public_in_statements_as_well() -> None:
    assert entity_of("李白生于公元701年。", "李白", public=0.5) == "PUBLIC_FIGURE"


def test_a_part_of_a_text_that_asks_and_an_answer_are_judged_as_asked_for() -> None:
    text = "画家何云岭的展览周五开幕。"
    item = result("PERSON", text, "何云岭", 0.95, "LAC")
    tell_apart(text, [item, result("PUBLIC_FIGURE", text, "何云岭", 0.9, "SepalModel")], asked=True)
    assert item.entity_type == "PUBLIC_FIGURE"
