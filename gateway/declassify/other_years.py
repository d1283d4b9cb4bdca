"""Whether a day without its year is of another year than its stand-in's: the sentence before it, or the word behind it.

Knows nothing of forms: pure rules on text.
"""

from __future__ import annotations

import re

from gateway.declassify.days import Day, days_with_years, read_day

_SENTENCE = re.compile(r"(?:(?<!\d)|(?<=\d{4}))[.!?]\s|[。！？\n]")
_UNITS = "euros?|eur|usd|gbp|chf|dollars?|people|persons?|guests?|words|km|kg|mg|ml|m|personen|gäste|personnes|personas"
_YEAR = re.compile(
    r"(?<![\d#$€£¥])(?<![$€£¥]\s)(?:(?:1[5-9]|20)\d{2}|(?<=\bin\s)1[0-4]\d{2})"
    rf"(?![\d:%])(?!\s?(?:[$€£¥元人块美]|(?:{_UNITS})\b))"
    r"|['’]\d\d(?!\w)|[〇零○一二三四五六七八九]{4}\s?年|民[国國]",
    re.IGNORECASE,
)
_OTHER_YEAR = re.compile(
    r"\b(?:last|next|previous|following|that|same)\syear\b"
    r"|\b(?:letzt|vorig|vergangen|nächst|kommend|folgend|selb|gleich)e[nsmr]?\sJahr|\bVorjahr"
    r"|\ban(?:née)?\s(?:derni|prochain|suivant)|\baño\s(?:pasado|próximo|siguiente|que\sviene)"
    r"|[去前明后後次同翌上]年|农历|農曆|阴历|陰曆|旧历|舊曆",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s?[(（\[]\s?(?:1\d|20|['’]\d)|\s(?:last|next)\s(?:y|\Z)|\sof\s(?:las|nex|tha|the)"
    r"|\s(?:letzte|vorige|vergan|nächst|kommen|folgen)|\sdes\s(?:Vor|let|vor|ver|näc|kom|fol|Jah)"
    r"|\sde\sl['’]an|\s(?:dernie|prochai|pasado|próxim)|\sdel\sañ|\s(?:AD|BC|BCE|CE)(?!\w)",
    re.IGNORECASE,
)


def another_year_behind(ahead: str) -> bool:
    """Whether what stands behind a day names another year, as far as `ahead` reaches."""
    return _BEHIND.match(ahead) is not None


def another_year_before(behind: str, written: str) -> bool:
    """Whether the sentence names a year before the day `written`, other than by that day's own full date."""
    sentence = _SENTENCE.split(behind)[-1]
    if _OTHER_YEAR.search(sentence):
        return True
    if not _YEAR.search(sentence):
        return False
    day = read_day(written)
    for start, end, other in list(days_with_years(sentence)):
        if day is not None and _same(day, other):
            sentence = sentence[:start] + " " * (end - start) + sentence[end:]
    return _YEAR.search(sentence) is not None


def _same(day: Day, other: Day) -> bool:
    return sorted((day.first, day.second)) == sorted((other.first, other.second))
