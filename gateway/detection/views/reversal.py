"""Reads backwards what a text says is backwards, and addresses that are: "moc.elpmaxe@nhoj".

Only lines beside such a word, and of those the ones that make more sense turned round or may hold a number or key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.detection.scripts import has_han
from gateway.detection.views.view import Edit

STEP = "reversed text"
_SAID = (
    "revers",
    "backward",
    "right to left",
    "mirror",
    "倒着",
    "倒序",
    "倒写",
    "反着",
    "逆序",
    "倒过来写",
    "al revés",
    "à l'envers",
    "rückwärts",
)
_ADDRESS = re.compile(
    r"(?<![\w.@])(?:moc|gro|ten|ude|vog|oi|nc|ku|ed|rf|se|pj|rk|ur|ue|oc)(?:\.[\w-]{1,40}){1,4}@[\w.+-]{1,60}"
)
_LINE = re.compile(r"[^\n]{1,2000}")
_WORD = re.compile(r"[a-z]{3,}")
_FREQUENT = (
    "the and my you name phone number mail password secret key card address call this that with from have has her was "
    "are live lives not but they what when where which should about there been were just like know some than then now "
    "come work first after back even want because give most very much good well never again still last next week year "
    "today night day home house street city door test positive doctor hospital wife husband mother father child boss"
)
_COMMON = frozenset(_FREQUENT.split())
_TOKEN = re.compile(r"[A-Za-z0-9_/+-]{16,}")
_LEAST_DIGITS = 7
_COUNTING = "012345678901234567890"
_LONGEST = 240
"""Code points of a line that is turned for a number or key in it."""


def could_hold(low: str) -> bool:
    """Whether a text, in small letters, speaks of reading backwards, or holds an address that is."""
    return any(word in low for word in _SAID) or ("@" in low and _ADDRESS.search(low) is not None)


def turn(text: str) -> Iterator[Edit]:
    """Edits that turn lines or addresses round, in order."""
    told = False
    for line in _LINE.finditer(text):
        low = line.group().lower()
        tells = any(word in low for word in _SAID)
        if (tells or told) and _is_backwards(line.group(), low):
            yield Edit(line.start(), line.end(), line.group()[::-1], STEP)
        else:
            for address in _ADDRESS.finditer(text, line.start(), line.end()):
                yield Edit(address.start(), address.end(), address.group()[::-1], STEP)
        told = tells


def _is_backwards(line: str, low: str) -> bool:
    words = _WORD.findall(low)
    turned = sum(word[::-1] in _COMMON for word in words)
    if turned > 1 and 2 * turned > sum(word in _COMMON for word in words):
        return True
    if len(line) > _LONGEST:
        return False
    token = _TOKEN.search(line)
    key = token is not None and any(map(str.isdigit, token[0])) and any(map(str.isalpha, token[0]))
    digits = "".join(filter(str.isdigit, line))
    number = len(digits) >= _LEAST_DIGITS and digits not in _COUNTING and digits[::-1] not in _COUNTING
    return key or number or "@" in line or has_han(line)
