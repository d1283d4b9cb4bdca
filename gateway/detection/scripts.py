"""Which scripts a text is written in, so that only what can read it is asked."""

from __future__ import annotations

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN = re.compile(f"[{HAN}]")
_OTHER_LETTERS = re.compile(rf"(?:[^\W\d_{HAN}])+")
_KANA = re.compile("[\u3040-\u30ff]")


def has_han(text: str) -> bool:
    """Whether there is a Chinese character."""
    return _HAN.search(text) is not None


def is_chinese(text: str) -> bool:
    """Whether Chinese characters make up most of the letters (a word of an alphabet counts as one), and no kana."""
    return 2 * len(_HAN.findall(text)) > len(_OTHER_LETTERS.findall(text)) and _KANA.search(text) is None
