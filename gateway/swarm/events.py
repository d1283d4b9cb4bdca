"""What a generation tells while it writes an answer. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.swarm.wire import FinishReason, Usage


@dataclass(frozen=True, slots=True)
class Piece:
    """More text of the answer; empty only where the first token is not yet text."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer's regular end; nothing follows."""

    reason: FinishReason
    usage: Usage


Event = Piece | Finished
