"""No stand-in of a name or a place is a word, a place, a firm, or somebody whom all know."""

import json
import random
from functools import cache
from pathlib import Path

import pytest

import gateway.detection
from gateway.declassify.known_words import is_everyday_word
from gateway.declassify.surrogates import names, neutral, places
from gateway.declassify.surrogates.han_words import is_word, makes_word
from gateway.declassify.surrogates.lists import LATIN, attribute, lists
from gateway.declassify.surrogates.shapes import COMMON_HAN
from gateway.detection.well_known import is_well_known

_DRAWS = 400
_WORDS = """
faith young will hope grace joy king brown english golden bean beard gay holder bright bridges singleton graves french
branch diamond melody misty sherry alexa cheyenne richmond durham castro wagner jesus mario christian winters shields
"""


@cache
def vocabulary() -> frozenset[str]:
    """Words of two Chinese characters and more that the detection model's tokenizer knows: none of them from a list."""
    path = Path(gateway.detection.__file__).with_name("model") / "tokenizer.json"
    words = (word.lstrip("▁") for word, _ in json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"])
    return frozenset(word for word in words if len(word) > 1 and all("一" <= character <= "鿿" for character in word))


def towns() -> set[str]:
    return {town.rstrip("省市") for kind in ("cities", "provinces") for town in attribute("address", "zh_CN", kind)}


@pytest.mark.parametrize(
    "name", ["高明", "张伟", "王志强", "李秀英", "刘洋", "欧阳修文", "志强", "建国", "陳美玲", "小陈", "周总"]
)
def test_a_chinese_name_becomes_no_word(name: str) -> None:
    for seed in range(_DRAWS):
        surrogate = names.draw(name, "", random.Random(seed)).surrogate
        assert not is_word(surrogate)
        assert surrogate not in vocabulary() | towns()


@pytest.mark.parametrize("name", ["王志强", "张伟", "李秀英"])
def test_neither_do_its_parts(name: str) -> None:
    for seed in range(_DRAWS):
        found = names.draw(name, "", random.Random(seed))
        given, family = found.parts
        assert not makes_word(family.surrogate, given.surrogate)
        assert given.surrogate not in vocabulary()


def test_words_places_and_stars_are_known_for_what_they_are() -> None:
    words = "建国 和平 文明 沈阳 宁波 江苏 海南 黎明 姚明 岳飞 孔明 阳光 时间"
    assert [word for word in words.split() if not is_word(word) and not makes_word(word[0], word[1:])] == []
    assert not is_word("张伟豪")


def test_no_two_characters_of_invented_places_make_a_word() -> None:
    pairs = {one + two for one in COMMON_HAN for two in COMMON_HAN}
    assert not pairs & (vocabulary() | towns())
    assert not any(map(is_word, pairs))


@pytest.mark.parametrize("place", ["北京", "浙江省", "杭州市西湖区", "台北"])
def test_no_place_becomes_one_that_there_is(place: str) -> None:
    known = towns() | set(attribute("address", "zh_CN", "districts"))
    for seed in range(_DRAWS):
        surrogate = places.draw("LOCATION", place, random.Random(seed))
        assert not any(town in surrogate for town in known)


def test_nor_an_american_one() -> None:
    known = "ville ton burg field ford"
    for seed in range(_DRAWS):
        surrogate = places.draw("LOCATION", "Springfield", random.Random(seed))
        assert not surrogate.endswith(tuple(known.split()))


@pytest.mark.parametrize("locale", LATIN)
def test_no_list_has_words_and_stars(locale: str) -> None:
    known = lists(locale)
    drawn = {*known.male, *known.female, *known.male_families, *known.female_families}
    assert not any(is_well_known(name) or is_everyday_word(name) for name in drawn)
    assert not {name.casefold() for name in drawn} & set(_WORDS.split())
    assert len(drawn) > 30


@pytest.mark.parametrize("name", ["Emily Carter", "John Smith", "Alex Johnson", "Grace Young"])
def test_an_english_name_becomes_no_word(name: str) -> None:
    for seed in range(_DRAWS):
        words = names.draw(name, "", random.Random(seed)).surrogate.casefold().split()
        assert not set(words) & set(_WORDS.split())
        assert not any(map(is_everyday_word, words))


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW", "ja_JP", "ko_KR", "pinyin", "he_IL"])
def test_so_are_the_names_that_anybody_may_bear(locale: str) -> None:
    drawn = neutral.given(locale)
    assert len(drawn) >= 20
    assert len(set(drawn)) == len(drawn)
    assert not any(is_word(name) or is_everyday_word(name) for name in drawn)
