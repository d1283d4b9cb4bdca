"""Which scripts a text is written in, so that only the models that can read it are run."""

from __future__ import annotations

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN = re.compile(f"[{HAN}]")
# Kana and Hangul are left out: the alphabetic model knows none of their words.
_ALPHABETIC_WORD = re.compile(rf"[^\W\d_{HAN}\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]{{2}}")
_OTHER_LETTERS = re.compile(rf"(?:[^\W\d_{HAN}])+")
_KANA = re.compile("[\u3040-\u30ff]")


def has_han(text: str) -> bool:
    """Whether there is a Chinese character."""
    return _HAN.search(text) is not None


def is_chinese(text: str) -> bool:
    """Whether Chinese characters make up most of the letters (a word of an alphabet counts as one), and no kana."""
    return 2 * len(_HAN.findall(text)) > len(_OTHER_LETTERS.findall(text)) and _KANA.search(text) is None


def has_alphabetic(text: str) -> bool:
    """Whether there is a word of at least two letters of an alphabet (Latin, Greek, Cyrillic, ...)."""
    return _ALPHABETIC_WORD.search(text) is not None
