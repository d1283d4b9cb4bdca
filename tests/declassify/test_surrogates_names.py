"""People's stand-ins: language, gender, build, and what may be called alone."""

import random

import pytest

from gateway.declassify.surrogates import names, neutral
from gateway.declassify.surrogates.drawn import Drawn
from gateway.declassify.surrogates.lists import lists
from gateway.declassify.surrogates.pinyin import is_family, is_given
from gateway.detection.han_names import DOUBLE_SURNAMES


def drawn(text: str, context: str = "", seed: int = 0) -> Drawn:
    return names.draw(text, context, random.Random(seed))


@pytest.mark.parametrize(
    ("name", "locale"),
    [
        ("Emily Carter", "en_US"),
        ("José García", "es_ES"),
        ("Jürgen Schmidt", "de_DE"),
        ("François Dupont", "fr_FR"),
        ("Katarzyna Wójcik", "pl_PL"),
        ("Jan van der Berg", "nl_NL"),
        ("Priya Sharma", "en_IN"),
        ("Nguyễn Văn An", "vi_VN"),
        ("Li Xiaoming", "pinyin"),
        ("王志强", "zh_CN"),
        ("陳志豪", "zh_TW"),
        ("山田太郎", "ja_JP"),
        ("김민준", "ko_KR"),
        ("Иван Петров", "ru_RU"),
    ],
)
def test_a_name_is_drawn_from_its_own_language(name: str, locale: str) -> None:
    assert names.parse(name).locale == locale


@pytest.mark.parametrize(
    ("name", "context", "gender"),
    [
        ("Maria", "", "female"),
        ("John", "", "male"),
        ("Mr Taylor", "", "male"),
        ("Frau Taylor", "", "female"),
        ("Robin Taylor", "Robin Taylor said that she was late", "female"),
        ("Robin Taylor", "Mr Robin Taylor was late", "male"),
        ("张先生", "", "male"),
        ("张伟", "张伟女士您好", "female"),
        ("张伟", "张伟，女，1980年生", "female"),
        ("李秀英", "", "female"),
        ("王志强", "", "male"),
        ("Анна Петрова", "", "female"),
    ],
)
def test_the_gender_is_what_titles_pronouns_and_lists_tell(name: str, context: str, gender: str) -> None:
    assert names.gender(names.parse(name, context), name, context) == gender


def test_a_womans_stand_in_is_a_womans_name() -> None:
    women, men = (set(lists("en_US").given(gender)) for gender in ("female", "male"))
    firsts = {drawn("Emily Carter", seed=seed).surrogate.split()[0] for seed in range(50)}
    assert firsts <= women
    assert not firsts <= men


def test_a_compound_surname_becomes_a_compound_surname() -> None:
    assert all(drawn("欧阳修文", seed=seed).surrogate[:2] in DOUBLE_SURNAMES for seed in range(30))


def test_pinyin_becomes_pinyin() -> None:
    for seed in range(30):
        family, given = drawn("Zhang Xiaoming", seed=seed).surrogate.split()
        assert is_family(family)
        assert is_given(given)


def test_parts_are_the_given_names_and_the_family_name_with_and_without_particles() -> None:
    found = drawn("Jan Willem van der Berg")
    given, second, family = (found.surrogate.split()[index] for index in (0, 1, 4))
    parts = {(part.kind, part.original): part.surrogate for part in found.parts}
    assert parts == {
        ("given", "Jan Willem"): f"{given} {second}",
        ("given", "Jan"): given,
        ("given", "Willem"): second,
        ("family", "van der Berg"): f"van der {family}",
        ("family", "Berg"): family,
    }


def test_parts_of_a_chinese_name_are_family_and_given_name() -> None:
    found = drawn("王志强")
    parts = {(part.kind, part.original, part.surrogate) for part in found.parts}
    assert parts == {("family", "王", found.surrogate[0]), ("given", "志强", found.surrogate[1:])}


def test_what_looks_like_an_article_is_a_part_of_a_given_name() -> None:
    assert not any("Ben" in drawn("Ben-Luca Schmidt", seed=seed).surrogate.split("-")[0] for seed in range(100))


@pytest.mark.parametrize(
    "name", ["John Smith", "张伟", "J. Smith", "Zhang Wei", "Van Morrison", "Maj Linder", "李君", "유진아"]
)
def test_no_part_of_a_name_stays(name: str) -> None:
    for seed in range(100):
        found = drawn(name, seed=seed)
        assert all(part.original != part.surrogate for part in found.parts)
        assert not set(found.surrogate.split()) & set(name.split())
        assert found.surrogate[-1] != "君"


@pytest.mark.parametrize(
    ("name", "locale"),
    [
        ("Alex Kim", "en_US"),
        ("Jamie Smith", "en_US"),
        ("晓明", "zh_CN"),
        ("陈宁", "zh_CN"),
        ("Chen Jing", "pinyin"),
        ("김지우", "ko_KR"),
    ],
)
def test_whose_gender_is_not_told_gets_a_name_that_tells_none(name: str, locale: str) -> None:
    parsed = names.parse(name)
    place = next(index for index, word in enumerate(parsed.words) if word.kind == "given")
    assert (parsed.locale, names.gender(parsed, name, "")) == (locale, None)
    for seed in range(200):
        words = names.renamed(parsed, None, random.Random(seed))
        assert words[place] in neutral.given(locale)
    assert len({names.renamed(parsed, None, random.Random(seed)) for seed in range(200)}) > 100


def test_where_no_such_names_are_known_given_and_family_name_are_of_one_gender() -> None:
    parsed, known = names.parse("Саша Иваненко"), lists("ru_RU")
    pools = [{*known.given(gender), *known.families(gender)} for gender in ("male", "female")]
    for seed in range(200):
        words = {word for word in names.renamed(parsed, None, random.Random(seed)) if word.strip()}
        assert any(words <= pool for pool in pools)


@pytest.mark.parametrize(("context", "gender"), [("Ms Alex Kim", "female"), ("Alex Kim said he was late", "male")])
def test_a_title_or_a_pronoun_still_tells(context: str, gender: str) -> None:
    assert names.gender(names.parse("Alex Kim"), "Alex Kim", context) == gender
