"""Names stay in their script and build: particles and titles that are glued to them, articles, hyphens, vowel signs."""

import random
import unicodedata

import pytest
import regex

from gateway.declassify.surrogates import names
from gateway.declassify.surrogates.particles import has_final

_DRAWS = 200
L = r"\p{Lu}[\p{Ll}’']+"
K = r"\p{Hangul}"
H = r"\p{Han}"

BUILDS = [
    # Korean and Japanese: what is glued to a name stays
    ("김민수에게", rf"{K}{{3}}에게"),
    ("김민수는", rf"{K}{{3}}는"),
    ("김지은은", rf"{K}{{3}}은"),
    ("민수가", rf"{K}{{2}}가"),
    ("지훈에게서", rf"{K}{{2}}에게서"),
    ("김민수 씨는", rf"{K}{{3}} 씨는"),
    ("김민수님께", rf"{K}{{3}}님께"),
    ("박 선생님이", rf"{K} 선생님이"),
    ("남궁민수", rf"{K}{{4}}"),
    ("남궁민수의", rf"{K}{{4}}의"),
    ("김가은", rf"{K}{{3}}"),
    ("이민", rf"{K}{{2}}"),
    ("田中さんに", rf"{H}{{2}}さんに"),
    ("田中様", rf"{H}{{2}}様"),
    ("佐々木さんは", r"[\p{Han}々]{2,3}さんは"),
    ("山田太郎は", rf"{H}{{4}}は"),
    ("山田花子さんと", rf"{H}{{4}}さんと"),
    ("高橋", rf"{H}{{2}}"),
    ("山田さくら", r"[\p{Han}\p{Hiragana}]{3,}"),
    # Other scripts
    ("Иванова Мария Петровна", r"\p{Cyrillic}+а(?:я)? \p{Cyrillic}+ \p{Cyrillic}+на"),
    ("Γιώργος Παπαδόπουλος", r"\p{Greek}+ \p{Greek}+"),
    ("محمد بن سعود", r"\p{Arabic}+ بن \p{Arabic}+"),
    ("דוד בן גוריון", r"\p{Hebrew}+ בן \p{Hebrew}+"),
    ("สมชาย ใจดี", r"[\p{Thai}]+ [\p{Thai}]+"),
    ("राहुल शर्मा", r"[\p{Devanagari}]+ [\p{Devanagari}]+"),
    ("გიორგი ბერიძე", r"\p{Georgian}+ \p{Georgian}+"),
    ("Արամ Խաչատրյան", r"\p{Armenian}+ \p{Armenian}+"),
    ("মোহাম্মদ রহমান", r"[\p{Bengali}]+ [\p{Bengali}]+"),
    ("தமிழ் செல்வன்", r"[\p{Tamil}]+ [\p{Tamil}]+"),
    ("వెంకట రావు", r"[\p{Telugu}]+ [\p{Telugu}]+"),
    ("አበበ ቢቂላ", r"\p{Ethiopic}+ \p{Ethiopic}+"),
    # Latin letters
    ("Trần Thị Lan", rf"{L} {L} {L}"),
    ("Ayşe Yılmaz", rf"{L} {L}"),
    ("Łukasz Wiśniewski", rf"{L} {L}"),
    ("Juan de la Cruz", rf"{L} de la {L}"),
    ("Otto von Bismarck-Schönhausen", rf"{L} von {L}-{L}"),
    ("Ludwig van den Berg", rf"{L} van den {L}"),
    ("Ahmed al-Rashid", rf"{L} al-{L}"),
    ("Mahmoud El-Sayed", rf"{L} El-{L}"),
    ("David Ben-Gurion", rf"{L} Ben-{L}"),
    ("Sean O'Brien", rf"{L} {L}"),
    ("Ronald McDonald", rf"{L} {L}"),
    ("Jean-Luc D’Arcy", rf"{L}-{L} {L}"),
    ("MARY-JANE O'BRIEN", r"\p{Lu}+-\p{Lu}+ \p{Lu}+"),
]


@pytest.mark.parametrize(("name", "build"), BUILDS)
def test_a_name_keeps_its_script_and_build(name: str, build: str) -> None:
    for seed in range(_DRAWS):
        surrogate = names.draw(name, "", random.Random(seed)).surrogate
        assert regex.fullmatch(build, unicodedata.normalize("NFC", surrogate)), surrogate
        assert surrogate != name


@pytest.mark.parametrize("name", ["김민수는", "민수가", "김지은은", "현준이"])
def test_a_particle_still_fits_the_korean_name_before_it(name: str) -> None:
    ends = {has_final(names.draw(name, "", random.Random(seed)).surrogate[:-1]) for seed in range(_DRAWS)}
    assert ends == {name[-1] in "은이"}


def test_with_and_without_a_particle_it_is_the_same_name() -> None:
    for bare, glued in (("김민수", "김민수에게"), ("山田太郎", "山田太郎は"), ("田中", "田中さんに")):
        whole, part = names.parse(bare), names.parse(glued)
        assert whole.key == part.key
        assert (whole.locale, part.words[-1].kind) == (part.locale, "kept")


def test_the_parts_of_an_arabic_name_have_their_article_or_not() -> None:
    found = names.draw("Ahmed al-Rashid", "", random.Random(0))
    family = found.surrogate.partition("al-")[2]
    assert ("al-Rashid", f"al-{family}") in [(part.original, part.surrogate) for part in found.parts]
    assert ("Rashid", family) in [(part.original, part.surrogate) for part in found.parts]
