"""Names of people and characters that are known far and wide: whom a question that names them is about.

`well_known.txt` holds one a line, as prompts write them, written down from general knowledge; below the line that
starts with # are those that others may bear, which count only where nothing speaks against it. `famous` has the few
that are nobody else's in a statement either. Names of many private people are left out: missing one costs a local
answer, a wrong one a leak.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from gateway.detection.famous import FAMOUS
from gateway.detection.scripts import HAN

LIST = Path(__file__).with_name("well_known.txt")
_WORDS = re.compile(r"[^\W\d_]+(?:[.'’-]+[^\W\d_]+)*\.?")
_AROUND = 3
"""So many words, or Chinese characters, on either side of a name may belong to it."""
_HAN = re.compile(f"[{HAN}·・•‧-]+")


def plain(name: str) -> str:
    """`name` as the list has it: small letters, no accents, one space, one kind of dot between parts."""
    if name.isascii():  # the rest would change nothing
        return " ".join(name.lower().split()).strip(" .,'\"").removesuffix("'s")
    bare = unicodedata.normalize("NFKD", name.casefold().replace("’", "'"))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    bare = re.sub(r"\s+", " ", re.sub(r"[・•‧]|(?<=[^\x00-\x7f])-(?=[^\x00-\x7f])", "·", bare))
    return unicodedata.normalize("NFC", bare).strip(" .,'\"").removesuffix("'s")


def listed() -> list[str]:
    """Every name of the file, in small letters."""
    return [name for name in LIST.read_text(encoding="utf-8").split("\n") if name and name[0] != "#"]


@functools.cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    """All names; and those of several words, or three Chinese characters, that hardly anybody else bears."""
    own, others = (part.split("\n") for part in re.split(r"(?m)^#.*$", LIST.read_text(encoding="utf-8")))
    distinct = [plain(name) for name in own if name]
    several = [name for name in distinct if " " in name or "·" in name or (not name.isascii() and len(name) > 2)]
    return frozenset([*distinct, *(plain(name) for name in (*others, *FAMOUS) if name)]), frozenset(several)


@functools.cache
def _beginnings() -> frozenset[str]:
    """First letters of the names of several parts; the empty string for what may be left out before one."""
    return frozenset(["", *(name[0] for name in _lists()[1])])


def is_well_known(name: str) -> bool:
    """Whether `name`, as it stands in a text, is on the list."""
    return plain(name) in _lists()[0]


def whole_names(text: str, start: int, end: int) -> Iterator[str]:
    """The names of several parts, and hardly anybody else's, that stand in `text` around [start, end)."""
    around = _HAN if _HAN.fullmatch(text[start:end]) else None
    if around is not None:
        left, right = max(0, start - 2 * _AROUND), min(len(text), end + 2 * _AROUND)
        starts = [one for one in range(left, start + 1) if plain(text[one])[:1] in _beginnings()]
        candidates = (text[one:two] for one in starts for two in range(end, right + 1))
    else:
        words = list(_WORDS.finditer(text, max(0, start - 60), min(len(text), end + 60)))
        inside = [index for index, word in enumerate(words) if word.start() < end and start < word.end()]
        if not inside:
            return
        first, last = inside[0], inside[-1]
        candidates = (
            text[words[one].start() : words[two].end()]
            for one in range(max(0, first - _AROUND), first + 1)
            for two in range(last, min(len(words), last + _AROUND + 1))
        )
    several = _lists()[1]
    for candidate in candidates:
        name = plain(candidate)
        if name in several:
            yield name
