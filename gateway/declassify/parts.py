"""What a model may call a person whose full name it was sent: a part of the name, parts in another order, initials.

Knows nothing of the answer's text, which `beside` judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Literal

from gateway.declassify.known_words import is_everyday_word
from gateway.declassify.option import NAMES, Option
from gateway.declassify.replaced import Part, Replaced
from gateway.detection.scripts import has_han

_MOST_PARTS = 8
_JOINTS = ("_", ".", "-", "")
_LONG_ENOUGH = 6
"""Letters of given and family name written as one word, so that it is no other."""
_LONE_HAN = 2
"""Characters of a Chinese given name that may stand alone."""
# Pairs of letters that mean something else with points behind them.
_PAIRS = """
am pm eg ie us uk eu ny dc la sf ad bc ce ps po jd md ba ma bs ms ph id tv pc pr hr it vs zb ua dh ok rd
"""
ABBREVIATIONS = frozenset(_PAIRS.split())
_HAS_LETTERS = re.compile(r"[^\W\d_]{2}")


def of_parts(replaced: Iterable[Replaced]) -> Iterator[Option]:
    """The derived forms of every name in `replaced`."""
    for item in replaced:
        if item.entity not in NAMES or not item.parts:
            continue
        if any(has_han(part.surrogate) for part in item.parts):
            yield from _of_han_name(item.parts)
        else:
            yield from _of_name(_words(item.parts)[:_MOST_PARTS], item.surrogate)


def _words(parts: Iterable[Part]) -> list[Part]:
    """`parts`, of which those of several words, each of which stands for one, are taken apart."""
    words = []
    for part in parts:
        originals, surrogates = part.original.split(), part.surrogate.split()
        if part.kind == "given" and len(originals) == len(surrogates) > 1:
            words += [Part("given", *pair) for pair in zip(originals, surrogates, strict=True)]
        elif part.original and part.surrogate:
            words.append(part)
    return words


def _of_name(parts: Sequence[Part], whole: str) -> Iterator[Option]:
    for part in parts:
        if _HAS_LETTERS.search(part.surrogate):
            yield Option(part.surrogate, part.original, part.kind, cased=True, name=True)
    for count in (2, 3):
        for several in combinations(parts, count):
            if _follow_each_other(several, whole):
                open_ended = all(part.kind == "given" for part in several)
                yield _joined(several, " ", "given" if open_ended else "several")
    given = [part for part in parts if part.kind == "given"]
    family = [part for part in parts if part.kind == "family"]
    for one, other in product(given, family):
        yield _joined((other, one), " ", "several")
        yield from _handles(one, other)
    for other in _outermost(family):
        for last in range(1, len(_outermost(given)) + 1):
            yield from _initials(_outermost(given)[:last], other)


def _follow_each_other(parts: Iterable[Part], whole: str) -> bool:
    """Whether `parts` stand in `whole` in this order, and do not overlap."""
    at = 0
    for part in parts:
        found = whole.find(part.surrogate, at)
        if found < 0:
            return False
        at = found + len(part.surrogate) + 1
    return True


def _outermost(parts: Sequence[Part]) -> list[Part]:
    """`parts` without those that are within another."""
    return [part for part in parts if not any(part is not one and part.surrogate in one.surrogate for one in parts)]


def _handles(given: Part, family: Part) -> Iterator[Option]:
    """``laura_fernandez``, ``fernandez.laura`` and the like, as in addresses and names of files."""
    for pair in ((given, family), (family, given)):
        for joint in _JOINTS:
            option = _joined(pair, joint, "several")
            if " " not in option.surrogate and (joint or _is_long(option.surrogate, pair)):
                yield option


def _is_long(handle: str, parts: Iterable[Part]) -> bool:
    return len(handle) >= _LONG_ENOUGH and not any(is_everyday_word(part.surrogate) for part in parts)


def _of_han_name(parts: Sequence[Part]) -> Iterator[Option]:
    for part in parts:
        if part.kind == "family":
            yield Option(part.surrogate, part.original, "han family")
        elif len(part.surrogate) == _LONE_HAN:
            yield Option(part.surrogate, part.original, "han given")
    for family, given in product(parts, parts):
        if (family.kind, given.kind) == ("family", "given"):
            yield Option(family.surrogate + given.surrogate, family.original + given.original, "several")


def _joined(parts: Sequence[Part], joint: str, rule: Literal["given", "several"]) -> Option:
    surrogate = joint.join(part.surrogate for part in parts)
    original = joint.join(part.original for part in parts)
    return Option(surrogate, original, rule, cased=True, name=joint == " ")


def _pointed(texts: Iterable[str], space: str) -> str:
    return space.join(f"{text[0]}." for text in texts)


def _is_large(part: Part) -> bool:
    return part.surrogate[0].isupper() and part.original[0].isupper()


def _before_particle(given: Sequence[Part], family: Part) -> Iterator[Option]:
    """``V. van Gogh``"""
    for space in ("", " "):
        surrogate, original = (_pointed(texts, space) for texts in zip(*map(_texts, given), strict=True))
        yield Option(f"{surrogate} {family.surrogate}", f"{original} {family.original}", "initials", name=True)


def _texts(part: Part) -> tuple[str, str]:
    return part.surrogate, part.original


def _initials(given: Sequence[Part], family: Part) -> Iterator[Option]:
    """``L. Fernandez``, ``L.F.``, ``L. F.`` and ``Laura F.``"""
    every = (*given, family)
    if not all(_is_large(part) for part in given):
        return
    if not _is_large(family):
        yield from _before_particle(given, family)
        return
    for space in ("", " "):
        surrogates = [_pointed((part.surrogate for part in some), space) for some in (given, every)]
        originals = [_pointed((part.original for part in some), space) for some in (given, every)]
        if surrogates[1].casefold().replace(".", "").replace(" ", "") not in ABBREVIATIONS:
            yield Option(surrogates[1], originals[1], "initials")
        yield Option(f"{surrogates[0]} {family.surrogate}", f"{originals[0]} {family.original}", "initials", name=True)
    if len(given) == 1:
        surrogate = f"{given[0].surrogate} {family.surrogate[0]}."
        yield Option(surrogate, f"{given[0].original} {family.original[0]}.", "initials")
