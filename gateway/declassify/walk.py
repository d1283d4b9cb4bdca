r"""A walk along all forms that may begin at one place of a text, as far as the text has arrived.

A space of a form stands for a run of white space; any character may be written as a JSON escape. Outside JSON
the backslashes may be escapes' or stand for themselves (``C:\nina``), so that there may be two ways. Knows nothing of
what stands before and behind a form.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.declassify.alike import alike
from gateway.declassify.beside import MoreNeeded
from gateway.declassify.escapes import Incomplete, read_escape
from gateway.declassify.forms import SPARE, Forms, Node
from gateway.declassify.number_forms import SEPARATED, SEPARATORS
from gateway.declassify.option import Option


@dataclass(frozen=True, slots=True)
class Found:
    """A form that the walk came across.

    Attributes:
        end: where it ends in the text.
        options: what it may mean.
        written: the form as it stands there, escapes undone.
        escapes: whether there were any.
        ascii_only: whether one was of a character that needs none.
        number: whether it is a number's digits, with any separators.
    """

    end: int
    options: list[Option] = field(repr=False)
    written: str = field(repr=False)
    escapes: bool
    ascii_only: bool
    number: bool


@dataclass(slots=True)
class _Way:
    """One way of reading the text, up to `at`.

    Attributes:
        spare: white space that may still stand above one character for each space; of a number, separators.
        number: whether separators may stand between any two characters.
        escapes: whether a backslash begins an escape; None while there was none.
        undone: the escapes: where each begins and ends, and what it stands for.
    """

    node: Node = field(repr=False)
    at: int
    spare: int = SPARE
    number: bool = False
    escapes: bool | None = None
    undone: tuple[tuple[int, int, str], ...] = field(default=(), repr=False)

    def found(self, raw: str, start: int) -> Found:
        written, at = [], start
        for begin, end, character in self.undone:
            written += [raw[at:begin], character]
            at = end
        text = "".join([*written, raw[at : self.at]])
        ascii_only = any(end - begin > 2 for begin, end, _ in self.undone)
        return Found(self.at, self.node.options, text, bool(self.undone), ascii_only, self.number)

    def skips(self, character: str) -> bool:
        """Whether `character` may stand here though no form goes on with it."""
        return self.spare > 0 and (character in SEPARATORS if self.number else character == " " and self.node.is_space)


class Walk:
    """Goes along the forms from `start`."""

    __slots__ = ("_escaped", "_found", "_open", "_start")

    def __init__(self, forms: Forms, start: int) -> None:
        self._start = start
        self._escaped = forms.escaped
        escapes = forms.escaped or None
        self._open = [_Way(forms.root, start, escapes=escapes)]
        if forms.numbers.children:
            self._open.append(_Way(forms.numbers, start, SEPARATED, number=True, escapes=escapes))
        self._found: list[Found] = []

    def on(self, raw: str, alike_raw: str, *, ended: bool) -> None:
        """Go on to where no way leads further.

        Raises:
            MoreNeeded: a way reaches the end of the text so far.
        """
        ways, self._open = self._open, []
        while ways:
            self._along(ways.pop(), ways, raw, alike_raw, ended=ended)
        if self._open and not ended:
            raise MoreNeeded

    def found(self) -> list[Found]:
        """The forms so far, the longest first; of equal ones that without escapes, and what is more than digits."""
        return sorted(self._found, key=lambda found: (-found.end, found.escapes, found.number))

    def _along(self, way: _Way, ways: list[_Way], raw: str, alike_raw: str, *, ended: bool) -> None:
        """Follow `way` to its end; one that branches off at a backslash joins `ways`."""
        while way.at < len(raw):
            character = raw[way.at]
            if character == "\\" and way.escapes is not False:
                try:
                    escape = read_escape(raw, way.at, ended=ended)
                except Incomplete:
                    break
                if escape is not None:
                    undone = (*way.undone, (way.at, escape[1], escape[0]))
                    other = _Way(way.node, way.at, way.spare, way.number, True, undone)
                    if self._follow(other, alike(escape[0]), escape[1], raw):
                        ways.append(other)
                if way.escapes:
                    return
                way.escapes = False
            if self._escaped and character == '"':
                return
            if not self._follow(way, alike_raw[way.at], way.at + 1, raw):
                return
        if way.node.children:
            self._open.append(way)

    def _follow(self, way: _Way, character: str, end: int, raw: str) -> bool:
        """Lead `way` on to `end` if `character` does."""
        child = way.node.children.get(character)
        if child is None:
            if way.at == self._start or not way.skips(character):
                return False
            way.spare -= 1
            way.at = end
            return True
        way.node, way.at = child, end
        if child.options:
            self._found.append(way.found(raw, self._start))
        return True
