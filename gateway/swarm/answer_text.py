"""Turns an answer's tokens into what may be told of it: text, its log probabilities, calls of tools.

Holds back what may become a stop string, a call or a character, and says when the answer ends. Knows
nothing of where tokens come from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from gateway.swarm.call_parser import CallParser
from gateway.swarm.events import Part, Piece
from gateway.swarm.logprobs import Ledger, TokenLogprob
from gateway.swarm.text_stream import Detokenizer, StopStrings
from gateway.swarm.wire import FinishReason


class AnswerText:
    """One answer.

    Args:
        decode: the text of token ids.
        ends: token ids that end an answer.
        most: tokens that it may have.
        stops: texts that end it and are not shown.
        calls: finds calls of tools; None: there are none to find.
        one_call: the first call ends it.

    Attributes:
        length: tokens so far, the last one that ended it included.
        reason: why it has ended; None while it goes on.
    """

    def __init__(
        self,
        decode: Callable[[Any], str],
        ends: Collection[int],
        most: int,
        stops: Sequence[str] = (),
        calls: CallParser | None = None,
        *,
        one_call: bool = False,
    ) -> None:
        self._text, self._stops, self._calls = Detokenizer(decode), StopStrings(stops), calls
        self._ends, self._most, self._one_call = ends, most, one_call
        self._ledger = Ledger()
        self._shown = 0
        self.length = 0
        self.reason: FinishReason | None = None

    @property
    def room(self) -> int:
        """How many tokens may still come."""
        return self._most - self.length

    def add(self, token: int, logprob: TokenLogprob | None = None) -> list[Part]:
        """What `token` makes certain. Not to be called after the end."""
        self.length += 1
        if token in self._ends:
            self.reason = "stop"
            return []
        if logprob is not None:
            self._ledger.add(logprob)
        parts = self._push(self._text.push(token))
        if self._stops.met or (self._one_call and self._calls is not None and self._calls.ended):
            self.reason = "stop"
        elif self.length >= self._most:
            self.reason = "length"
        return parts

    def finish(self) -> list[Part]:
        """What is left. Sets `reason` where nothing else ended it."""
        parts = self._push(self._text.flush())
        self._ledger.place("")
        rest = self._stops.flush()
        parts += self._shown_parts(rest)
        if self._calls is not None:
            parts += [self._piece(part) if isinstance(part, str) else part for part in self._calls.flush()]
        if not self._stops.met and (left := self._taken()):
            parts.append(Piece("", left))
        if self._stops.met or self.reason is None:
            self.reason = "stop"
        if self._calls is not None and self._calls.begun and self.reason == "stop":
            self.reason = "tool_calls"
        return parts

    def _push(self, text: str) -> list[Part]:
        if text:
            self._ledger.place(text)
        return self._shown_parts(self._stops.push(text))

    def _shown_parts(self, text: str) -> list[Part]:
        if not text:
            return []
        found = [text] if self._calls is None else self._calls.push(text)
        return [self._piece(part) if isinstance(part, str) else part for part in found]

    def _piece(self, text: str) -> Piece:
        self._shown += len(text)
        return Piece(text, self._taken())

    def _taken(self) -> tuple[TokenLogprob, ...]:
        # Text that follows a call has no log probabilities: what became of the call is no text.
        return () if self._calls is not None and self._calls.begun else self._ledger.take(self._shown)
