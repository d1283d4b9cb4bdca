"""Which plural's ending a name takes in the place of another: the Morgans are the Joneses. Knows nothing of forms."""

from __future__ import annotations

import re

_HISSING = ("s", "x", "z", "ch", "sh")
_SEVERAL_BEFORE = re.compile(r"\b(?:the|these|those|both|two|three|four|five|all)\s+(?:[^\W\d_]+\s+)?\Z", re.IGNORECASE)


def ending_of(original: str, ending: str, *, written: str, behind: str) -> str:
    """What takes the place of `ending`, with which `written` goes on, behind `original`.

    Args:
        behind: the text before it: only a word for several tells a plural from a genitive of other languages.
    """
    was, becomes = (name.casefold().endswith(_HISSING) for name in (written, original))
    if was == becomes:
        return ending
    if len(ending) > 1:
        return ending[-1] if was else ending
    if not was and _SEVERAL_BEFORE.search(behind):
        return ("E" if ending.isupper() else "e") + ending
    return ending
