"""Turns tokens into text that may be shown: whole characters only, and nothing of a stop string.

Pure; knows nothing of models. A byte-level token may hold a part of a character, and a stop string may
begin in one token and end in another, so text is held back until it can't become either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

# What a decoder makes of bytes that are not (yet) a character.
_REPLACEMENT = "\ufffd"
# A character has at most 4 bytes, so a tail this long that still decodes to no character never will.
_LONGEST_TAIL = 8


class Detokenizer:
    """Decodes tokens as they come; what was given out joins to the decoding of all tokens.

    Args:
        decode: the text of a sequence of token ids, special tokens left out.
    """

    def __init__(self, decode: Callable[[Sequence[int]], str]) -> None:
        self._decode = decode
        self._tokens: list[int] = []
        # Tokens before `_shown` are given out; those from `_context` on are decoded with them, because
        # some decoders treat the first token of a sequence specially.
        self._context = 0
        self._shown = 0

    def push(self, token: int) -> str:
        """Text that `token` completes; empty while a character is unfinished."""
        self._tokens.append(token)
        return self._take(len(self._tokens) - self._shown > _LONGEST_TAIL)

    def flush(self) -> str:
        """What is left when no token follows."""
        return self._take(True)

    def _take(self, even_unfinished: bool) -> str:
        before = self._decode(self._tokens[self._context : self._shown])
        now = self._decode(self._tokens[self._context :])
        if len(now) <= len(before) or (now.endswith(_REPLACEMENT) and not even_unfinished):
            return ""
        self._context, self._shown = self._shown, len(self._tokens)
        return now[len(before) :]


class StopStrings:
    """Cuts text at the first stop string.

    Attributes:
        met: whether one was found; what is pushed afterwards is ignored.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = stops
        self._held = ""
        self.met = False

    def push(self, text: str) -> str:
        """The part of all text so far that may be shown now and was not shown before."""
        if self.met:
            return ""
        self._held += text
        # The one that is whole first: so it is the same however the text is cut into pieces.
        found = [(at + len(stop), at) for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if found:
            self.met = True
            return self._release(min(found)[1])
        return self._release(len(self._held) - possible_beginning(self._held, self._stops))

    def flush(self) -> str:
        """What was held back, when no text follows."""
        return "" if self.met else self._release(len(self._held))

    def _release(self, length: int) -> str:
        text, self._held = self._held[:length], self._held[length:]
        return text


def possible_beginning(text: str, wanted: Sequence[str]) -> int:
    """How many characters at the end of `text` may be the beginning of a text in `wanted`."""
    longest = max((len(one) for one in wanted), default=1) - 1
    for length in range(min(longest, len(text)), 0, -1):
        tail = text[-length:]
        if any(one.startswith(tail) for one in wanted):
            return length
    return 0
