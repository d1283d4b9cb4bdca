"""Whether a form that was found is meant: does the word end, and is a lone part of a name still the same person's?

"Laura" of "Laura Fernandez" is somebody else in "Laura Dern" and in "Anna-Laura"; "Fernandez" is in "Anna Fernandez",
and not in "Dear Mrs Fernandez". What can't be told is not taken for a form. Pure rules on what stands beside.
"""

from __future__ import annotations

import re

from gateway.declassify.address_forms import is_the_address
from gateway.declassify.alike import alike, alphabet
from gateway.declassify.beside import LOOK_AHEAD, Beside
from gateway.declassify.han_person import is_addressed, is_another_name
from gateway.declassify.known_words import (
    CALENDAR,
    FUNCTION_WORDS,
    TITLES,
    is_everyday_word,
    is_given_name,
    is_name,
    is_never_alone,
    may_begin,
)
from gateway.declassify.number_forms import is_the_number
from gateway.declassify.option import Option
from gateway.declassify.same_day import is_the_date, is_the_day, is_the_whole_date

_SPACES = (" ", "\u00a0")
_WORD_BEFORE = re.compile(r"(?:\A|(?<=\s))([^\w\s]*)([^\W\d_](?:\S*[^\W\d_])?)(\.?)[ \u00a0]\Z")
_COMPOUND_BEFORE = re.compile(r"([^\W\d_])\w*['-]\Z")
_INITIAL_BEFORE = re.compile(r"(?:\A|[^\w])[^\W\d_]\.[ \u00a0-]?\Z")
_WITHIN_SENTENCE = re.compile(r"([^\W\d_]+)[,;]? \Z")
_SALUTATION_BEFORE = re.compile(r",\s*\n\s*\Z")
_SHORT_WORD = 5
_EN_DASH = "–"
_PARTICLES = frozenset(("van", "von", "de", "del", "da", "di", "dos", "du", "bin", "ibn", "ter", "ten"))
# After these, an everyday word is a thing, also where things are written large.
_BEFORE_THINGS = """
the a an this that these my your his her our their no any der die das den dem des ein eine einen einem einer eines
im am vom zum zur el los las un una le les une du des il lo gli
"""
_ARTICLES = frozenset(_BEFORE_THINGS.split())


def holds(option: Option, beside: Beside, written: str) -> bool:
    """Whether `option` may be meant by `written`.

    Raises:
        MoreNeeded: the text so far does not tell.
    """
    ends = beside.cuts_off(written[-1])
    if not (ends or (option.name and _has_ending(beside, written)) or (option.date and beside.time_follows())):
        return False
    match option.rule:
        case "whole":
            if option.date and not is_the_whole_date(beside, option.surrogate, written):
                return False
            return written == option.surrogate or not option.cased or not is_everyday_word(written)
        case "several":
            return True
        case "initials":
            return written == option.surrogate and not _INITIAL_BEFORE.search(beside.behind) and not _goes_on(beside)
        case "given":
            return _is_lone(beside, written) and not _goes_on(beside)
        case "family":
            return _is_lone(beside, written) and not _given_name_before(beside.behind, written)
        case "han given":
            return not is_everyday_word(written) and not is_another_name(beside.behind)
        case "han family":
            return is_addressed(beside, written)
        case "date":
            return is_the_date(beside, option.surrogate, written)
        case "day":
            return is_the_day(beside, option.surrogate, written)
        case "number":
            return is_the_number(beside, option.surrogate)
        case "address":
            return is_the_address(beside, written)
        case "organisation":
            named = not written.islower() and not _given_name_before(beside.behind, written)
            return named and _is_lone(beside, written) and not _goes_on(beside)


def _has_ending(beside: Beside, written: str) -> bool:
    """Whether `written` has an ending, and is not another name with it, such as Robert and Roberts."""
    ending = beside.ending()
    last = written.split()[-1]
    thing = is_everyday_word(last) and (not last[0].isupper() or may_begin(last) or is_never_alone(last))
    return bool(ending) and not is_name(last + ending) and not thing


def _is_lone(beside: Beside, written: str) -> bool:
    """Whether `written` is no half of a hyphenated name or of a Korean one, and said of a person.

    An en dash is no hyphen: it stands between two people.
    """
    before = beside.behind[-1:]
    if before.isalpha() and not alphabet(alike(before)) and not alphabet(alike(written[0])):
        return False
    compound = _COMPOUND_BEFORE.search(_plain(beside.behind))
    if compound is not None and compound[1].isupper():
        return False
    if _plain(beside.after()) == "-" and beside.after(1).isupper():
        return False
    return not is_everyday_word(written) or _is_person(beside, written)


def _plain(text: str) -> str:
    """`text` with plain hyphens and apostrophes, its case and its en dashes kept."""
    return "".join(
        form if character != _EN_DASH and (form := alike(character)) in "'-" else character for character in text
    )


def _is_person(beside: Beside, written: str) -> bool:
    """Whether an everyday word is a name here: after a title, as a signature, or large where others would not be."""
    before = _WORD_BEFORE.search(beside.behind)
    if before is not None and before[2].casefold() in TITLES:
        return True
    if _SALUTATION_BEFORE.search(beside.behind) and beside.after() in ("", "\n", "\r"):
        return True
    if is_never_alone(written) or not written[0].isupper() or (written.isupper() and len(written) > 1):
        return False
    if not may_begin(written):
        return True
    within = _WITHIN_SENTENCE.search(beside.behind)
    return within is not None and within[1].islower() and within[1] not in _ARTICLES


def _goes_on(beside: Beside) -> bool:
    """Whether another name follows: one space and a word that is written large, or a particle before one."""
    if beside.after() not in _SPACES:
        return False
    if not beside.after(1).isupper():
        return _particle_follows(beside)
    if not beside.after(2).isalpha():
        return alike(beside.after(2)) == "'" and beside.after(1) != "I"
    word = ""
    for index in range(1, _SHORT_WORD + 2):
        if not (letter := beside.after(index)).isalpha():
            return word.casefold() not in FUNCTION_WORDS or word.casefold() in _PARTICLES
        word += letter
    return True


def _particle_follows(beside: Beside) -> bool:
    """Whether a particle of family names (`van`, `de la`) and a word that is written large, or a second one, follow."""
    word = ""
    for index in range(1, LOOK_AHEAD):
        letter = beside.after(index)
        if letter in _SPACES:
            follows = beside.after(index + 1)
            return word in _PARTICLES and (follows.isupper() or (bool(follows) and follows in "dlt"))
        word += letter
        if not any(particle.startswith(word) for particle in _PARTICLES):
            return False
    return False


def _given_name_before(behind: str, written: str) -> bool:
    """Whether one space and somebody's given name, or an initial, stand before a family name."""
    before = _WORD_BEFORE.search(behind)
    if before is None:
        return False
    word, point = before[2], before[3]
    folded = word.casefold()
    if folded in _PARTICLES:
        earlier = _WORD_BEFORE.search(behind[: before.start(2)])
        if earlier is not None and earlier[2][0].isupper() and (is_given_name(earlier[2]) or earlier[3]):
            return earlier[2].casefold() not in TITLES
    if folded in TITLES or folded == "i":
        return False
    if not word[0].isupper():
        return written.islower() and is_given_name(word) and not is_everyday_word(word) and not point
    starts = _is_start(behind[: before.end(1)])
    if len(word) == 1:
        return bool(point) or not starts or folded not in FUNCTION_WORDS
    if point or (folded in FUNCTION_WORDS and folded not in CALENDAR):
        return False
    acronym = word.isupper() and len(word) <= _SHORT_WORD - 1 and not written.isupper()
    return is_given_name(word) or not (starts or acronym)


def _is_start(before: str) -> bool:
    """Whether a sentence, a line, an item or a quotation starts behind `before`."""
    before = before.rstrip(" ")
    return not before or not (before[-1].isalnum() or before[-1] == ",")
