"""Whom a letter, a card or a call is for is somebody of the writer's life, unless everybody knows them."""

from __future__ import annotations

import pytest

from gateway.detection.addressed import is_addressed
from gateway.detection.engine import SepalDetector

ADDRESSED = [
    ("Write a birthday card to |Maria Gonzalez|.", True),
    ("Draft an email to my landlord |Peter Miller| about the heating", True),
    ("Write a thank-you note from |Li Wei| to Zhang Min", True),
    ("Please remind |Anna Kowalski| of the meeting", True),
    ("给|张伟|写一封感谢信", True),
    ("请给|李小明|发邮件", True),
    ("告诉|王芳|明天不用来了", True),
    ("Write an essay about |Maria Curie|", False),
    ("Compare |Kant| and Hume", False),
    ("介绍一下|张伟|的电影", False),
    ("给|李白|的诗写一篇赏析", False),
]


@pytest.mark.parametrize(("text", "expected"), ADDRESSED)
def test_what_stands_before_and_behind_a_name_says_whether_it_is_written_to(text: str, expected: bool) -> None:
    before, name, after = text.split("|")
    assert is_addressed(before + name + after, len(before), len(before) + len(name)) is expected


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Write a birthday card to Maria Gonzalez.", "PERSON"),
        ("请给李小明写一封邀请函，告诉他周五晚上见。", "PERSON"),
        ("Write a letter to Sherlock Holmes.", "PUBLIC_FIGURE"),
        ("Write an email to Elon Musk about Mars", "PUBLIC_FIGURE"),
        ("给李白写一封信", "PUBLIC_FIGURE"),
    ],
)
def test_a_persons_name_is_private_and_a_famous_one_is_not(detector: SepalDetector, text: str, entity: str) -> None:
    (findings,) = detector.detect([text])
    people = {finding.entity for finding in findings} & {"PERSON", "PUBLIC_FIGURE"}
    assert people == {entity}
