"""Looks for all expressions and words of a policy in a text at once, in time linear in the text.

Expressions by RE2; words by an Aho-Corasick automaton, whatever their case and however they are disguised by
width or invisible characters. Knows nothing of rules: it says which of the numbered searches hit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import ahocorasick
import re2

from gateway.declassify.alike import joined
from gateway.detection.normalise import normalise
from gateway.policy.expressions import MOST, Program, compiled


@dataclass(slots=True)
class Searches:
    """Collects what a policy looks for; `build` makes one search of it."""

    _expressions: list[tuple[str, int]] = field(default_factory=list)
    _words: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _count: int = 0

    def add(self, expressions: Iterable[str], words: Iterable[str]) -> int:
        """The number of a search that hits where any of `expressions` matches or any of `words` stands."""
        number = self._count
        self._count += 1
        self._expressions += [(expression, number) for expression in expressions]
        for word in words:
            self._words[folded(word).strip()].add(number)
        return number

    def build(self) -> TextSearch:
        """One search for everything that was added."""
        return TextSearch(self._expressions, {word: frozenset(hit) for word, hit in self._words.items() if word})


def folded(text: str) -> str:
    """`text` without differences of case, width and white space, and without what shows nothing."""
    return _folded(normalise(text).text)


def _folded(plain: str) -> str:
    return " ".join(plain.casefold().split())


class TextSearch:
    """All searches of a policy. Immutable once built; shared by threads."""

    def __init__(self, expressions: Sequence[tuple[str, int]], words: dict[str, frozenset[int]]) -> None:
        self._expressions = [(compiled(expression), number) for expression, number in expressions]
        self._together = _together([program for program, _ in self._expressions])
        self._automaton: Any = None
        if words:
            self._automaton = ahocorasick.Automaton()
            for word, numbers in words.items():
                self._automaton.add_word(word, (len(word), numbers))
            self._automaton.make_automaton()

    def __bool__(self) -> bool:
        return bool(self._expressions) or self._automaton is not None

    def hits(self, text: str) -> frozenset[int]:
        """The numbers of the searches that hit in `text`, as it is or normalised."""
        found: set[int] = set()
        plain = normalise(text).text
        for form in dict.fromkeys((text, plain)) if self._expressions else ():
            found |= self._matching(form.encode("utf-8", "replace").decode())
        if self._automaton is not None:
            words = _folded(plain)
            for end, (length, numbers) in self._automaton.iter(words):
                if not numbers <= found and _stands_alone(words, end + 1 - length, end + 1):
                    found |= numbers
        return frozenset(found)

    def _matching(self, text: str) -> set[int]:
        if self._together is not None and self._together.search(text) is None:
            return set()
        return {number for expression, number in self._expressions if expression.search(text)}


_MANY = 4


def _together(programs: Sequence[Program]) -> Program | None:
    """One expression that matches where any of them does, to ask first; None for few, or too large ones.

    RE2's own sets would say which, but also say nothing where they ran out of memory.
    """
    if len(programs) < _MANY or any(r"\Q" in program.expression for program in programs):
        return None  # What stands behind \\Q would swallow the next ones.
    if sum(program.size for program in programs) > MOST:
        return None
    try:
        return compiled("|".join(dict.fromkeys(f"(?:{program.expression})" for program in programs)))
    except re2.error:
        return None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether `start`..`end` is not a piece of a longer word. Scripts without spaces (Chinese, Thai) need no edge."""
    return not (joined(text[start - 1 : start], text[start]) or joined(text[end - 1], text[end : end + 1]))
