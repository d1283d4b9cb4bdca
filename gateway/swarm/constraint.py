"""Keeps an answer within a grammar: which tokens may come next, which must, and how it ends in time.

Before the last tokens that an answer may have are used up, the shortest end is taken instead, so that
what is shown is whole. Knows nothing of scores and of what grammars mean.
"""

from __future__ import annotations

from typing import Any

import torch

from gateway.swarm.errors import BridgeError
from gateway.swarm.vocabulary import Vocabulary

# From so many tokens before the last on, each token's way to an end is looked at, which takes 1 ms.
_NEAR_THE_END = 256
# What brings a JSON text to its end, in the order in which it is tried.
_OUTSIDE = (b"}", b"]", b",", b"0", b"1", b"null", b"false", b"true", b'"', b"[", b"{", b"-", b" ", b":")
_INSIDE = (b'"',)


class Constraint:
    """One answer's way through a grammar.

    Args:
        matcher: of `vocabulary`, at the beginning.

    Attributes:
        ended: nothing may follow.
        cut: it was brought to its end before its time.
    """

    def __init__(self, vocabulary: Vocabulary, matcher: Any) -> None:
        self._vocabulary, self._matcher = vocabulary, matcher
        self._closers = {
            quoted: [token for data in texts if (token := vocabulary.token(data)) is not None]
            for quoted, texts in ((False, _OUTSIDE), (True, _INSIDE))
        }
        self._quotes = _Quotes()
        self._way_out: list[int] | None = None
        self.ended = self.cut = False

    def allowed(self) -> torch.Tensor:
        """Which tokens may come next: booleans of shape (vocabulary,).

        Raises:
            BridgeError: the grammar has become too complex.
        """
        mask = torch.frombuffer(bytearray(self._mask()), dtype=torch.uint8)
        bits = (mask.unsqueeze(-1) >> torch.arange(8, dtype=torch.uint8)) & 1
        return bits.flatten()[: self._vocabulary.size].bool()

    def take(self, token: int, room: int, *, ahead: bool) -> list[int]:
        """The tokens that come now: `token`, or another one that ends the answer in time.

        Args:
            token: one of those allowed, not one that ends the answer.
            room: how many tokens may come, this one included.
            ahead: whether those that must follow are wanted, too.
        """
        if self.cut:
            return self._leave(ahead=ahead)
        if room <= _NEAR_THE_END:
            if self._way_out is None:
                self._way_out = self._shortest(self._matcher.deep_copy(), self._quotes, room)
            after = self._matcher.deep_copy()
            after.consume_token(token)
            way_out = self._shortest(after, self._quotes.after(self._vocabulary.data(token)), room - 1)
            if way_out is None and self._way_out is not None:
                self.cut = True
                return self._leave(ahead=ahead)
            self._way_out = way_out
        taken = [token, *self._follow(token, ahead=ahead)]
        if len(taken) > room:
            taken, self.ended = taken[:room], False
        # What was forced is the beginning of any way out.
        self._way_out = self._way_out and self._way_out[len(taken) - 1 :]
        return taken

    def _follow(self, token: int, *, ahead: bool) -> list[int]:
        self._consume(token)
        forced: list[int] = self._matcher.compute_ff_tokens() if ahead and not self.ended else []
        for one in forced:
            self._consume(one)
        return forced

    def _leave(self, *, ahead: bool) -> list[int]:
        way_out = self._way_out or []
        taken, self._way_out = (way_out, []) if ahead else (way_out[:1], way_out[1:])
        for token in taken:
            self._consume(token)
        self.ended = not self._way_out
        return taken

    def _consume(self, token: int) -> None:
        if not self._matcher.consume_token(token):
            raise _too_complex()
        self._quotes = self._quotes.after(self._vocabulary.data(token))
        self.ended = self._matcher.is_stopped()

    def _mask(self) -> bytes:
        mask = self._matcher.compute_bitmask()
        if self._matcher.is_error():
            raise _too_complex()
        return bytes(mask)

    def _shortest(self, matcher: Any, quotes: _Quotes, most: int) -> list[int] | None:
        """A short way to where the answer may end, of at most `most` tokens. Uses `matcher` up."""
        way: list[int] = []
        while len(way) <= most:
            if matcher.is_accepting():
                return way
            tokens = matcher.compute_ff_tokens() or self._closer(matcher, quotes)
            if not tokens or not matcher.consume_tokens(tokens):
                return None
            way += tokens
            for token in tokens:
                quotes = quotes.after(self._vocabulary.data(token))
        return None

    def _closer(self, matcher: Any, quotes: _Quotes) -> list[int]:
        for token in self._closers[quotes.inside]:
            if matcher.validate_tokens([token]):
                return [token]
        mask = int.from_bytes(matcher.compute_bitmask(), "little")
        return [(mask & -mask).bit_length() - 1] if mask else []


class _Quotes:
    """Whether a JSON text stands inside of a string."""

    def __init__(self, inside: bool = False, escaped: bool = False) -> None:
        self.inside, self._escaped = inside, escaped

    def after(self, data: bytes) -> _Quotes:
        """Where it stands after `data`, too."""
        inside, escaped = self.inside, self._escaped
        for byte in data:
            if escaped:
                escaped = False
            elif byte == ord('"'):
                inside = not inside
            else:
                escaped = inside and byte == ord("\\")
        return _Quotes(inside, escaped)


def _too_complex() -> BridgeError:
    message = "The answer's form became too complex to be followed. Ask for a simpler one."
    return BridgeError(400, message, code="invalid_value", param="response_format")
