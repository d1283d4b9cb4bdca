"""What a model may call an organisation whose full name it was sent: the name without its legal form.

Knows nothing of the answer's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.declassify.option import Option
from gateway.declassify.replaced import Replaced

_WORDS = """
ab ag as bv co company corp corporation gmbh group holding holdings inc incorporated kg kk limited llc llp ltd nv oy oyj
plc pty sa sarl sas se sl spa srl
"""
_LEGAL = frozenset(_WORDS.split())
_HAN_LEGAL = ("股份有限公司", "有限责任公司", "有限公司", "集团", "公司", "集團", "株式会社")
_SHORTEST = 3
"""Characters of a name without its legal form."""


def of_organisations(replaced: Iterable[Replaced]) -> Iterator[Option]:
    """The short forms of every organisation in `replaced` that has a legal form."""
    for item in replaced:
        if item.entity != "ORGANIZATION":
            continue
        surrogate, original = _short(item.surrogate), _short(item.original)
        if len(surrogate) >= _SHORTEST and original and surrogate != item.surrogate and original != item.original:
            yield Option(surrogate, original, "organisation", cased=True)


def _short(name: str) -> str:
    """`name` without the legal form at its end."""
    for form in _HAN_LEGAL:
        if name.endswith(form):
            return name.removesuffix(form)
    words = name.split()
    while len(words) > 1 and words[-1].strip(",").replace(".", "").casefold() in _LEGAL:
        words.pop()
    return " ".join(words).rstrip(",")
