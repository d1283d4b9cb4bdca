"""What is a prompt's own request and what it only tells, in Chinese and English."""

from __future__ import annotations

import time

import pytest

from gateway.detection.asking import asks, asks_anywhere


@pytest.mark.parametrize(
    "text",
    [
        "帮我看看这段代码",
        "為什麼天是藍的",
        "SHOW me HOW",
        "介绍一下量子力学",
        "将以下句子改成被动语态：风吹倒了树",
        "把“你好”翻译成法语",
        "根据下面的材料回答问题",
        "根据兴趣判断他适合什么职业",
        "为一家花店起名字",
        "我没睡好，请给我一些建议",
        "假如你会飞",
        "资料如下。\n1. 写出主旨",
        "水的沸点是 A. 90度 B. 100度 C. 110度",
        "已知x=2，求x的平方",
        "我想让你扮演面试官",
        "Translate this",
        "Sorry, is it open?",
    ],
)
def test_questions_and_instructions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "今天真冷",
        "我们明天去看海",
        "将在本周末上映，影评人已经提前看过。",
        "他接过伞，将门关上。",
        "按照比例逐级收取，一分不少。",
        "推荐：主胜，一球小胜。",
        "为表彰她的成就，市政府举行了仪式。",
        "玩家将扮演一名侦探",
        "油价主要由供求决定,与产量无关",
        "他要求通过立法加以限制",
        "有兴趣的同学，请与班长联络。",
        "他问是什么原因，没有人回答。" * 3,
        "The striker scored late.",
        "",
    ],
)
def test_statements(text: str) -> None:
    assert not asks(text)


def test_a_long_text_asks_at_its_beginning_or_end() -> None:
    article = "球队在主场取得胜利。" * 100

    assert asks_anywhere("总结以下文章：\n" + article)
    assert asks_anywhere(article + "\n请概括大意")
    assert not asks_anywhere(article + "请概括大意。" + article)


@pytest.mark.parametrize("piece", ["\n ", "A B ", "a. ", "给我", "求", '"', "1. ", "请"])
def test_no_text_takes_long(piece: str) -> None:
    begin = time.process_time()
    asks(piece * (4_000 // len(piece)) + "好")

    assert time.process_time() - begin < 0.5
