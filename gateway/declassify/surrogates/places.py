"""Addresses, places and organisations: the grammar stays (street, number, legal form), the names are invented.

Knows nothing of where anything is.
"""

from __future__ import annotations

import functools
import random

import regex

from gateway.declassify.surrogates import cases, shapes
from gateway.declassify.surrogates.lists import attribute, lists, usable
from gateway.declassify.surrogates.place_words import (
    DIRECTIONS,
    HAN_FORMS,
    HAN_UNITS,
    KEPT,
    NUMERALS,
    ORGANIZATION_WORDS,
    STREET_ENDINGS,
)

ENTITIES = frozenset({"LOCATION", "ORGANIZATION", "STREET_ADDRESS"})
_TOKENS = regex.compile(r"[\p{L}\p{M}\p{N}'’]+|.", regex.DOTALL)
_HAN = regex.compile(r"[\p{Han}々]+")
_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}々ー]+")
_HANGUL_UNIT = regex.compile(
    r"(\p{Hangul}+?)(특별시|광역시|[시도군구읍면동리로길층호]|대로|번길|아파트|병원|대학교|은행|주식회사)"
)
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_LATIN = regex.compile(r"\p{Latin}")
_ACRONYM = 5
"""Capital letters of an acronym at most: a longer word is a name in capitals."""


def draw(entity: str, text: str, rng: random.Random) -> str:
    """An address, place or organisation of the build of `text`.

    Returns:
        The same words for streets, numbers' lengths, line breaks and commas, with other names. A text that is such
        words only becomes an invented name as a whole.
    """
    found = _drawn(entity, text, rng, kept=True)
    return found if found != text else _drawn(entity, text, rng, kept=False)


def _drawn(entity: str, text: str, rng: random.Random, *, kept: bool) -> str:
    pieces: list[str] = []
    place = 0
    for match in _DENSE.finditer(text):
        pieces += [
            _spaced(entity, text[place : match.start()], rng, kept=kept),
            _dense(entity, match[0], rng, kept=kept, counted=_is_counted(text[: match.start()])),
        ]
        place = match.end()
    return "".join([*pieces, _spaced(entity, text[place:], rng, kept=kept)])


def _is_counted(before: str) -> bool:
    """Whether a number ends `before`: what is behind it is a unit."""
    return before[-1:].isnumeric() or (before[-1:].isascii() and before[-1:].isalpha())


def _dense(entity: str, text: str, rng: random.Random, *, kept: bool, counted: bool) -> str:
    """Chinese and Japanese: what stands between the words for units and forms becomes another name as long."""
    if not kept:
        return "".join(_invented(character, rng) for character in text)
    pattern = HAN_FORMS if entity == "ORGANIZATION" else HAN_UNITS
    pieces: list[str] = []
    place = 0
    for match in pattern.finditer(text):
        # A unit of one character that has nothing before it to name is the first of a name: 里 in 里仁街.
        alone = match.start() == place and not (place == 0 and counted) and len(match[0]) == 1
        if alone and match.end() < len(text) and entity != "ORGANIZATION":
            continue
        pieces += [_renamed(text[place : match.start()], rng), match[0]]
        place = match.end()
    return "".join([*pieces, _renamed(text[place:], rng)])


def _renamed(name: str, rng: random.Random) -> str:
    kept = len(name) > 2 and name[-1] in DIRECTIONS
    body = name[:-1] if kept else name
    return "".join(_invented(character, rng) for character in body) + (name[-1] if kept else "")


def _invented(character: str, rng: random.Random) -> str:
    if character in NUMERALS:
        return rng.choice([other for other in NUMERALS if other != character])
    return shapes.shaped(character, rng) if character != "ー" else character


def _spaced(entity: str, text: str, rng: random.Random, *, kept: bool) -> str:
    """Scripts with spaces: word by word."""
    tokens = _TOKENS.findall(text)
    return "".join(_word(entity, token, rng, kept=kept) for token in tokens)


def _word(entity: str, token: str, rng: random.Random, *, kept: bool) -> str:
    small = token.lower()
    if not token[0].isalnum():
        return token
    if any(character.isnumeric() for character in token):
        return _numbered(token, rng)
    if kept and (small in KEPT or (entity == "ORGANIZATION" and small in ORGANIZATION_WORDS) or _is_state(token)):
        return token
    korean = _HANGUL_UNIT.fullmatch(token)
    if korean:
        return shapes.shaped(korean[1], rng) + korean[2]
    if len(token) == 1 or (token.isupper() and len(token) <= _ACRONYM and entity == "ORGANIZATION"):
        return shapes.shaped(token, rng)
    ending = next((each for each in STREET_ENDINGS if small.endswith(each) and len(small) > len(each) + 1), "")
    return _name(token, token[len(token) - len(ending) :] if ending else "", entity, rng)


def _name(token: str, ending: str, entity: str, rng: random.Random) -> str:
    if _CYRILLIC.search(token):
        pool = _russian(token[-2:].casefold()) if entity != "ORGANIZATION" else lists("ru_RU").families("male")
    elif _LATIN.search(token):
        pool = _english() if entity == "LOCATION" else lists("en_US").families("male")
    else:
        return shapes.shaped(token, rng)
    return cases.like(token, rng.choice(pool)) + ending


def _numbered(token: str, rng: random.Random) -> str:
    """A house number, a postcode, 42nd: the ending of an ordinal fits."""
    ordinal = regex.fullmatch(r"(\d+)(st|nd|rd|th)", token, regex.IGNORECASE)
    if not ordinal:
        return shapes.shaped(token, rng)
    number = shapes.shaped(ordinal[1], rng)
    ending = "th" if number[-2:] in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return number + (ending.upper() if ordinal[2].isupper() else ending)


def _is_state(token: str) -> bool:
    return token.isupper() and token in _states()


@functools.cache
def _states() -> frozenset[str]:
    return frozenset(attribute("address", "en_US", "states_abbr"))


@functools.cache
def _english() -> tuple[str, ...]:
    """Towns that are not: a family name with the ending of a town, but none with which America named its own."""
    endings = ("wick", "mere", "stead", "combe", "holm")
    return tuple(name + ending for name in lists("en_US").families("male")[:300] for ending in endings)


@functools.cache
def _russian(ending: str) -> tuple[str, ...]:
    """Names of towns with the same ending, so that they fit the words around them; else any."""
    names = usable(attribute("address", "ru_RU", "city_names")) + usable(attribute("address", "ru_RU", "street_titles"))
    return tuple(name for name in names if name.casefold().endswith(ending)) or names
