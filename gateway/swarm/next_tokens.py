"""Writes an answer token by token: those that are chosen by the model's scores, and those that its form forces.

Knows nothing of where scores come from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.swarm.answer_text import AnswerText
from gateway.swarm.constraint import Constraint
from gateway.swarm.events import Part
from gateway.swarm.logprobs import TokenLogprob
from gateway.swarm.sampling import Sampler
from gateway.swarm.wire import FinishReason


@dataclass(frozen=True, slots=True)
class NextTokens:
    """The tokens of one answer, one after the other.

    Args:
        constraint: keeps the answer in a form; None: it may be any text.
        end_tokens: ids that end an answer.
        measure: tells the log probabilities of a token, if they are wanted. Then no token is taken without
            scores of its own.
    """

    sampler: Sampler
    constraint: Constraint | None
    end_tokens: Collection[int]
    measure: Callable[[Any, int], TokenLogprob] | None

    def choose(self, scores: Any, room: int) -> list[tuple[int, TokenLogprob | None]]:
        """The next tokens, at most `room`, with their log probabilities; none where the form ends the answer.

        Args:
            scores: logits over the vocabulary, shape (vocabulary,).
        """
        constraint = self.constraint
        token = self.sampler.choose(scores, constraint.allowed() if constraint else None)
        taken = [token]
        if constraint is not None and token not in self.end_tokens:
            taken = constraint.take(token, room, ahead=self.measure is None)
        for token in taken:
            self.sampler.count(token)
        return [(token, self.measure(scores, token) if self.measure else None) for token in taken]

    @property
    def ended(self) -> FinishReason | None:
        """Why the form lets nothing follow; None while something may."""
        if self.constraint is None or not self.constraint.ended:
            return None
        return "length" if self.constraint.cut else "stop"


def write(first: Any, after: Callable[[list[int]], Any], next_tokens: NextTokens, answer: AnswerText) -> Iterator[Part]:
    """Write `answer` to its end, yielding its parts.

    Args:
        first: scores for its first token.
        after: makes the scores for the token that follows some more tokens.
    """
    scores = first
    while answer.reason is None:
        chosen = next_tokens.choose(scores, answer.room)
        taken = []
        for token, logprob in chosen:
            taken.append(token)
            yield from answer.add(token, logprob)
            if answer.reason is not None:
                break
        if answer.reason != "stop" and len(taken) == len(chosen):
            answer.reason = next_tokens.ended or answer.reason
        if answer.reason is None:
            scores = after(taken)
    yield from answer.finish()
