"""Telephone numbers that regulators set aside for fiction, and others that are nobody's.

Ofcom (UK), Bundesnetzagentur (Germany), Arcep (France), ACMA (Australia), ComReg (Ireland), PTS (Sweden), NANP. Knows
nothing of how a number is written.
"""

from __future__ import annotations

import random
import re

_RANGES = """
44 7700900xxx 2079460xxx 1632960xxx 1134960xxx 1144960xxx 1154960xxx 1164960xxx 1174960xxx 1184960xxx 1214960xxx
   1314960xxx 1414960xxx 1514960xxx 1614960xxx 1914980xxx 8081570xxx;
49 17139200xx 176040690xx 3023125xxx 6990009xxx 4066969xxx 2214710xxx 8999998xxx;
33 63998xxxx 19900xxxx 26191xxxx 35301xxxx 46571xxxx 53649xxxx;
61 491570006 491570156 491570157 491570158 491570159 491570110 491570313 491570737 491570266 491570491 491570804
   25550xxxx 27010xxxx 35550xxxx 37010xxxx 75550xxxx 77010xxxx 85550xxxx 87010xxxx;
353 2091xxxxx; 46 701740610 70174062x 70174063x 70174064x 70174065x 70174066x 70174067x 70174068x 8465004xx
"""
RANGES = {
    country: tuple(ranges) for country, *ranges in (line.split() for line in _RANGES.replace("\n", " ").split(";"))
}
"""By country code: national numbers without 0 before them; x is any digit."""
_NATIONAL = (
    (re.compile(r"0[1-9](?:[ .-]\d\d){4}"), "33"),
    (re.compile(r"07\d-?\d{3} \d\d \d\d"), "46"),
    (re.compile(r"07\d{3}[ -]?\d{3}[ -]?\d{3}|\(?020\)?[ -]\d{4}[ -]\d{4}"), "44"),
    (re.compile(r"01[567]\d[ /-]*\d{7,8}"), "49"),
    (re.compile(r"04\d\d[ -]\d{3}[ -]\d{3}"), "61"),
)
"""Where the grouping alone tells the country."""
_CHINA = "154 160 163 164 168 169"
_NO_CARRIERS = tuple(_CHINA.split())
"""Beginnings of eleven digits that no carrier in China has."""


def country_of(text: str) -> str:
    """The country code of a number that is written without one, if its grouping tells."""
    return next((country for pattern, country in _NATIONAL if pattern.fullmatch(text)), "")


def nobodys(country: str, number: str, rng: random.Random) -> str | None:
    """A number of nobody, as long as `number` and of its kind (mobile or not) if there are such.

    Args:
        country: the country code.
        number: its national digits without 0 before them.
    """
    fitting = [each for each in RANGES.get(country, ()) if len(each) == len(number)]
    fitting = [each for each in fitting if each[0] == number[0]] or fitting
    drawn = [_drawn(rng.choice(fitting), rng) for _ in range(3) if fitting]
    return next((each for each in drawn if each != number), None)


def chinese_mobile(rng: random.Random) -> str:
    """Eleven digits as those of a mobile in China."""
    return rng.choice(_NO_CARRIERS) + "".join(str(rng.randrange(10)) for _ in range(8))


def _drawn(pattern: str, rng: random.Random) -> str:
    return "".join(str(rng.randrange(10)) if each == "x" else each for each in pattern)
