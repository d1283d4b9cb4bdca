"""What a generation tells while it writes an answer: `Begun` once, then its parts, then `Finished`."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.swarm.call_parser import CallArguments, CallBegun
from gateway.swarm.logprobs import TokenLogprob
from gateway.swarm.wire import FinishReason, Usage


@dataclass(frozen=True, slots=True)
class Begun:
    """The first token is made. `servers`: ids of all servers that the prompt passed, in order."""

    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """More text of the answer, and the tokens that it completes; empty only where these have no text."""

    text: str
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer's regular end; nothing follows."""

    reason: FinishReason
    usage: Usage


Part = Piece | CallBegun | CallArguments
Event = Begun | Part | Finished
