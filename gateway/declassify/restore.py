"""Puts the originals back into an answer that arrives in pieces.

Leftmost first, then longest; what was put there is not looked at again. Holds back only what may still become a
stand-in. Knows nothing of HTTP and chunks, which `answers` takes apart.
"""

from __future__ import annotations

from gateway.declassify.alike import alike, joined
from gateway.declassify.beside import LOOK_AHEAD, LOOK_BEHIND, Beside, MoreNeeded
from gateway.declassify.endings import ending_of
from gateway.declassify.escapes import Incomplete, read_escape, write_escaped
from gateway.declassify.forms import Forms
from gateway.declassify.option import meaning
from gateway.declassify.same_person import holds
from gateway.declassify.walk import Found, Walk

_BLOCK = 4096


class Restorer:
    """Restores one text that arrives in pieces."""

    __slots__ = ("_alike", "_at", "_forms", "_raw", "_walk")

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._raw = ""  # what stands before, for context, then what is held
        self._alike = ""
        self._at = 0  # where what is held begins
        self._walk: Walk | None = None  # along the forms that may begin there

    @property
    def held(self) -> int:
        """Characters held back now."""
        return len(self._raw) - self._at

    def feed(self, piece: str) -> str:
        """Take a piece and return what is certain so far."""
        if self._forms.first is None or not piece or self.passes(piece):
            return piece
        if len(piece) > _BLOCK:
            return "".join([self._take(piece[at : at + _BLOCK]) for at in range(0, len(piece), _BLOCK)])
        return self._take(piece)

    def passes(self, piece: str) -> bool:
        """Take a piece if nothing is held and nothing in it may begin a form, as with most; whether it was taken."""
        first = self._forms.first
        if first is None:
            return True
        if self._walk is not None or self._at != len(self._raw):
            return False
        folded = self._alike[-LOOK_BEHIND:] + alike(piece)
        if first.search(folded, len(folded) - len(piece)) is not None:
            return False
        self._raw = (self._raw + piece)[-LOOK_BEHIND:]
        self._alike = folded[-LOOK_BEHIND:]
        self._at = len(self._raw)
        return True

    def finish(self) -> str:
        """Return the rest."""
        out: list[str] = []
        if self.held:
            self._restore(out, ended=True)
        return "".join(out)

    def _take(self, piece: str) -> str:
        self._raw += piece
        self._alike += alike(piece)
        out: list[str] = []
        self._restore(out, ended=False)
        if self._walk is None and self._at > LOOK_BEHIND:
            self._raw = self._raw[self._at - LOOK_BEHIND :]
            self._alike = self._alike[self._at - LOOK_BEHIND :]
            self._at = LOOK_BEHIND
        return out[0] if len(out) == 1 else "".join(out)

    def _restore(self, out: list[str], *, ended: bool) -> None:
        """Emit what is certain, up to the first place that is not."""
        search = self._forms.first.search if self._forms.first else None
        while search is not None:
            if self._walk is None:
                candidate = search(self._alike, self._at)
                start = candidate.start() if candidate else len(self._raw)
                if start > self._at:
                    out.append(self._raw[self._at : start])
                    self._at = start
                if candidate is None:
                    return
                if not self._begins():
                    self._pass(out, 1)
                    continue
                self._walk = Walk(self._forms, start)
            try:
                self._decide(out, self._walk, ended=ended)
            except (MoreNeeded, Incomplete):
                return
            self._walk = None

    def _begins(self) -> bool:
        """Whether a form that begins with this very character would not begin within a word."""
        at = self._at
        if at == 0 or self._alike[at] == "\\" or not joined(self._alike[at - 1], self._alike[at]):
            return True
        return _after_escape(self._alike, at)

    def _decide(self, out: list[str], walk: Walk, *, ended: bool) -> None:
        """Emit the stand-in's original, or the one character that is no stand-in's beginning.

        Raises:
            MoreNeeded: the text so far does not tell.
            Incomplete: it ends within an escape.
        """
        walk.on(self._raw, self._alike, ended=ended)
        for found in walk.found():
            original, ending = self._original(found, ended=ended)
            if original is not None:
                out.append(original)
                self._settle(found.end + len(ending), found.written + ending)
                return
        if self._raw[self._at] == "\\" and self._forms.escaped:
            escape = read_escape(self._raw, self._at, ended=ended)
            if escape is not None:
                out.append(self._raw[self._at : escape[1]])
                self._settle(escape[1], escape[0])
                return
        self._pass(out, 1)

    def _original(self, found: Found, *, ended: bool) -> tuple[str | None, str]:
        """What to put where `found` stands, None if it is no stand-in there; and what is replaced behind it as well."""
        behind = self._raw[max(0, self._at - LOOK_BEHIND) : self._at]
        if found.escapes and self._at and joined(self._alike[self._at - 1], alike(found.written[0])):
            return None, ""
        beside = Beside(behind, *self._ahead(found.end, ended=ended))
        options = [option for option in found.options if holds(option, beside, found.written)]
        original, ending = meaning(options, found.written), ""
        if original is not None and all(option.name for option in options):
            original, ending = self._with_ending(original, found, beside)
        if original is not None and (self._forms.escaped or found.escapes):
            return write_escaped(original, ascii_only=found.ascii_only), ending
        return original, ending

    def _with_ending(self, original: str, found: Found, beside: Beside) -> tuple[str, str]:
        """`original` with the plural's ending that it takes, and the one behind `found` if it is another."""
        if beside.cuts_off(found.written[-1]):
            return original, ""
        length = len(beside.ending())
        ending = self._raw[found.end : found.end + length]
        if alike(ending) not in ("s", "es"):
            return original, ""
        other = ending_of(original, ending, written=found.written, behind=beside.behind)
        return (original, "") if other == ending else (original + other, ending)

    def _ahead(self, at: int, *, ended: bool) -> tuple[str, bool]:
        """The next characters with escapes undone, and whether the text ends behind them."""
        characters: list[str] = []
        while len(characters) < LOOK_AHEAD and at < len(self._raw):
            escape = None
            if self._raw[at] == "\\":
                try:
                    escape = read_escape(self._raw, at, ended=ended)
                except Incomplete:
                    return "".join(characters), False
            character, at = escape or (self._raw[at], at + 1)
            characters.append(character)
        return "".join(characters), ended and at >= len(self._raw)

    def _pass(self, out: list[str], count: int) -> None:
        out.append(self._raw[self._at : self._at + count])
        self._at += count

    def _settle(self, end: int, written: str) -> None:
        """Go on behind `end`; what stood before it is remembered as `written`, its escapes undone."""
        if len(written) != end - self._at:
            self._raw = self._raw[: self._at] + written + self._raw[end:]
            self._alike = self._alike[: self._at] + alike(written) + self._alike[end:]
            end = self._at + len(written)
        self._at = end


def _after_escape(text: str, at: int) -> bool:
    r"""Whether an escape, such as ``\n`` or ``\u5f20``, seems to end before `at`."""
    if text[max(0, at - 2) : at] in ("\\n", "\\r", "\\t"):
        return True
    return (
        at >= 6 and text[at - 6 : at - 4] == "\\u" and all(digit in "0123456789abcdef" for digit in text[at - 4 : at])
    )


def restore(text: str, forms: Forms) -> str:
    """Restore a whole text."""
    restorer = Restorer(forms)
    return restorer.feed(text) + restorer.finish()
