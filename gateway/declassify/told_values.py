"""Values that were replaced and stand somewhere as they are, or in other letters of the same word.

As it was written a value counts wherever it stands, be it within a word; in other case only where it is no other word.
Knows nothing of kinds of values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.declassify.alone import stands_alone

_FEW, _SHORT = 2, 5
"""Characters of a value that does not count in another case; and of one that does as a word of its own only."""
_FEW_LATIN = re.compile(rf"[A-Za-z\d]{{1,{_FEW}}}")


@dataclass(slots=True)
class Values:
    """Some values, to be looked for in texts."""

    written: set[str] = field(default_factory=set, repr=False)
    short: set[str] = field(default_factory=set, repr=False)
    long: set[str] = field(default_factory=set, repr=False)

    def take(self, value: str, *, one_word: bool) -> None:
        """Look for `value`; `one_word` if it is a word that is looked for in other case elsewhere."""
        self.written.add(value)
        if _FEW_LATIN.fullmatch(value):
            return
        if len(value) <= _SHORT:
            self.short.add(value.casefold())
        elif not one_word:
            self.long.add(value.casefold())

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in `text`."""
        return any(value in text for value in self.written) or any(self._others(text))

    def _others(self, text: str) -> Iterator[bool]:
        if self.short or self.long:
            folded = text.casefold()
            yield any(value in folded for value in self.long)
            yield any(stands_alone(folded, value) for value in self.short)
