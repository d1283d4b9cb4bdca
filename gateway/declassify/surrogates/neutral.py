"""Given names that women and men bear alike, for somebody whose gender is not told.

Written down from general knowledge, but for those that Faker has for both. Knows nothing of how names are drawn.
"""

from __future__ import annotations

import functools
from itertools import permutations

from gateway.declassify.surrogates.han_words import is_word
from gateway.declassify.surrogates.lists import lists, usable

_ENGLISH = """
Addison Alex Alexis Andie Ashton Aubrey Avery Bailey Blair Cameron Carey Casey Darcy Devon Drew Ellery Emerson Emery
Finley Frankie Hadley Harley Harper Hayden Jaime Jamie Jessie Jody Jules Kelly Kelsey Kendall Kerry Kirby Kris Lane
Lee Leslie Lindsay Lindsey Logan Morgan Parker Pat Payton Peyton Quinn Reagan Reese Remy Rene Riley Robin Rory Rowan
Sage Sam Sasha Sawyer Shannon Shea Shelby Sidney Skylar Skyler Taylor Terry
"""
_HAN = "宁晨瑞阳佳欢林华云宇文楠岩欣瑜平"
_ONLY_KNOWN_ENGLISH = """
Angel Brett Charlie Corey Dakota Dallas Eden Haven Jordan Kim Leigh London Marley Micah Phoenix Shawn Spencer Stacy
Sydney Tatum Teagan Toby Tracy Tyler Whitney
"""
_ONLY_KNOWN = "晓明小子一"
"""Characters of such names that are not drawn."""
_TAIWANESE = """
佳欣 子安 子寧 宇晴 柏安 承恩 以安 思齊 書瑋 佳穎 家安 奕安 品安 亦安 予安 樂安 立言 知言 思言 昱安 宥安 子甯 品言
以恩
"""
_JAPANESE = """
薫 忍 翼 葵 晶 渚 泉 歩 優 悠 凪 碧 律 千尋 真琴 伊吹 日向 千秋 千里 真澄 一希 七海 千晶 飛鳥 夏生 雪乃 瑞希 美月
優希 光希
"""
_KOREAN = """
지원 지우 수민 수현 지수 정민 유진 서현 주현 현진 지민 재인 다온 하람 승현 은수 희원 이안 서우 지호 윤우 현서 도원
시원 은호 다인
"""
_PINYIN = """
Ning Yang Jing Ming Xing Ling Zhen Shuo Yining Jiaxin Zixuan Yuxin Wenxin Ruiyang Minghui Xinyu Yuchen Siyuan Xinran
Wenhua Yunfei Jiayu Yulin Ziyang Yifei Chenxi Haiyang Jialin Xiaoyu Zhiyuan
"""


@functools.cache
def given(locale: str) -> tuple[str, ...]:
    """Names to draw; none for a language of which none are known."""
    if locale == "en_US":
        return usable(_ENGLISH.split())
    if locale == "zh_CN":
        pairs = ("".join(pair) for pair in permutations(_HAN, 2))
        return (*_HAN, *(name for name in pairs if not is_word(name)))
    if locale == "he_IL":
        known = lists(locale)
        return tuple(name for name in known.male if name in known.female)
    written = {"zh_TW": _TAIWANESE, "ja_JP": _JAPANESE, "ko_KR": _KOREAN, "pinyin": _PINYIN}.get(locale, "")
    return tuple(written.split())


def is_neutral(name: str, locale: str) -> bool:
    """Whether a given name says nothing of its bearer's gender, whatever lists have it."""
    if locale in ("zh_CN", "zh_TW"):
        return all(character in _HAN + _ONLY_KNOWN for character in name)
    return name.casefold() in _names(locale)


@functools.cache
def _names(locale: str) -> frozenset[str]:
    names = (_ENGLISH + _ONLY_KNOWN_ENGLISH).split() if locale == "en_US" else given(locale)
    return frozenset(name.casefold() for name in names)
