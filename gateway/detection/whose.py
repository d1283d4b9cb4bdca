"""Whose name it is: a private person's, or one that everybody knows and asks about.

The tagger for Chinese names does not tell the two apart; the own model does, from the words around the
name, and a short list of very well-known names helps it out. What a rule took for a name because of a
label before it stays a private person's. In doubt it is private: a Chinese text that asks for nothing
tells of somebody, and a name in it that is not on the list is a person's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gateway.detection.famous import is_famous
from gateway.detection.han_names import is_full_name
from gateway.detection.recognizers.lac import NAME as LAC
from gateway.detection.recognizers.own_model import NAME
from gateway.detection.recognizers.person_title import PersonTitleRecognizer
from gateway.detection.scripts import HAN, is_chinese

TITLED = PersonTitleRecognizer.__name__
PRIVATE = 0.6
"""From this probability on the model's word that somebody is private counts more than the list."""

PUBLIC = 0.3
"""In questions and instructions the model's word that somebody is public counts from this probability on."""
CERTAIN = 0.95
"""From this probability on even "Mr" before a name does not make it a private person's (Mr. Bean)."""
SURE = 0.85
"""Where a text asks for something and the model sees no name, a tagger's word counts from this score on, if what it
found is built as a Chinese full name; other words (费曼图, 小七和弦) are none."""
STATED = 0.6
"""In a Chinese text that asks for nothing, what is a public name at least this probably is a person's."""

_QUESTION = re.compile(
    r"谁|誰|什么|什麼|甚麼|怎么|怎麼|怎样|怎樣|如何|为何|為何|为啥|多少|哪|吗|嗎|是否|是不是|有没有|几[个位种首]"
)
_SHORT = 40
"""Up to so many characters a question needs no mark to be one."""
_ORDER = re.compile(
    r"(?:^|[\s。！？；，,.:：;\"“”「」（(、])(?:你是|假设|假如你|现在你|请|請|帮|幫|给我|給我|介绍|介紹|解释|解釋|说明|說明|写|寫|翻译|翻譯|总结|總結|概括"
    r"|摘要|分类|分類|归类|列|给出|給出|分析|比较|比較|对比|对以下|对下面|提取|抽取|提炼|判断|判斷|回答|根据|根據|基于|按照|创作|創作|告诉我|描述|说说|谈谈|评价|推荐"
    r"|模仿|补全|填|计算|求|证明|背|赏析|用|将|把|以下|下面|阅读|为|给|设计|编|预测|识别|标注|找出|选出|续)"
    r"|写[一首篇个段份出几]|寫[一首篇個段份出幾]|翻译成|翻譯成|改写|改寫|改成|改为|续写|續寫|扮演|列出|列举|生成|以.{1,12}为题"
    r"|\b(?:who|what|when|where|why|how|which|explain|write|translate|summari[sz]e|tell|describe|list|give|compare)\b",
    re.IGNORECASE,
)
"""What instructions begin with, in Chinese prompts, and verbs that hardly stand elsewhere."""
_ACCOUNT = re.compile(rf"([{HAN}]{{2,4}})(?![{HAN}])")


def asks(text: str) -> bool:
    """Whether a text, Chinese or mixed, asks or tells to do anything; a pasted statement or post does not."""
    marked = ("?" in text or "？" in text or len(text) <= _SHORT) and "@" not in text
    return (marked and _QUESTION.search(text) is not None) or _ORDER.search(text) is not None


def tell_apart(text: str, results: Sequence[Any]) -> None:
    """Turn PERSON results about somebody public into PUBLIC_FIGURE, and public ones of whom is told into PERSON.

    A tagger's doubtful name in a question or an instruction gets the score 0.
    """
    own = [item for item in results if _is_own(item) and item.entity_type in ("PERSON", "PUBLIC_FIGURE")]
    people = [item for item in results if item.entity_type == "PERSON"]
    if not own and not people:
        return
    asked = asks(text)
    told_of = [] if asked or not is_chinese(text) else [item for item in own if _is_told_of(text, item)]
    told_of += [item for item in own if _is_named_account(text, item)]
    for item in people:
        over = [other for other in own if other.start < item.end and item.start < other.end]
        private = max((other.score for other in over if other.entity_type == "PERSON"), default=0.0)
        public = max((other.score for other in over if other.entity_type == "PUBLIC_FIGURE"), default=0.0)
        known = private < PRIVATE and is_famous(text[item.start : item.end])
        doubted = asked and _name(item) == LAC and not _is_named_account(text, item)
        titled = _name(item) == TITLED and public >= CERTAIN and private == 0
        if known or titled or (doubted and public >= PUBLIC and public > private):
            item.entity_type = "PUBLIC_FIGURE"
        elif doubted and not over and (item.score < SURE or not is_full_name(text[item.start : item.end])):
            item.score = 0.0
    for item in told_of:
        item.entity_type = "PERSON"


def _is_told_of(text: str, item: Any) -> bool:
    """Whether a name that the model finds public may be anybody's: not on the list, and no account's."""
    name, before = text[item.start : item.end], text[: item.start].rstrip()[-1:]
    likely = item.entity_type == "PUBLIC_FIGURE" and item.score >= STATED
    return likely and len(name) > 1 and before not in ("@", "＠") and not is_famous(name)


def _is_named_account(text: str, item: Any) -> bool:
    """Whether a name is an account's that is called as a person is (@王小明2013), and no well-known one's."""
    match = _ACCOUNT.match(text[item.start : item.end])
    before = text[: item.start].rstrip()[-1:] in ("@", "＠")
    return before and match is not None and is_full_name(match[1]) and not is_famous(match[1])


def _is_own(item: Any) -> bool:
    return _name(item) == NAME


def _name(item: Any) -> str:
    return str((item.recognition_metadata or {}).get("recognizer_name"))
