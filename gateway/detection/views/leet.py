"""Turns figures that stand for letters back: "M4rgu3r1t3" for "Marguerite".

Only words of letters with figures between them, at least two such figures; versions, codes and numbers have others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gateway.detection.views.view import Edit

STEP = "figures for letters"
_LETTERS = str.maketrans("013457@$", "oieastas")
_WORD = re.compile(r"(?<![\w@$./#-])[A-Za-z0134579@$]{5,24}(?![\w@$/-]|\.\w)")
_FIGURE = re.compile("[013457@$]")
_HEXADECIMAL = re.compile("(?:0[xX])?[0-9a-fA-F]+")
_LEAST_FIGURES = 2
_LONGEST_RUN = re.compile("[0-9@$]{3}")


def could_hold(words: Iterable[str]) -> bool:
    """Whether one of `words` mixes letters and such figures."""
    return any(len(word) > 4 and not word.isalpha() and _is_leet(word.strip(".,;:!?\"'()")) for word in words)


def resolve(text: str) -> Iterator[Edit]:
    """Edits that put the letters, in order."""
    for word in _WORD.finditer(text):
        if _is_leet(word.group()):
            plain = word.group().translate(_LETTERS)
            yield Edit(word.start(), word.end(), plain.title() if plain[1:].islower() else plain, STEP, aligned=True)


def _is_leet(word: str) -> bool:
    figures = len(_FIGURE.findall(word))
    letters = sum(map(str.isalpha, word))
    whole = figures + letters == len(word) and _HEXADECIMAL.fullmatch(word) is None and not _LONGEST_RUN.search(word)
    return whole and _LEAST_FIGURES <= figures <= letters and word.translate(_LETTERS).isalpha()
