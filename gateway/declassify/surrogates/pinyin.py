"""Chinese names in Latin letters: which words are ones, and given names to draw.

Faker has two dozen such names only; these are common ones, written down from general knowledge. Knows nothing of
Chinese characters.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from gateway.declassify.surrogates.lists import Gender, attribute

_SYLLABLE = (
    "(?:[bpmf](?:iao|ian|iang|ing|ang|eng|ian|in|ie|ai|ei|ao|ou|an|en|a|o|i|u)"
    "|[dtnl](?:iang|iong|iao|ian|ing|ang|eng|ong|uan|uo|ui|un|ue|iu|ie|in|ia|ai|ei|ao|ou|an|en|a|e|i|u|v)"
    "|[gkh](?:uang|uai|uan|ang|eng|ong|ua|uo|ui|un|ai|ei|ao|ou|an|en|a|e|u)"
    "|[jqx](?:iang|iong|iao|ian|ing|uan|ia|ie|iu|in|ue|un|i|u)"
    "|(?:zh|ch|sh|r)(?:uang|uai|uan|ang|eng|ong|ua|uo|ui|un|ai|ei|ao|ou|an|en|a|e|i|u)"
    "|[zcs](?:uan|ang|eng|ong|uo|ui|un|ai|ei|ao|ou|an|en|a|e|i|u)"
    "|y(?:uan|ang|ing|ong|ue|un|ao|ou|an|in|a|e|i|u)|w(?:ang|eng|ai|ei|an|en|a|o|u)"
    "|ang|ai|ei|ao|ou|an|en|er|a|e|o)"
)
_ONE, _TWO = re.compile(_SYLLABLE), re.compile(f"{_SYLLABLE}'?{_SYLLABLE}")
_MORE = {"ouyang", "situ", "zhuge", "shangguan", "chai", "chu", "geng", "guan", "kuang", "lian", "ling"}

_MALE = (
    "Wei Qiang Jun Gang Tao Bin Hao Peng Lei Yong Jie Chao Feng Kai Zhiqiang Jianguo Haoran Wenbin Jianhua Zhiwei "
    "Junjie Guoqiang Mingyu Yifan Haoyu Weidong Xiaodong Zhigang Jiawei Bowen Yuchen Zihao Tianyu Shaohua Zhenhua"
)
_FEMALE = (
    "Fang Na Min Jing Yan Xia Ting Xue Lan Juan Ping Hui Xiulan Guiying Meiling Xiaoyan Yuting Jiayi Yaqin Shuting "
    "Xiaomei Lihua Yuhan Mengyao Xinyi Wenjing Shufen Yulan Hongmei Ruoxi Siqi Jingyi Lijuan Chunmei Dandan Yunxia"
)
GIVEN: dict[Gender, tuple[str, ...]] = {"male": tuple(_MALE.split()), "female": tuple(_FEMALE.split())}
MOST = frozenset(
    ("wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu", "sun", "ma", "zhu", "lin")
)
"""China's most frequent family names: beside a rarer one they are the family name."""
_DRAWN = 4
"""Letters at least of a drawn family name: shorter ones stand inside other words everywhere."""


def is_given(word: str) -> bool:
    """Whether `word` is one or two syllables."""
    folded = word.casefold()
    return _ONE.fullmatch(folded) is not None or _TWO.fullmatch(folded) is not None


def is_family(word: str) -> bool:
    """Whether `word` is a Chinese family name."""
    return word.casefold() in _known()


def joined(word: str) -> int:
    """Where the given name begins in a full name written as one word (``zhangwei``); 0 if it is none."""
    folded = word.casefold()
    for end in range(min(6, len(folded) - 2), 1, -1):
        if folded[:end] in _known() and is_given(folded[end:]) and len(folded) > _DRAWN:
            return end
    return 0


def given(gender: Gender, like: str) -> tuple[str, ...]:
    """Given names of `gender` with as many syllables as `like`."""
    return as_long(GIVEN[gender], like)


def as_long(names: Iterable[str], like: str) -> tuple[str, ...]:
    """Those of `names` with as many syllables as `like`."""
    one = _ONE.fullmatch(like.casefold()) is not None
    return tuple(name for name in names if (_ONE.fullmatch(name.casefold()) is not None) == one)


@functools.cache
def families() -> tuple[str, ...]:
    """Family names to draw."""
    return tuple(name for name in attribute("person", "zh_CN", "last_romanized_names") if len(name) >= _DRAWN)


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(name.casefold() for name in attribute("person", "zh_CN", "last_romanized_names")) | _MORE
