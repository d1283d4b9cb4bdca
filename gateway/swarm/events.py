"""What a generation tells while it writes an answer: `Begun` once, then pieces, then `Finished`."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.swarm.wire import FinishReason, Usage


@dataclass(frozen=True, slots=True)
class Begun:
    """The first token is made. `servers`: ids of all servers that the prompt passed, in order."""

    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """More text of the answer, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer's regular end; nothing follows."""

    reason: FinishReason
    usage: Usage


Event = Begun | Piece | Finished
