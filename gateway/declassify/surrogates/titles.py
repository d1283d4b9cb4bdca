"""Words around a name that are no part of it, and what they and pronouns say about a person's gender.

Knows nothing of names.
"""

from __future__ import annotations

import re

from gateway.declassify.surrogates.lists import Gender

_MALE = "mr mister sir lord señor sr herr monsieur signor signore sig dhr meneer г-н господин κύριος السيد מר श्री"
_FEMALE = (
    "mrs ms miss madam dame lady señora sra señorita srta frau fräulein mme mlle madame mademoiselle signora sig.ra "
    "mevrouw mevr fru pani г-жа госпожа κυρία السيدة גברת श्रीमती"
)
_ANY = "mx dr prof professor doctor rev fr hon capt sgt lt col gen maj ing dott dipl доктор профессор д-р ד״ר डॉ"
TITLES = frozenset(f"{_MALE} {_FEMALE} {_ANY}".split())
"""Before a name written with spaces; folded, without a full stop."""
_WITH_STOP = frozenset(("maj", "gen", "col", "hon", "sig", "ing", "rev", "capt"))
"""Titles only with a full stop: without one they are given names or words."""
_SUFFIXES = "jr sr ii iii iv phd md esq cpa rn dds"
SUFFIXES = frozenset(_SUFFIXES.split())
_PARTICLES = (
    "van von de der den des del della di da do dos das du la le las los el al bin bint ibn abu ter ten zu zum zur af "
    "av y e i 't t 'n dei degli بن ابن بنت آل أبو בן בת"
)
PARTICLES = frozenset(_PARTICLES.split())
ARTICLES = ("al-", "el-", "ad-", "ar-", "as-", "az-", "ul-", "ben-", "bin-", "ibn-")
"""With which Arabic and Hebrew family names begin in Latin letters."""
_GENDER: dict[str, Gender] = {
    **dict.fromkeys(_MALE.split(), "male"),
    **dict.fromkeys(_FEMALE.split(), "female"),
}
_ASIAN_MALE = "先生 叔叔 爷爷 爺爺 大哥"
_ASIAN_FEMALE = "女士 小姐 太太 夫人 阿姨 奶奶 大姐"
_LONG = (
    "老师 老師 医生 醫生 大夫 护士 護士 教授 总经理 總經理 经理 經理 董事长 主任 主管 律师 律師 法官 "
    "警官 同学 同學 同志 师傅 師傅 科长 处长 院长 校长 局长 部长 书记 博士 老板 老闆 "
    "さん 様 さま 氏 くん ちゃん 선생님 씨 님"
)
_SHORT: dict[str, Gender | None] = {
    **dict.fromkeys("总總董工局处"),
    **dict.fromkeys("哥叔伯", "male"),
    **dict.fromkeys("姐嫂婶姨", "female"),
}
ASIAN = tuple(sorted(set(f"{_ASIAN_MALE} {_ASIAN_FEMALE} {_LONG}".split()), key=len, reverse=True))
"""Behind a name written without spaces; the longest first."""
BEHIND_FAMILY = frozenset(_SHORT)
"""Of one character: a title only right behind a family name."""
BEFORE_FAMILY = frozenset("小老阿大")
_HE = re.compile(
    r"\b(?:he|him|his|himself|él|lui|il|он|его|ему|він|його)\b|他(?!们|們)|[，,、（(\s]男(?:性|士)?[，,、。；）)\s]"
)
_SHE = re.compile(
    r"\b(?:she|her|hers|herself|ella|elle|lei|она|её|ей|вона|її)\b|她(?!们|們)|[，,、（(\s]女(?:性|士)?[，,、。；）)\s]"
)
_WORD = re.compile(r"[^\s,;:()]+")


def bare(word: str) -> str:
    """`word` as the lists of titles have it."""
    return word.casefold().rstrip(".")


def is_title(word: str) -> bool:
    """Whether `word`, before a name, is a title."""
    return bare(word) in TITLES and (bare(word) not in _WITH_STOP or word.endswith("."))


def titled(text: str) -> Gender | None:
    """The gender that titles in `text`, a name, tell."""
    for word in _WORD.findall(text):
        if bare(word) in _GENDER:
            return _GENDER[bare(word)]
    return _asian(text)


def around(text: str, context: str) -> Gender | None:
    """The gender that a title beside `text` in `context` tells."""
    start = context.find(text)
    if start < 0:
        return None
    before = _WORD.findall(context[:start])
    if before and context[start - 1 : start].isspace() and bare(before[-1]) in _GENDER:
        return _GENDER[bare(before[-1])]
    behind = context[start + len(text) :].lstrip()
    return next((_asian(title) for title in ASIAN if behind.startswith(title)), None)


def pronouns(context: str) -> Gender | None:
    """The gender that pronouns in `context` tell, if they tell one only."""
    he, she = _HE.search(context.casefold()), _SHE.search(context.casefold())
    if bool(he) == bool(she):
        return None
    return "male" if he else "female"


def _asian(text: str) -> Gender | None:
    if len(text) == 2 and text[1] in _SHORT:
        return _SHORT[text[1]]
    for gender, found in (("male", _ASIAN_MALE), ("female", _ASIAN_FEMALE)):
        if text.endswith(tuple(found.split())):
            return "male" if gender == "male" else "female"
    return None
