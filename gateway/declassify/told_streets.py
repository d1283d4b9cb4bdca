"""Streets of addresses that were replaced and are told again: shortened, in another order, without the town.

Takes texts in small letters as `readings.plain` leaves them. Knows nothing of where anything is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.declassify.surrogates.place_words import HAN_UNITS, KEPT
from gateway.detection.scripts import HAN

# What a street may be, each with its abbreviations.
_KINDS = """
street/st/str avenue/avenida/ave/av/avda road/rd lane/ln drive/dr boulevard/blvd court/ct place/pl square/sq
terrace/ter highway/hwy parkway/pkwy circle/cir crescent/cres close alley row mews trail way walk
strasse/str weg platz/pl allee gasse ring ufer damm straat/str laan plein gracht
calle/c paseo plaza/pl carrera/cra rue/r chemin/ch impasse quai via/v viale/v.le piazza/p.za corso vicolo largo
rua/r travessa praca alameda ulica/ul aleja/al улица/ул проспект/просп/пр переулок/пер
"""
_KIND: dict[str, frozenset[str]] = {}
for _group in _KINDS.split():
    for _word in _group.split("/"):
        _KIND[_word] = _KIND.get(_word, frozenset()) | frozenset(_group.split("/"))
_GLUED = "strasse strase str gasse platz allee straat laan gracht plein gatan vagen weg ring ufer damm".split
"""Endings of streets whose name is one word."""
_BETWEEN = (
    "no nr num number numero n s e w north south east west de des du la las los les le del der den di da dos".split
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_NUMBER = re.compile(r"(?<!\d)\d{1,5}(?!\d)")
_HAN_WORD = re.compile(f"[{HAN}]+")
_STREETS = "路 街 大街 大道 胡同 巷 弄 小区 新村 花园 大厦 广场 公寓 道".split
_LEAST, _LEAST_HAN = 3, 2
_FAR = 3
"""Words between a street's name and its number, or what kind it is."""
_WINDOW = 28
_MOST = 1_000
"""Places that are looked at; a name that stands there more often is taken for a trace."""


@dataclass(slots=True)
class Streets:
    """Names of streets, to be looked for in texts."""

    named: dict[str, tuple[set[str], set[str]]] = field(default_factory=dict, repr=False)
    """Name → numbers beside which it gives an address away, and kinds of street."""
    han: set[str] = field(default_factory=set, repr=False)

    def take(self, original: str, surrogate: str) -> None:
        """Look for the street of the address `original` as well, but for what `surrogate` shares."""
        self.han |= set(_han_streets(original)) - set(_han_streets(surrogate))
        words, others = _TOKEN.findall(original), set(_TOKEN.findall(surrogate))
        numbers = {word for word in words if _NUMBER.fullmatch(word)} - others
        kinds = {kind for word in words for kind in _KIND.get(word, ())}
        for word in words:
            name = _name(word)
            if len(name) >= _LEAST and name.isalpha() and word not in others | KEPT and not _HAN_WORD.search(name):
                known, kinds_known = self.named.setdefault(name, (set(), set()))
                known |= numbers
                kinds_known |= kinds

    def stand_in(self, folded: str, bare: str) -> bool:
        """Whether one of them stands in a text; `bare` is the same without anything but letters and digits."""
        if any(street in bare for street in self.han):
            return True
        return any(_stands(folded, name, *beside) for name, beside in self.named.items() if name in folded)


def _stands(folded: str, name: str, numbers: set[str], kinds: set[str]) -> bool:
    """Whether a street's name stands beside its number, or beside what kind it is: elm st, elm 12, 12 elm."""
    start = folded.find(name)
    for _ in range(_MOST):
        if start < 0:
            return False
        if not folded[start - 1 : start].isalpha() and _is_told(folded, start, start + len(name), numbers, kinds):
            return True
        start = folded.find(name, start + 1)
    return True


def _is_told(folded: str, start: int, end: int, numbers: set[str], kinds: set[str]) -> bool:
    before = _TOKEN.findall(folded, max(0, start - _WINDOW), start)[::-1]
    behind = _TOKEN.findall(folded, end, end + _WINDOW)
    if folded[end : end + 1].isalpha():
        return bool(behind) and behind[0] in _GLUED()
    if before[:1] and before[0] in numbers:
        return True
    if _leads_to(before, kinds) or _leads_to(behind[:1], kinds):
        return True
    return folded[end : end + 1] != "," and _leads_to(behind, numbers)


def _leads_to(words: Sequence[str], wanted: set[str]) -> bool:
    """Whether one of `wanted` is among the next words, with nothing but small words before it."""
    for word in words[:_FAR]:
        if word in wanted:
            return True
        if word not in _BETWEEN():
            return False
    return False


def _name(word: str) -> str:
    """`word` without the ending that says that it is a street."""
    ending = next((each for each in _GLUED() if word.endswith(each) and len(word) - len(each) >= _LEAST), "")
    return word[: len(word) - len(ending)]


def _han_streets(address: str) -> Iterator[str]:
    """The streets and buildings of a Chinese address, each with the word for what it is."""
    for words in _HAN_WORD.findall(address):
        begin = 0
        for unit in HAN_UNITS.finditer(words):
            if unit.start() - begin >= _LEAST_HAN and unit[0] in _STREETS():
                yield words[begin : unit.end()]
            begin = unit.end() if unit.start() > begin else begin
