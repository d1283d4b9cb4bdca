"""Names written without spaces: Chinese, Japanese and Korean ones, taken apart and drawn anew.

Knows nothing of names in other scripts.
"""

from __future__ import annotations

import functools
import random
import re

from gateway.declassify.surrogates import neutral, particles, shapes, titles
from gateway.declassify.surrogates.han_words import JOINING_FAMILIES, JOINING_GIVEN, is_word, makes_word
from gateway.declassify.surrogates.lists import Gender, attribute
from gateway.declassify.surrogates.words import Kind, Name, Word
from gateway.detection.han_names import DOUBLE_SURNAMES, SURNAMES
from gateway.detection.scripts import HAN

_CHARACTER = f"[{HAN}\u3040-\u30ff々가-힣]"
_DENSE = re.compile(_CHARACTER)
_RUNS = re.compile(rf"((?:{_CHARACTER}(?:[·・•‧\s]+(?={_CHARACTER}))?)+)")
_KANA = re.compile("[\u3040-\u30ff]")
_HIRAGANA = re.compile("[ぁ-ゖ]")
_TO_HIRAGANA = ord("ア") - ord("あ")
_HANGUL = re.compile("[가-힣]")
_DOTS = re.compile(r"([·・•‧.．\s]+)")
_DOUBLE = "欧阳 上官 司马 诸葛 慕容 皇甫 司徒 令狐 尉迟 端木 公孙 轩辕 宇文 长孙"
_KOREAN_DOUBLE = "남궁 황보 제갈 독고 선우 사공 서문"
_SYLLABLES = frozenset("은이아나야도만로")
"""Particles with which given names end, too."""
_ALWAYS_DOUBLE = frozenset(_KOREAN_DOUBLE.split()[:4])
_FREQUENT = 150
"""Family names from the top of the list, which is in order of frequency where it is long: rare ones are words, too."""
_FOREIGN: dict[Kind, dict[Gender, str]] = {
    "given": {
        "male": "约翰 大卫 迈克尔 托马斯 彼得 罗伯特 丹尼尔 马丁 亚当 保罗 卢卡斯 西蒙",
        "female": "玛丽 安娜 琳达 艾米丽 苏珊 索菲亚 劳拉 爱丽丝 海伦 朱莉娅 凯瑟琳 艾玛",
    },
    "family": dict.fromkeys(
        ("male", "female"), "史密斯 约翰逊 布朗 威尔逊 米勒 泰勒 安德森 托马森 克拉克 沃克 贝克 库珀 霍尔 福斯特"
    ),
}
"""Common names as Chinese texts write them: Faker has none."""


def runs(text: str) -> list[str]:
    """`text` cut between characters that need no spaces and others."""
    return [run for run in _RUNS.split(text) if run]


def is_dense(text: str) -> bool:
    """Whether `text` is written in characters that need no spaces."""
    return _DENSE.search(text) is not None


def parse(text: str, context: str) -> Name:
    """`text` taken apart: 欧阳修 into family and given name, 张先生 into family name and title."""
    locale = _locale(text, context)
    stem, particle = particles.cut(text, locale, functools.partial(_is_stem, locale))
    body, title = _without_title(stem, locale)
    prefix = body[:1] if len(body) == 2 and body[0] in titles.BEFORE_FAMILY and not title else ""
    core = body[len(prefix) :]
    words = [Word("kept", prefix)] if prefix else []
    words += _core(core, locale, alone=bool(prefix or title))
    if title or particle:
        words.append(Word("kept", title + particle))
    named = tuple(words)
    locale = "foreign" if locale == "zh_CN" and re.search("[·・•‧]", core) else locale
    titled = None if locale == "ja_JP" and title == "先生" else titles.titled(stem)
    return Name(named, locale, titled or _gender(named, locale), titled)


def renamed(name: Name, gender: Gender | None, rng: random.Random) -> list[str]:
    """What the words of `name` become, each of the same kind and length, if there are such.

    Args:
        gender: None for given names of either; the language must have some.
    """
    return [_drawn(word, name.locale, gender, rng) if word.is_named else word.text for word in name.words]


def reads_as_word(name: Name, renamed: list[str]) -> bool:
    """Whether what `name` becomes would be taken for another word, or begins with one."""
    if not name.locale.startswith("zh"):
        return False
    called = dict(zip((word.kind for word in name.words), renamed, strict=True))
    return is_word("".join(renamed)) or ("given" in called and makes_word(called.get("family", ""), called["given"]))


def _is_stem(locale: str, stem: str, particle: str) -> bool:
    """Whether `stem` is a name, with or without a title, and `particle` behind it none of its syllables."""
    if stem.endswith(titles.ASIAN):
        return stem not in titles.ASIAN
    if locale != "ko_KR":
        return particles.ends_in_han(stem)
    bare, known = "".join(stem.split()), _korean_given()
    if _is_korean_full(bare):
        return True
    # 유진아 may be 유진 who is called, and 유 with the given name 진아: in doubt all of it is the name.
    told = len(particle) > 1 or (bare in known and (particle not in _SYLLABLES or _family(bare[:1], locale) == 0))
    return len(bare) == 2 and told and (stem + particle)[-2:] not in known


@functools.cache
def _korean_given() -> frozenset[str]:
    lists = (attribute("person", "ko_KR", f"first_names_{gender}") for gender in ("male", "female"))
    return frozenset(name for names in (*lists, neutral.given("ko_KR")) for name in names)


def _is_korean_full(text: str) -> bool:
    return len(text) > 2 and len(text) - _family(text, "ko_KR") in (1, 2)


def _without_title(text: str, locale: str) -> tuple[str, str]:
    for title in titles.ASIAN:
        if text.endswith(title) and len(text.rstrip()) > len(title):
            body = text[: -len(title)].rstrip()
            return body, text[len(body) :]
    if locale.startswith("zh") and text[-1] in titles.BEHIND_FAMILY and _family(text[:-1], locale) == len(text) - 1:
        return text[:-1], text[-1]
    return text, ""


def _core(core: str, locale: str, *, alone: bool) -> list[Word]:
    pieces = [piece for piece in _DOTS.split(core) if piece]
    if len(pieces) > 1:
        last = len(pieces) - 1
        foreign = not pieces[1].isspace()
        family = last if foreign else 0
        kinds: list[Kind] = [
            "kept" if _DOTS.fullmatch(piece) else "family" if index == family else "given"
            for index, piece in enumerate(pieces)
        ]
        return [Word(kind, piece) for kind, piece in zip(kinds, pieces, strict=True)]
    length = len(core) if locale == "kana" else _family(core, locale)
    if length == len(core) or (alone and len(core) == 1):
        return [Word("family", core)]
    if length == 0 or len(core) - length > 3:
        return [Word("given", core)]
    return [Word("family", core[:length]), Word("given", core[length:])]


def _family(core: str, locale: str) -> int:
    """How many characters the family name at the beginning has; 0 if there is none."""
    if locale == "ja_JP":
        known = attribute("person", locale, "last_names")
        found = max((len(name) for name in known if core.startswith(name)), default=0)
        return found or (2 if len(core) > 2 else 0)
    if locale == "ko_KR" and len(core) in (3, 4) and core[:2] in _KOREAN_DOUBLE.split():
        return 2 if len(core) == 4 or core[:2] in _ALWAYS_DOUBLE else 1
    if locale == "ko_KR":
        family = core[:1] in attribute("person", "ko_KR", "last_names") and core not in _korean_given()
        return 1 if family and len(core) in (1, 2, 3) else 0
    if core[:2] in DOUBLE_SURNAMES and len(core) in (2, 3, 4):
        return 2
    return 1 if core[:1] in SURNAMES and len(core) <= 3 else 0


def _locale(text: str, context: str) -> str:
    if _HANGUL.search(text):
        return "ko_KR"
    bare = next((text.removesuffix(title) for title in titles.ASIAN if text.endswith(title)), text)
    if _KANA.search(bare):
        return "ja_JP" if re.search(f"[{HAN}]", bare) else "kana"
    known = [name for name in attribute("person", "ja_JP", "last_names") if text.startswith(name) and len(text) > 1]
    japanese = [name for name in known if len(text) > 2 or (text == name and text[0] not in titles.BEFORE_FAMILY)]
    if _KANA.search(text + context) or japanese:
        return "ja_JP"
    return "zh_TW" if any(_is_traditional(character) for character in bare) else "zh_CN"


def _is_traditional(character: str) -> bool:
    """Whether a character has a simplified form: GB 2312 has those only."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return re.match(f"[{HAN}]", character) is not None
    return False


def _gender(words: tuple[Word, ...], locale: str) -> Gender | None:
    """By the lists that have the given name; else by those that have its characters."""
    given = next((word.text for word in words if word.kind == "given"), "")
    if locale == "foreign":
        return next((gender for gender, known in _FOREIGN["given"].items() if given in known.split()), None)
    if locale == "kana":
        return None
    men, women = (attribute("person", locale, f"first_names_{gender}") for gender in ("male", "female"))
    if not given or neutral.is_neutral(given, locale):
        return None
    if (given in men) != (given in women):
        return "male" if given in men else "female"
    male, female = (sum(character in name for character in given for name in names) for names in (men, women))
    if male != female:
        return "male" if male > female else "female"
    return None


def _drawn(word: Word, locale: str, gender: Gender | None, rng: random.Random) -> str:
    pool = _pool(word.kind, locale, gender, len(word.text))
    if locale == "ko_KR" and word.kind == "given":
        final = particles.has_final(word.text)
        pool = tuple(name for name in pool if particles.has_final(name) == final) or pool
    found = next((name for name in rng.choices(pool, k=8) if name != word.text), "") if pool else ""
    found = found or shapes.shaped(word.text, rng)
    if locale == "kana" and _HIRAGANA.match(word.text):
        found = "".join(chr(ord(kana) - _TO_HIRAGANA) if "ァ" <= kana <= "ヶ" else kana for kana in found)
    return found


@functools.cache
def _pool(kind: Kind, locale: str, gender: Gender | None, length: int) -> tuple[str, ...]:
    if locale == "foreign":
        return tuple(_FOREIGN["family" if kind == "family" else "given"][gender or "male"].split())
    if locale == "kana":
        names = attribute("person", "ja_JP", "last_kana_names" if kind == "family" else f"first_kana_names_{gender}")
        return tuple(name for name in names if len(name) == length) or names
    names = _families(locale) if kind == "family" else _given(locale, gender, length)
    return tuple(name for name in names if len(name) == length) or (names if locale == "ja_JP" else ())


def _families(locale: str) -> tuple[str, ...]:
    names = attribute("person", locale, "last_names")[:_FREQUENT]
    if locale == "ko_KR":
        return (*names, *_KOREAN_DOUBLE.split())
    if locale == "ja_JP":
        return names
    names += tuple(_DOUBLE.split()) if locale == "zh_CN" else ()
    return tuple(name for name in names if name not in JOINING_FAMILIES and _is_chinese(name, locale))


def _given(locale: str, gender: Gender | None, length: int) -> tuple[str, ...]:
    names = neutral.given(locale) if gender is None else attribute("person", locale, f"first_names_{gender}")
    if not locale.startswith("zh"):
        return names
    if locale == "zh_CN" and length == 2 and gender:
        ones = [name for name in names if len(name) == 1 and name not in JOINING_GIVEN]
        names += tuple(one + two for one in ones for two in ones if one != two)
    return tuple(
        name for name in names if name not in JOINING_GIVEN and not is_word(name) and _is_chinese(name, locale)
    )


def _is_chinese(name: str, locale: str) -> bool:
    """Whether `name` is written with simplified characters if `locale` is."""
    return locale != "zh_CN" or not any(map(_is_traditional, name))
