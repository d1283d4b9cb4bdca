"""Where the other half of a name stands that was found in half: Otto in "Otto Berger", of which Berger was seen.

What grows too far is only replaced, and comes back; what stays gives somebody away. Knows nothing of findings.
"""

from __future__ import annotations

import re

from gateway.declassify.alone import stands_alone
from gateway.declassify.known_words import (
    CALENDAR,
    FUNCTION_WORDS,
    TITLES,
    is_everyday_word,
    is_given_name,
    is_name,
    may_begin,
)

_LONGEST = 48
"""Characters beside a name that are looked at."""
_WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"
_BEFORE = re.compile(rf"(?:\A|(?<![\w'’.@/-]))({_WORD})[ \u00a0]\Z")
_INITIALS_BEFORE = re.compile(r"(?:\A|(?<![\w'’.@/-]))((?:[^\W\d_]\.[ \u00a0]?){1,3})\Z")
_BEHIND = re.compile(rf"[ \u00a0]({_WORD})(?![\w@/]|[.-]\w)")
_AROUND = 400
_GERMAN = re.compile(r"\b(?:der|die|das|und|ist|nicht|ich|sie|ein|eine|mit|für|von|bitte)\b", re.IGNORECASE)
_GREETING = re.compile(
    r"\b(?:dear|hi|hello|hey|hallo|liebe[rs]?|guten \w+|hola|querid[oa]|estimad[oa]|bonjour|salut|ch[eè]re?|ciao"
    r"|car[oa])"
    r"[ \u00a0]\Z",
    re.IGNORECASE,
)
"""Behind which a name's line ends without a sign as a rule: what follows is the letter."""
_POSSESSIVE = re.compile(r"['’]s\Z")
_TURNS = 3
"""Words that a name grows by at each end."""
_ACRONYM = 4
# What stands before a family name without being part of the name: who somebody is, and what is named after them.
_OTHERS = """
boss buddy ceo cfo clerk client coach comrade counsel counselor deputy driver editor founder guest host intern
landlord lawyer neighbor neighbour owner partner pastor pilot player secretary sheriff sir supervisor the trainee
trainer user witness worker writer agency bank bar camp case castle church clinic company count county estate file
firm fort group hotel house island lake mount mountain port project review river school st street team test tower
university villa account appointment contract customer date employer invoice letter mail meeting name note order
patient phone re ref report tenant ticket anwalt anwältin arzt ärztin autor bruder bürgermeister chef chefin direktor
direktorin fall firma freund freundin kanzler kanzlerin klient klientin kollege kollegin kunde kundin lehrer lehrerin
leiter leiterin mandant mandantin meister mieter mieterin minister ministerin mutter nachbar nachbarin onkel oma opa
patientin präsident präsidentin projekt richter richterin schwester schüler schülerin sohn tante tochter vater
vermieter vermieterin zeuge zeugin abogado abogada cliente directora director juez madre padre avocat avocate
directeur directrice juge mère père avvocato avvocata direttore direttrice giudice
"""
_MONTHS = "april may june august summer autumn dawn eve will"
_CALLED = frozenset(_MONTHS.split())
"""What the calendar has and people are called."""
_NOT_GIVEN = TITLES | frozenset(_OTHERS.split())


def grown(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a person's name at `start`..`end` with the names right before and behind it."""
    for _ in range(_TURNS):
        first = _with_given_name(text, start, end)
        last = _with_surname(text, first, end)
        if (first, last) == (start, end):
            break
        start, end = first, last
    return start, end


def _with_given_name(text: str, start: int, end: int) -> int:
    value = text[start:end]
    if not value[0].isupper():
        return start
    low = max(0, start - _LONGEST)
    window = text[low:start]
    word = _BEFORE.search(window) or _INITIALS_BEFORE.search(window)
    if word is None:
        return start
    starts = _is_start(text[max(0, low - 1) : low + word.start(1)])
    if "." in word[1]:
        # At a line's beginning it may be an item's letter.
        given = word[1][0].isupper() and not starts and _is_lone(value)
    else:
        given = _is_given(word[1], value, starts=starts) and (is_name(word[1]) or _may_be_name(text, word[1], end))
    return low + word.start(1) if given else start


def _is_given(word: str, value: str, *, starts: bool) -> bool:
    """Whether `word`, right before the name `value`, is a given name."""
    folded = word.casefold()
    if not word[0].isupper() or len(word) < 2 or folded in _NOT_GIVEN:
        return False
    if folded in FUNCTION_WORDS and (starts or folded not in CALENDAR):
        return False
    if folded in CALENDAR and (starts or folded not in _CALLED):
        return False
    if starts and may_begin(word) and not is_given_name(word):
        return False
    if word.isupper() and len(word) <= _ACRONYM and not value.isupper():
        return False
    if is_given_name(word):
        return True
    return not starts and _is_lone(value) and not is_given_name(value)


def _with_surname(text: str, start: int, end: int) -> int:
    value = text[start:end]
    word = _BEHIND.match(text, end, end + _LONGEST)
    if word is None or not value[0].isupper() or _POSSESSIVE.search(value):
        return end
    name = _POSSESSIVE.sub("", word[1])
    if not _is_surname(name, value) or text[word.end() : word.end() + 1] == ":":
        return end
    known = is_name(name)
    if not known and (_GREETING.search(text[max(0, start - _LONGEST) : start]) or not _may_be_name(text, name, end)):
        return end
    return word.start(1) + len(name)


def _may_be_name(text: str, word: str, at: int) -> bool:
    """Whether `word`, which is on no list, may be a name: not where all nouns are large, nor where it is small, too."""
    around = text[max(0, at - _AROUND) : at + _AROUND]
    return _GERMAN.search(around) is None and not stands_alone(text, word.lower())


def _is_surname(word: str, value: str) -> bool:
    """Whether `word`, right behind the name `value`, belongs to it."""
    folded = word.casefold()
    if not word[0].isupper() or len(word) < 2 or folded in _NOT_GIVEN | FUNCTION_WORDS | CALENDAR:
        return False
    if word.isupper() and len(word) <= _ACRONYM and not value.isupper():
        return False
    if not _is_lone(value):
        return is_name(word) and not is_everyday_word(word)
    return is_given_name(value) and (is_name(word) or not is_everyday_word(word))


def _is_lone(value: str) -> bool:
    return not any(map(str.isspace, value))


def _is_start(before: str) -> bool:
    """Whether a sentence, a line, an item or a quotation starts behind `before`."""
    before = before.rstrip(" \u00a0")
    return not before or not (before[-1].isalnum() or before[-1] in ",)")
