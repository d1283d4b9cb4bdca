"""Prompts to measure with: natural sentences in English and Chinese, as many different ones as wanted.

Made from templates by a seeded choice, so that every run and both sides get the same ones. Lengths
are in tokens as a rule of thumb: four English tokens are three words, a Chinese character is one.
"""

from __future__ import annotations

import random
from typing import Any, Literal

Language = Literal["en", "zh"]

QUESTIONS = (
    "Why is the sky blue?",
    "Explain in a few sentences how bread dough rises.",
    "Write a short poem about rain on a tin roof.",
    "What is the difference between weather and climate?",
    "How does a bicycle stay upright while it moves?",
    "Give me three ideas for a simple dinner with rice and beans.",
    "Describe how a letter travels from one town to another.",
    "Why do leaves change their colour before winter?",
)
"""Prompts for engines: nothing in them identifies anybody."""

_ENGLISH = (
    "Could you explain how {thing} {does} when the {place} is {state}, and what that means for {people}?",
    "In {month} we compared {thing} with {thing} and found that the second {does} about {number} percent faster.",
    "Please summarise the main reasons why {people} in {city} prefer {thing} over {thing}.",
    "My colleague {name} says that {thing} {does} only if the {place} is {state}; is that right?",
    "Write a friendly note to {people} which says that the {place} will be {state} for {number} days.",
    "The {place} near {city} was {state} last {month}, so {name} asked {people} for help with {thing}.",
)
_CHINESE = (
    "请解释一下{thing}在{place}{state}的时候为什么会{does}，这对{people}意味着什么？",
    "今年{month}我们比较了{thing}和{thing}，发现后者大约快百分之{number}。",
    "请总结{city}的{people}更喜欢{thing}而不是{thing}的主要原因。",
    "我的同事{name}说只有{place}{state}的时候{thing}才会{does}，这种说法对吗？",
    "给{people}写一段友好的通知，说明{place}将{state}{number}天。",
    "{city}附近的{place}上个{month}一直{state}，所以{name}请{people}帮忙处理{thing}。",
)
_WORDS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "thing": ("a heat pump", "the old printer", "solar power", "the new timetable", "a paper map", "green tea"),
        "does": ("works", "slows down", "fails", "becomes cheaper", "makes noise", "improves"),
        "place": ("kitchen", "library", "harbour", "school", "workshop", "garden"),
        "state": ("closed", "crowded", "very cold", "being repaired", "quiet", "flooded"),
        "people": ("children", "the neighbours", "new customers", "our teachers", "most visitors", "the drivers"),
        "city": ("Lisbon", "Toronto", "Nairobi", "Osaka", "Hamburg", "Lima"),
        "month": ("January", "March", "June", "August", "October", "December"),
        "name": ("Laura", "Ahmed", "Peter Novak", "Ingrid", "Carlos Mendes", "Priya"),
    },
    "zh": {
        "thing": ("热泵", "旧打印机", "太阳能", "新的时间表", "纸质地图", "绿茶"),
        "does": ("变慢", "失灵", "变便宜", "发出噪音", "改善", "正常工作"),
        "place": ("厨房", "图书馆", "港口", "学校", "车间", "花园"),
        "state": ("关闭", "拥挤", "非常冷", "正在维修", "安静", "被水淹"),
        "people": ("孩子们", "邻居们", "新客户", "老师们", "大多数游客", "司机们"),
        "city": ("成都", "杭州", "青岛", "西安", "昆明", "南京"),
        "month": ("一月", "三月", "六月", "八月", "十月", "十二月"),
        "name": ("李晓明", "王芳", "张伟", "陈静", "刘洋", "赵敏"),
    },
}


def text(language: Language, tokens: int, seed: int) -> str:
    """A text of about `tokens` tokens; a different one for each `seed`."""
    choose = random.Random(f"{language} {tokens} {seed}")  # noqa: S311 - no secret
    # The seed itself stands in the text: equal choices must not make equal texts.
    sentences = [f"Question {seed}:" if language == "en" else f"第{seed}个问题："]
    templates = _ENGLISH if language == "en" else _CHINESE
    length = 0
    while length < tokens:
        sentence = _fill(choose.choice(templates), _WORDS[language], choose)
        sentences.append(sentence)
        length += len(sentence) if language == "zh" else len(sentence.split()) * 4 // 3
    return "".join(sentences) if language == "zh" else " ".join(sentences)


def _fill(template: str, words: dict[str, tuple[str, ...]], choose: random.Random) -> str:
    while "{" in template:
        before, _, rest = template.partition("{")
        kind, _, after = rest.partition("}")
        word = str(choose.randint(11, 89)) if kind == "number" else choose.choice(words[kind])
        template = f"{before}{word}{after}"
    return template


def chat(content: str, **fields: Any) -> dict[str, Any]:
    """A streaming chat request with one user message."""
    return {"model": "auto", "stream": True, "messages": [{"role": "user", "content": content}], **fields}
