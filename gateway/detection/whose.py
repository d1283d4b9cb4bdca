"""Whose name it is: a private person's, or one that everybody knows and asks about.

The tagger for Chinese names does not tell the two apart; the own model does, from the words around the
name, and a short list of very well-known names helps it out. What a rule took for a name because of a
title or a label before it stays a private person's. In doubt it is private: in a text that asks for nothing a name
that is not on the list is somebody's of whom something is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gateway.detection.famous import is_famous
from gateway.detection.recognizers.lac import NAME as LAC
from gateway.detection.recognizers.own_model import NAME

PRIVATE = 0.6
"""From this probability on the model's word that somebody is private counts more than the list."""

PUBLIC = 0.85
"""From this probability on the model's word that somebody is public counts against a tagger's that a name is one."""

_ASKS = re.compile(
    r"[?？]|谁|誰|什么|什麼|甚麼|怎|如何|为何|為何|为什|为啥|多少|几|哪|吗|嗎|是否|是不是"
    r"|介绍|介紹|解释|解釋|写|寫|翻译|翻譯|总结|總結|摘要|概括|分类|分類|归类|列出|列举|给出|给我|給我|帮|幫|请|請|分析|比较|比較|生成|提取|抽取|判断|判斷"
    r"|回答|根据|根據|创作|創作|告诉|告訴|描述|说说|谈谈|评价|評價|推荐|讲|改|续|扮演|设计|模仿|补全|填|计算|证明|背诵|赏析"
    r"|\b(?:who|what|when|where|why|how|which|explain|write|translate|summari[sz]e|tell|describe|list|give|compare)\b",
    re.IGNORECASE,
)
"""Words of questions and instructions in Chinese prompts."""


def asks(text: str) -> bool:
    """Whether a text, Chinese or mixed, asks or tells to do anything; a pasted statement does not."""
    return _ASKS.search(text) is not None


def tell_apart(text: str, results: Sequence[Any]) -> None:
    """Turn those PERSON results in `results` that are about somebody public into PUBLIC_FIGURE."""
    people = [item for item in results if item.entity_type == "PERSON"]
    if not people:
        return
    asked = asks(text)
    own = [item for item in results if _is_own(item) and item.entity_type in ("PERSON", "PUBLIC_FIGURE")]
    for item in people:
        over = [other for other in own if other.start < item.end and item.start < other.end]
        private = max((other.score for other in over if other.entity_type == "PERSON"), default=0.0)
        public = max((other.score for other in over if other.entity_type == "PUBLIC_FIGURE"), default=0.0)
        known = private < PRIVATE and is_famous(text[item.start : item.end])
        if known or (_name(item) == LAC and asked and public >= PUBLIC and public > private):
            item.entity_type = "PUBLIC_FIGURE"


def _is_own(item: Any) -> bool:
    return _name(item) == NAME


def _name(item: Any) -> str:
    return str((item.recognition_metadata or {}).get("recognizer_name"))
