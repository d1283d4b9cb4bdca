"""What stands beside a form, as far as rules may see.

Knows nothing of forms and names.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.declassify.alike import alike, alphabet, joined

LOOK_BEHIND = 48
"""Characters before a form that may be asked for."""
LOOK_AHEAD = 7
"""Characters behind a form that may be asked for: a space, a short word, and what ends it."""


class MoreNeeded(Exception):
    """The text so far does not tell."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The text around a form, escapes undone.

    Attributes:
        behind: up to `LOOK_BEHIND` characters before it.
        ahead: up to `LOOK_AHEAD` characters after it.
        ended: whether `ahead` reaches the text's end.
    """

    behind: str = field(repr=False)
    ahead: str = field(repr=False)
    ended: bool

    def after(self, index: int = 0) -> str:
        """The character at `index` behind the form; empty at the text's end and beyond what may be asked for.

        Raises:
            MoreNeeded: it has not arrived.
        """
        if index < len(self.ahead):
            return self.ahead[index]
        if self.ended or index >= LOOK_AHEAD:
            return ""
        raise MoreNeeded

    def cuts_off(self, last: str) -> bool:
        """Whether a word or number that ends with `last` ends here."""
        last = alike(last)
        return not alphabet(last) or not joined(last, alike(self.after()))

    def ending(self) -> str:
        """A plural's or genitive's ending with which the form's word goes on to its end; else nothing."""
        for ending in ("s", "es"):
            letters = (alike(self.after(index)) == letter for index, letter in enumerate(ending))
            if all(letters) and not joined(ending[-1], alike(self.after(len(ending)))):
                return ending
        return ""

    def time_follows(self) -> bool:
        """Whether the time of day follows a date as in ISO 8601: ``T10:20``."""
        return self.after() in ("T", "t") and self.after(1).isdecimal()
