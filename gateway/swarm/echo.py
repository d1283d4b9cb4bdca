"""A completion's prompt in front of its answer (`echo`), with the log probabilities of its tokens if they are wanted.

Follows OpenAI's API reference ("Create completion", `echo`). Knows nothing of the swarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.swarm.events import Part, Piece
from gateway.swarm.logprobs import TokenLogprob


@dataclass(frozen=True, slots=True)
class Echo:
    """The prompt's text, and where in it each of its tokens begins, in characters."""

    text: str
    offsets: tuple[int, ...]

    def piece(self, logprobs: Sequence[TokenLogprob]) -> Piece:
        """The prompt as the answer's first part; `logprobs`: of each of its tokens, or none at all."""
        placed = [replace(one, offset=at) for one, at in zip(logprobs, self.offsets, strict=bool(logprobs))]
        return Piece(self.text, tuple(placed))

    def behind(self, part: Part) -> Part:
        """A part of the answer, its places counted from the prompt's beginning."""
        if not isinstance(part, Piece):
            return part
        start = len(self.text)
        return Piece(part.text, tuple(replace(one, offset=one.offset + start) for one in part.logprobs))
