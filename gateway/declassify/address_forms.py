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
from gateway.detection.scripts import has_han

_JOINT = re.compile(r"\s*[,;，]\s*|\s*\n\s*")
_JOINTS = (",\n", "\n")
"""A comma and white space, or white space alone; a line break marks where the answer's own may stand."""
_MOST_PARTS = 4
_WORD, _DIGIT = re.compile(r"[^\W\d_]{2,}"), re.compile(r"\d")
_SHORTEST = 8
"""Characters of a street with its number."""
_UNIT = re.compile("特别行政区|自治区|自治州|自治县|[省市区县镇乡]")
_HAN_STREET = re.compile("(?:路|街|大道|巷|弄|道|胡同|村|里)[^省市区县]*?[0-9０-９一二三四五六七八九十百]+(?:弄|号|號)")
_SPACE = re.compile(r"\s")
_SAID_BEFORE = re.compile(r"\w[-–/.]\Z|\d\s\Z")
_MAY_STAND_BEFORE = "在到于至往从去是为即的住和与及或址"


def of_addresses(replaced: Iterable[Replaced]) -> Iterator[Option]:
    """The parts of every address in `replaced` that may stand alone, and the whole with other separators."""
    for item in replaced:
        if item.entity == "STREET_ADDRESS":
            texts = _of_han(item) if has_han(item.surrogate) else _of_parts(item)
            for surrogate, original in dict(texts).items():
                if alike(surrogate) != alike(item.surrogate):
                    yield Option(surrogate, original, "address", cased=True, lines=True)


def _of_parts(item: Replaced) -> Iterator[tuple[str, str]]:
    surrogates, originals = _JOINT.split(item.surrogate), _JOINT.split(item.original)
    if len(surrogates) != len(originals) or not 1 < len(surrogates) <= _MOST_PARTS:
        return
    if not all(surrogates) or not all(originals):
        return
    streets = [index for index, pair in enumerate(zip(surrogates, originals, strict=True)) if _is_street(*pair)]
    if not streets:
        return
    # The first part with a number is the street's; one behind the city is a postcode.
    first = streets[0]
    for end in range(first + 1, len(surrogates) + 1):
        for start in {0, first}:
            yield from _joined(surrogates[start:end], originals[start:end])


def _is_street(surrogate: str, original: str) -> bool:
    """Whether both have a number and a name, and are long enough to be no other's."""
    return all(
        len(text) >= _SHORTEST and _WORD.search(text) and _DIGIT.search(text) and not _is_place(text)
        for text in (surrogate, original)
    )


def _is_place(text: str) -> bool:
    """Whether a postcode seems to stand beside a city: five digits or more, or a state with them."""
    return re.search(r"\d{5}|\b[A-Z]{2} \d|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", text) is not None


def _joined(surrogates: Sequence[str], originals: Sequence[str]) -> Iterator[tuple[str, str]]:
    for joints in product(_JOINTS, repeat=len(surrogates) - 1):
        yield _with(surrogates, joints), _with(originals, joints)


def _with(parts: Sequence[str], joints: Sequence[str]) -> str:
    return "".join(part + joint for part, joint in zip(parts, [*joints, ""], strict=True))


def _of_han(item: Replaced) -> Iterator[tuple[str, str]]:
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
