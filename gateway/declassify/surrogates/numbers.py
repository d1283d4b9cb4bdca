"""Numbers with a meaning of their own: cards, telephones, identity numbers, accounts, addresses of machines, places.

Each keeps its grouping and what says its kind, and none is valid: reserved ranges where there are any, wrong check
digits elsewhere. Knows nothing of numbers of which only the shape matters.
"""

from __future__ import annotations

import datetime
import ipaddress
import random
import re
from collections.abc import Callable

import phonenumbers
from stdnum import iban

from gateway.declassify.surrogates import numerals, phone_ranges, shapes
from gateway.declassify.surrogates.check_digits import passes
from gateway.declassify.surrogates.conversation import Conversation
from gateway.declassify.surrogates.dates import moved
from gateway.detection.scripts import HAN

_PROVINCES = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41"),
    *("42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"),
)
"""GB/T 2260: what the first two digits of a resident identity number may be."""
_RESIDENTS = frozenset({"CN_RESIDENT_ID", "CN_SOCIAL_INSURANCE"})
"""The second is as a rule the same number."""
_WORDS = re.compile(f"[{HAN}]")
_RESIDENT = re.compile(r"\d{17}[\dXx]|\d{15}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREAS = ("202", "212", "213", "305", "312", "404", "415", "503", "512", "602", "617", "702", "718", "808", "907")
"""Area codes of large cities: with 555 and 01xx behind them they are nobody's number (NANP, for fiction)."""
_NANP = re.compile(r"\(?[2-9]\d{2}\)?[-. ]*[2-9]\d{2}[-. ]*\d{4}")
_COUNTRY = re.compile(r"\s*\(?(?:\+|00)\s?(\d{1,3})")
_NEVER_ISSUED = ("666", *(str(area) for area in range(900, 1000)))
"""First three digits that no social security number has (SSA, since 2011)."""
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
"""For documentation (RFC 5737); for version 6 it is 2001:db8::/32 (RFC 3849)."""
_V4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_V6 = re.compile(r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]+")
_DECIMAL = re.compile(r"([-+−]?)(\d{1,3})([.,]\d+)?")


def draw(entity: str, text: str, rng: random.Random, conversation: Conversation) -> str:
    """A number of the kind of `text`, in the same grouping and script; anything of its shape if it is none."""
    plain = numerals.plain(text)
    if _WORDS.search(plain):
        return shapes.draw(entity, text, rng)
    if entity in _RESIDENTS:
        return numerals.like(text, _resident(entity, plain, rng, conversation))
    found = _KINDS[entity](plain, rng)
    return numerals.like(text, found if found != plain else shapes.draw(entity, plain, rng))


def _filled(text: str, characters: str) -> str:
    """`text` with `characters` in the places of its letters and digits."""
    rest = iter(characters)
    return "".join(next(rest) if character.isalnum() else character for character in text)


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _card(text: str, rng: random.Random) -> str:
    bare = _bare(text)
    return _filled(text, shapes.spoilt(bare[:1] + "".join(str(rng.randrange(10)) for _ in bare[1:])))


def _phone(text: str, rng: random.Random) -> str:
    country = _COUNTRY.match(text)
    code = _country_code(country[1]) if country else ""
    start = country.start(1) + len(code) if country else 0
    national = text[start:]
    digits = _bare(national)
    if code in ("", "1") and _NANP.fullmatch(national.strip(" -.")):
        return text[:start] + _filled(national, rng.choice(_AREAS) + "55501" + f"{rng.randrange(100):02}")
    if code in ("", "86") and _MOBILE.fullmatch(digits):
        return text[:start] + _filled(national, phone_ranges.chinese_mobile(rng))
    kept = len(digits) - len(digits.lstrip("0"))
    drawn = phone_ranges.nobodys(code or phone_ranges.country_of(national.strip()), digits[kept:], rng)
    return text[:start] + _filled(national, digits[:kept] + (drawn or shapes.shaped(digits[kept:], rng)))


def _country_code(digits: str) -> str:
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return next((digits[:end] for end in (1, 2, 3) if int(digits[:end]) in codes), digits)


def _resident(entity: str, text: str, rng: random.Random, conversation: Conversation) -> str:
    """Another province's, with the birth date moved, the gender kept and the last digit wrong."""
    bare = _bare(text)
    if not _RESIDENT.fullmatch(bare):
        return shapes.draw(entity, text, rng)
    century = "" if len(bare) == 18 else "19"
    birth = century + bare[6 : 14 - len(century)]
    province = rng.choice([code for code in _PROVINCES if code != bare[:2]])
    region = f"{province}{rng.randrange(1, 10):02}{rng.randrange(1, 30):02}"
    try:
        date = moved(datetime.datetime.strptime(birth, "%Y%m%d").date(), conversation.days).strftime("%Y%m%d")
    except ValueError:
        date = birth[:4] + f"{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    last = bare[16] if len(bare) == 18 else bare[14]
    sequence = f"{rng.randrange(100):02}{rng.choice([each for each in '0123456789' if int(each) % 2 == int(last) % 2])}"
    body = region + date[len(century) :] + sequence
    if len(bare) == 15:
        return _filled(text, body)
    wrong = [each for each in "0123456789" if each != bare[17] and not passes(entity, body + each)]
    return _filled(text, body + rng.choice(wrong))


def _iban(text: str, rng: random.Random) -> str:
    bare = _bare(text)
    body = shapes.shaped(bare[4:], rng)
    check = f"{rng.randrange(2, 99):02}"
    while iban.is_valid(bare[:2] + check + body, check_country=False) or check == bare[2:4]:
        check = f"{rng.randrange(2, 99):02}"
    return _filled(text, bare[:2] + check + body)


def _social_security(text: str, rng: random.Random) -> str:
    if len(_bare(text)) != 9:
        return shapes.draw("US_SSN", text, rng)
    return _filled(text, rng.choice(_NEVER_ISSUED) + f"{rng.randrange(1, 50):02}{rng.randrange(1, 10_000):04}")


def _machine(text: str, rng: random.Random) -> str:
    """An address for documentation in the place of each address; what is behind it (a port, a prefix) stays."""
    text = _V4.sub(lambda match: f"{rng.choice(_NETWORKS)}.{rng.randrange(1, 255)}", text)
    return _V6.sub(lambda match: _version_6(match[0], rng), text)


def _version_6(text: str, rng: random.Random) -> str:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return text
    groups = [f"{rng.randrange(0x1000, 0x10000):x}" for _ in range(6)]
    address = ":".join(["2001", "db8", *groups]) if "::" not in text else f"2001:db8::{':'.join(groups[:2])}"
    return address.upper() if text.isupper() else address


def _hardware(text: str, rng: random.Random) -> str:
    """A locally administered address of a single machine: the first byte's two lowest bits are 10 (IEEE 802)."""
    bare = _bare(text)
    drawn = rng.choice("0123456789abcdef") + rng.choice("26ae")
    drawn += "".join(rng.choice("0123456789abcdef") for _ in bare[2:])
    return _filled(text, drawn.upper() if bare.upper() == bare else drawn)


def _coordinates(text: str, rng: random.Random) -> str:
    """Each number of degrees moved by one to eight; minutes and seconds by shape."""
    place = 0

    def other(match: re.Match[str]) -> str:
        nonlocal place
        if text[match.end() : match.end() + 1] in ("'", "′", '"', "″", "’", "”"):
            return match[1] + f"{rng.randrange(10, 60)}"[-len(match[2]) :] + shapes.shaped(match[3] or "", rng)
        limit, place = (89 if place == 0 else 179), place + 1
        return match[1] + str(_degrees(int(match[2]), limit, rng)) + _fraction(match[3] or "", rng)

    return _DECIMAL.sub(other, text)


def _degrees(old: int, limit: int, rng: random.Random) -> int:
    """At least two off in whole degrees, so that one is left whatever the fractions are."""
    return rng.choice([new for new in range(max(0, old - 8), min(limit, old + 8) + 1) if abs(new - old) > 1] or [limit])


def _fraction(text: str, rng: random.Random) -> str:
    return text[:1] + "".join(shapes.digit(each, rng) for each in text[1:])


_KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "COORDINATES": _coordinates,
    "CREDIT_CARD": _card,
    "IBAN_CODE": _iban,
    "IP_ADDRESS": _machine,
    "MAC_ADDRESS": _hardware,
    "PHONE_NUMBER": _phone,
    "US_SSN": _social_security,
}
ENTITIES = frozenset(_KINDS) | _RESIDENTS
