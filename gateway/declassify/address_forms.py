"""How a model may write an address that it was sent: its street alone, its lines joined otherwise, without the city.

Only what is unmistakable: a street with its number. Knows nothing of the answer's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from gateway.declassify.alike import alike
from gateway.declassify.beside import Beside
from gateway.declassify.option import Option
from gateway.declassify.replaced import Replaced
from gateway.declassify.surrogates.place_words import KEPT
from gateway.detection.scripts import has_han

_Part = tuple[str, str]
_JOINT = re.compile(r"\s*[,;，]\s*|\s*\n\s*")
_JOINTS = (",\n", "\n")
"""A comma and white space, or white space alone; a line break marks where the answer's own may stand."""
_MOST_PARTS = 4
_WORD, _DIGIT = re.compile(r"[^\W\d_]{2,}"), re.compile(r"\d")
_AT = " at "
_MANY = 20
"""Addresses above which none with a flat comes back without it or with it elsewhere, to stay fast."""
_MORE_CLASSES = """
apartments flats lot space unit units wing gate door penthouse staircase entrance campus interstate parking pmb
wohnung whg zimmer etage stockwerk og eg ug postfach aufgang eingang appartement app escalier porte apartado planta
local oficina
"""
_CLASSES = KEPT | frozenset(_MORE_CLASSES.split())
"""Words that are no name: what something is, and little words."""
_ABBREVIATIONS = (
    "Apartment|Apt|Apt.|Unit|Flat|#",
    "Suite|Ste|Ste.|#",
    "Floor|Fl|Fl.",
    "Building|Bldg|Bldg.",
    "Room|Rm|Rm.",
)
_UNITS_BEHIND = "Apartment|Apt|Unit|Suite|Ste|Floor|Building|Bldg|Room|Flat|#|No|Whg|Wohnung"
_NUMBERED = re.compile(r"([^\W\d_]+\.?|#)\s?(\d\w*)")
_SHORTEST = 8
"""Characters of a street with its number."""
_UNIT = re.compile("特别行政区|自治区|自治州|自治县|[省市区县镇乡]")
_HAN_STREET = re.compile("(?:路|街|大道|巷|弄|道|胡同|村|里)[^省市区县]*?[0-9０-９一二三四五六七八九十百]+(?:弄|号|號)")
_SPACE = re.compile(r"\s")
_SAID_BEFORE = re.compile(r"\w[-–/.]\Z|\d\s\Z")
_MAY_STAND_BEFORE = "在到于至往从去是为即的住和与及或址"


def of_addresses(replaced: Iterable[Replaced]) -> Iterator[Option]:
    """The parts of every address in `replaced` that may stand alone, and the whole with other separators."""
    addresses = [item for item in replaced if item.entity == "STREET_ADDRESS"]
    few = len(addresses) <= _MANY
    for item in addresses:
        texts = _of_han(item) if has_han(item.surrogate) else _of_parts(item, few=few)
        for surrogate, original in dict(texts).items():
            if alike(surrogate) != alike(item.surrogate):
                yield Option(surrogate, original, "address", cased=True, lines=True)


def _of_parts(item: Replaced, *, few: bool) -> Iterator[_Part]:
    parts = _parts(item)
    street = next((index for index, part in enumerate(parts) if _is_street(*part)), None)
    if street is None:
        return
    units = [index for index, part in enumerate(parts) if _is_unit(*part)]
    # The first part with a number is the street's; one behind the city is a postcode.
    for start in {0, street} if not units else {0}:
        for end in range(max([street, *units]) + 1, len(parts) + 1):
            yield from _joined(parts[start:end])
    if units and few:
        others = [parts[index] for index in range(street + 1, len(parts)) if index not in units]
        flats = [parts[index] for index in units]
        for written in [flats, *([flat] for flat in _synonyms(*flats[0]) if len(flats) == 1)]:
            yield from _with_units(parts[street], written, others)
        yield from _without_units(parts[street], others)


def _parts(item: Replaced) -> list[_Part]:
    """The lines of stand-in and original, if they are as many."""
    surrogates, originals = _JOINT.split(item.surrogate), _JOINT.split(item.original)
    if len(surrogates) != len(originals) or not 1 < len(surrogates) <= _MOST_PARTS:
        return []
    return list(zip(surrogates, originals, strict=True)) if all(surrogates) and all(originals) else []


def _with_units(street: _Part, units: list[_Part], others: list[_Part]) -> Iterator[_Part]:
    """The street with its units before or behind it."""
    yield from _joined([*units, street], (_AT,))
    for order in ([*units, street, *others], [street, *units, *others]):
        for end in range(len(units) + 1, len(order) + 1):
            for joint in _JOINTS:
                yield from _joined(order[:end], (joint,))
    yield from _joined([street, *others, *units], (_JOINTS[0],))


def _without_units(street: _Part, others: list[_Part]) -> Iterator[_Part]:
    """The street with what is behind it; where a unit follows that is written otherwise, it stands for itself."""
    for end in range(len(others) + 1):
        yield from _joined([street, *others[:end]])
        for word in _UNITS_BEHIND.split("|"):
            written = _joined([street, *others[:end], (word, word)], (_JOINTS[0],))
            yield from ((form, form) for form, _ in written)
    for word in _UNITS_BEHIND.split("|"):
        yield from ((form, form) for form, _ in _joined([street, (word, word)], (_JOINTS[1],)))


def _synonyms(surrogate: str, original: str) -> Iterator[_Part]:
    """A unit as it may be written as well."""
    found, other = _NUMBERED.fullmatch(surrogate), _NUMBERED.fullmatch(original)
    if found is None or other is None or alike(found[1]) != alike(other[1]):
        return
    for words in _ABBREVIATIONS:
        if alike(found[1]) in alike(words).split("|"):
            for word in words.split("|"):
                space = "" if word == "#" else " "
                yield f"{word}{space}{found[2]}", f"{word}{space}{other[2]}"


def _is_street(surrogate: str, original: str) -> bool:
    """Whether both have a number and a name, which differs, and are long enough to be no other's."""
    if not all(
        len(text) >= _SHORTEST and _DIGIT.search(text) and not _is_place(text) for text in (surrogate, original)
    ):
        return False
    names = _names(original)
    return bool(names) and bool(_names(surrogate) - names)


def _is_unit(surrogate: str, original: str) -> bool:
    """Whether both are a flat, a floor or the like, with its number: no word of them is a name."""
    return all(
        (_WORD.search(text) or "#" in text) and _DIGIT.search(text) and not _names(text) and not _is_place(text)
        for text in (surrogate, original)
    )


def _names(text: str) -> frozenset[str]:
    """The words that say which one it is, not what."""
    return frozenset(word for word in map(str.casefold, _WORD.findall(text)) if word not in _CLASSES)


def _is_place(text: str) -> bool:
    """Whether a postcode seems to stand beside a city: five digits or more, or a state with them."""
    return re.search(r"\d{5}|\b[A-Z]{2} \d|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", text) is not None


def _joined(parts: Sequence[_Part], joints: Sequence[str] = _JOINTS) -> Iterator[_Part]:
    """The parts with any of `joints` between any two."""
    surrogates, originals = zip(*parts, strict=True)
    for chosen in product(joints, repeat=len(parts) - 1):
        yield _with(surrogates, chosen), _with(originals, chosen)


def _with(parts: Sequence[str], joints: Sequence[str]) -> str:
    return "".join(part + joint for part, joint in zip(parts, [*joints, ""], strict=True))


def _of_han(item: Replaced) -> Iterator[_Part]:
    """Without province, city and district; with and without what stands behind the house's number."""
    if _SPACE.search(item.surrogate) or _SPACE.search(item.original):
        return
    surrogate, original = _starts(item.surrogate), _starts(item.original)
    if [unit for unit, _ in surrogate] != [unit for unit, _ in original]:
        return
    for (_, start), (_, from_) in zip(surrogate, original, strict=True):
        texts = item.surrogate[start:], item.original[from_:]
        streets = [_HAN_STREET.search(text) for text in texts]
        if streets[0] is None or streets[1] is None or min(street.start() for street in streets if street) < 1:
            continue
        yield texts
        yield texts[0][: streets[0].end()], texts[1][: streets[1].end()]


def _starts(address: str) -> list[tuple[str, int]]:
    """Where the address may begin: at its start, and behind each unit before the street."""
    street = _HAN_STREET.search(address)
    until = street.start() if street else 0
    return [("", 0), *((match[0], match.end()) for match in _UNIT.finditer(address, 0, until))]


def is_the_address(beside: Beside, written: str) -> bool:
    """Whether no longer house number and no longer street's name ends with the form, and none goes on behind it.

    Raises:
        MoreNeeded: the text so far does not tell.
    """
    if has_han(written):
        before = beside.behind[-1:]
        return not has_han(before) or before in _MAY_STAND_BEFORE
    return _SAID_BEFORE.search(beside.behind) is None and not (
        beside.after() in ("-", "/", "–") and beside.after(1).isalnum()
    )
