"""Faker's lists of names, one language and country at a time, read when first asked for.

The providers' own lists, without an instance of Faker: no global state, and no random generator of theirs. Knows
nothing of how a name is built.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import regex

from gateway.declassify.known_words import is_everyday_word
from gateway.detection.famous import FAMOUS
from gateway.detection.well_known import listed, plain

Gender = Literal["male", "female"]

LATIN = (
    "en_US",
    "es_ES",
    "es_MX",
    "de_DE",
    "fr_FR",
    "it_IT",
    "pt_BR",
    "nl_NL",
    "pl_PL",
    "cs_CZ",
    "sv_SE",
    "da_DK",
    "no_NO",
    "fi_FI",
    "tr_TR",
    "hu_HU",
    "ro_RO",
    "en_IN",
    "vi_VN",
    "id_ID",
)
"""Locales whose names are written in Latin letters: in doubt the first that knows a name."""
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_LATIN_WORD = regex.compile(r"\p{Latin}+")
_VOWELS = regex.compile("[\u0591-\u05c7\u064b-\u0652]")
_SHORTEST = 3
"""Letters of a Latin stand-in: shorter ones stand inside other words everywhere."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The names of a locale.

    Attributes:
        male: given names of men; all of these may be drawn.
        female: given names of women.
        male_families: family names of men.
        female_families: family names of women; in most languages the same.
        fathers: patronymics by gender, where a language has them.
        known: given names, folded, and whether men's or women's lists have them.
        known_families: family names, folded.
    """

    male: tuple[str, ...]
    female: tuple[str, ...]
    male_families: tuple[str, ...]
    female_families: tuple[str, ...]
    fathers: dict[Gender, tuple[str, ...]]
    known: dict[str, frozenset[Gender]]
    known_families: frozenset[str]

    def given(self, gender: Gender) -> tuple[str, ...]:
        """Given names of `gender`."""
        return self.male if gender == "male" else self.female

    def families(self, gender: Gender) -> tuple[str, ...]:
        """Family names of `gender`."""
        return self.male_families if gender == "male" else self.female_families


def attribute(kind: str, locale: str, *names: str) -> tuple[str, ...]:
    """The first list called one of `names` in Faker's provider ``faker.providers.<kind>.<locale>``."""
    provider: Any = importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
    return next((tuple(map(str, getattr(provider, name))) for name in names if getattr(provider, name, ())), ())


@functools.cache
def lists(locale: str) -> Lists:
    """The names of `locale`, e.g. ``en_US``."""
    male = attribute("person", locale, "first_names_male")
    female = attribute("person", locale, "first_names_female")
    both = attribute("person", locale, "unisex_last_names", "last_names_common")
    men = attribute("person", locale, "last_names_male", "male_last_names", "last_names")
    women = attribute("person", locale, "last_names_female", "unisex_last_names", "last_names")
    known: dict[str, frozenset[Gender]] = {known_as(name): frozenset(("male",)) for name in male}
    for name in female:
        known[known_as(name)] = known.get(known_as(name), frozenset()) | {"female"}
    return Lists(
        usable(male),
        usable(female),
        usable(men + both),
        usable(women),
        {
            "male": usable(attribute("person", locale, "middle_names_male")),
            "female": usable(attribute("person", locale, "middle_names_female")),
        },
        known,
        frozenset(known_as(name) for name in men + women + both),
    )


def known_as(name: str) -> str:
    """`name` as `Lists.known` has it: without case, and without the vowel signs of Arabic and Hebrew."""
    return _VOWELS.sub("", name.casefold())


def usable(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that are one plain word whose case can be changed and changed back."""
    return tuple(dict.fromkeys(name for name in names if _is_usable(name)))


_THINGS = """
africa america asia austin berlin biden boston bristol brooklyn bush carolina carter chad charlotte chase
chelsea china cleveland clinton columbus cordoba dakota dallas darwin denver disney edison einstein florence
ford franklin garfield gates georgia grant hamilton hoover houston india israel jackson jefferson jobs johnson
jordan kennedy kent kenya lancaster leon lexus lincoln london macy madison mercedes milan monroe montana
morgan musk newton nixon obama orlando paris reagan santiago savannah stanley sydney tesla truman trump
valencia verona vienna virginia washington wells york
"""
_WORDS = """
angel ariel barron bean beard blankenship bob bolton branch brandy bray bridges bright brooke brown buck bullock burns
cain candy carol chandler cherry christian cobb combs conway cox cruz dean desiree destiny diamond downs dusty dyer
ebony english estrada farley fletcher fowler franco freeman french fritz frye fuller gaines gamble gardner garner
gay gentry gill gloria golden goodman graves grimes hancock herring hicks hodge hodges holder holland horne huff hull
jade jay jean kaiser kane kidd king lang leach luna lynch lyons mack mata mays melody miranda misty montes mooney mora
moran morrow newman norm norma parsons patty peggy pena perry petty poole pratt proctor raven riddle roach rusty
sandy sanders sellers sexton shaffer sherry shields singleton stanton steele stout sullivan summers swan tate tucker
underwood villa ware warren watts webb webster winters
"""
_BRANDS = """
alexa alexandria avila barclay bentley bernard boone bradford burton campbell castro cheyenne cortez davenport durham
glenn hampton hilton honda hudson ivan kellogg kirby knox lincoln livingston lloyd lorraine mcdonald medina morse
norton oliver philips richmond rocha salinas santana siri stafford tyson walton wendy
"""
_OTHER_THINGS = frozenset((_THINGS + _WORDS + _BRANDS).split())
"""Names that are words, too, and those that answers speak of as places, firms and people whom all know."""


def _is_usable(name: str) -> bool:
    if name.casefold() in _OTHER_THINGS or is_everyday_word(name) or _is_star(name):
        return False
    if not _WORD.fullmatch(name) or _VOWELS.search(name):
        return False
    if _LATIN_WORD.match(name) and len(name) < _SHORTEST:
        return False
    return name.title() == name and name.upper().lower() == name.lower() and len(name.upper()) == len(name)


def _is_star(name: str) -> bool:
    """Whether somebody is known by this one name."""
    return _plain(name) in _stars()


def _plain(name: str) -> str:
    return name.casefold() if name.isascii() else plain(name)


@functools.cache
def _stars() -> frozenset[str]:
    return frozenset(_plain(name) for name in (*listed(), *FAMOUS) if _LATIN_WORD.fullmatch(name))
