"""Undoes ROT13 where words of it stand: "Zl anzr vf Wbua" for "My name is John".

Told by frequent English words in their rotated form; the words around them on the same line that
are no English words themselves are rotated with them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from gateway.detection.views.view import Edit

STEP = "ROT13"
_FREQUENT = (
    "the and my your you name is phone number email mail password passwd secret key card address call this that "
    "with from have has his her for was are born lives live at on me dear please login account patient not but "
    "they them their what when where which will would could should about there here been were just like know time "
    "people into some other than then now only come came work works first after back even want because these give "
    "most very much many good well never always again still before more over also down last next week weeks month "
    "months year years today tomorrow yesterday night morning day days home house street city room door code test "
    "tests positive negative doctor hospital clinic diagnosed disease medicine pills wife husband girlfriend "
    "boyfriend partner mother father sister brother daughter child kids baby friend boss manager company salary "
    "money bank loan debt lawyer court police arrested visa pregnant divorce fired laid office customer contract "
    "meeting school student old married need help tell told said says send sent wrote write keep must does did "
    "had can going gets got take took make made meet monday tuesday wednesday thursday friday saturday sunday hiv "
    "cancer depression therapy mister"
)
_ENGLISH = frozenset(
    (
        *_FREQUENT.split(),
        *[
            "a",
            "i",
            "in",
            "of",
            "to",
            "it",
            "rot",
            "decode",
            "text",
            "message",
            "following",
            "means",
            "what",
            "does",
            "say",
        ],
    )
)
_ROTATED = frozenset(codecs.encode(_FREQUENT, "rot13").split())
# Words of two letters are abbreviations too often ("va", "ng"): they count beside a longer one only.
_SURE = frozenset(word for word in _ROTATED if len(word) > 2 or word == "zl")
_MAIL = re.compile(r"@[\w.-]+\.(?:pbz|bet|arg|rqh|qr|sfe|pa|hx|vb)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+")
_LINE = re.compile(r"[^\n]+")


def could_hold(words: Iterable[str]) -> bool:
    """Whether `words`, a text in small letters split where words end, hold a rotated word."""
    return not _SURE.isdisjoint(words)


def rotate(text: str) -> Iterator[Edit]:
    """Edits that rotate the words back, in order."""
    for line in _LINE.finditer(text):
        words = list(_WORD.finditer(text, line.start(), line.end()))
        found = [index for index, word in enumerate(words) if word.group().lower() in _ROTATED]
        if not found or not (_MAIL.search(line.group()) or _is_sure([words[index] for index in found])):
            continue
        first, last = found[0], found[-1]
        while first > 0 and words[first - 1].group().lower() not in _ENGLISH:
            first -= 1
        while last + 1 < len(words) and words[last + 1].group().lower() not in _ENGLISH:
            last += 1
        start, end = words[first].start(), words[last].end()
        yield Edit(start, end, codecs.encode(text[start:end], "rot13"), STEP, aligned=True)


def _is_sure(words: list[re.Match[str]]) -> bool:
    return len(words) > 1 and any(word.group().lower() in _SURE for word in words)
