"""Turns characters that are digits of a writing system without place value into 0 to 9.

Chinese (plain, financial, and 幺 and 洞 as they are read out) and Korean numerals, where several stand
together. One character becomes one digit. Other scripts' decimal digits are `normalise`'s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from gateway.detection.views.view import Edit

STEP = "numerals"
_CHINESE = {
    character: str(digit)
    for digit, characters in enumerate(
        ("零〇○洞", "一幺壹弌", "二两兩贰貳弍", "三叁參参弎", "四肆", "五伍", "六陆陸", "七柒拐", "八捌", "九玖勾")
    )
    for character in characters
}
_KOREAN = dict(zip("공영일이삼사오육륙칠팔구", "001234566789", strict=True))
# Dingbats and enclosed digits that have no compatibility form.
_CIRCLED = "".join(
    chr(code)
    for code in (*range(0x2776, 0x277F), *range(0x2780, 0x2789), *range(0x278A, 0x2793), 0x24FF)
    if unicodedata.digit(chr(code), None) is not None
)
_TABLE = _CHINESE | _KOREAN | {character: str(unicodedata.digit(character)) for character in _CIRCLED}
_HAN_DIGIT = f"[{''.join(_CHINESE)}{_CIRCLED}]"
_HANGUL_DIGIT = f"[{''.join(_KOREAN)}]"
_BETWEEN = r"[\s,.\-_/·・、，。‐-―]{0,2}"
# Four in a row (a PIN), among digits of the other kind as well; Korean syllables are words too often.
_RUN = re.compile(
    rf"(?:{_HAN_DIGIT}|[0-9])(?:{_BETWEEN}(?:{_HAN_DIGIT}|[0-9])){{3,}}|"
    rf"(?:{_HANGUL_DIGIT}|[0-9])(?:[\s,.\-에]{{0,2}}(?:{_HANGUL_DIGIT}|[0-9])){{6,}}"
)
_LEAST = 2
_ANY = re.compile(f"{_HAN_DIGIT}|{_HANGUL_DIGIT}")


def could_hold(text: str) -> bool:
    """Whether there is such a character at all."""
    return not text.isascii() and _ANY.search(text) is not None


def digits(text: str) -> Iterator[Edit]:
    """Edits that put a digit for each such character in a run that has several."""
    for run in _RUN.finditer(text):
        found = list(_ANY.finditer(text, run.start(), run.end()))
        if len(found) >= _LEAST:
            for match in found:
                yield Edit(match.start(), match.end(), _TABLE[match.group()], STEP, aligned=True)
