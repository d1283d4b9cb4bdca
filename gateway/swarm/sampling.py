"""Chooses the next token from the model's scores.

Each answer has a random generator of its own, so the same seed gives the same answers whatever else
runs. Knows nothing of text or of where scores come from.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import torch

from gateway.swarm.request import Sampling

# Nearly every nucleus is smaller, and the top of 49,152 scores is found 10 times faster than their order.
_USUAL_NUCLEUS = 512
# Bans by so much that nothing else is drawn, and yet finite: where a constraint allows banned tokens alone,
# one of them is taken.
_BANNED = -1e4


@dataclass(frozen=True, slots=True)
class SamplingDefaults:
    """What a request gets that names no value: llama.cpp's own defaults, so both engines answer alike."""

    temperature: float = 0.8
    top_p: float = 0.95


class Sampler:
    """Chooses the tokens of one answer, one after the other.

    Args:
        index: the answer's among those to one request; each has a seed of its own.
    """

    def __init__(self, sampling: Sampling, defaults: SamplingDefaults, index: int = 0) -> None:
        self._temperature = defaults.temperature if sampling.temperature is None else sampling.temperature
        self._top_p = defaults.top_p if sampling.top_p is None else sampling.top_p
        self._frequency, self._presence = sampling.frequency_penalty, sampling.presence_penalty
        self._biased = torch.tensor(list(sampling.bias), dtype=torch.int64)
        biases = [_BANNED if bias <= -100 else bias for bias in sampling.bias.values()]
        self._biases = torch.tensor(biases, dtype=torch.float32)
        self._counts: dict[int, int] = {}
        self._random = torch.Generator()
        seed = secrets.randbits(63) if sampling.seed is None else seed_of(sampling.seed, index)
        self._random.manual_seed(seed if seed < 2**63 else seed - 2**64)

    def choose(self, scores: torch.Tensor, allowed: torch.Tensor | None = None) -> int:
        """The next token's id.

        Args:
            scores: logits over the vocabulary, shape (vocabulary,).
            allowed: which tokens may be chosen, of the same shape; None = all.
        """
        scores = self._penalised(self._with_biases(scores.float()))
        if allowed is not None:
            scores = scores[: len(allowed)].masked_fill(~allowed[: len(scores)], -torch.inf)
        return int(scores.argmax()) if self._temperature == 0 else self._draw(scores / self._temperature)

    def count(self, token: int) -> None:
        """Take `token` as one of the answer, for the penalties."""
        self._counts[token] = self._counts.get(token, 0) + 1

    def _draw(self, scores: torch.Tensor) -> int:
        if self._top_p >= 1:
            probabilities = torch.softmax(scores, dim=-1)
            return int(torch.multinomial(probabilities, 1, generator=self._random))
        log_total = torch.logsumexp(scores, dim=-1)
        for size in (min(_USUAL_NUCLEUS, len(scores)), len(scores)):
            best, ids = scores.topk(size)
            probabilities = (best - log_total).exp()
            before = probabilities.cumsum(-1) - probabilities
            if size == len(scores) or float(before[-1]) >= self._top_p:
                break
        # The most likely token always stays, whatever top_p is (0 is greedy).
        nucleus = max(1, int((before < self._top_p).sum()))
        place = int(torch.multinomial(probabilities[:nucleus], 1, generator=self._random))
        return int(ids[place])

    def _with_biases(self, scores: torch.Tensor) -> torch.Tensor:
        return scores.index_add(0, self._biased, self._biases) if len(self._biased) else scores

    def _penalised(self, scores: torch.Tensor) -> torch.Tensor:
        if not self._counts or not (self._frequency or self._presence):
            return scores
        ids = torch.tensor(list(self._counts))
        counts = torch.tensor(list(self._counts.values()), dtype=scores.dtype)
        scores = scores.clone()
        scores[ids] -= counts * self._frequency + self._presence
        return scores


def seed_of(seed: int, index: int) -> int:
    """The seed of answer number `index`, from 0 to 2**64 - 1; the first one's is the request's own."""
    if not index:
        return seed % 2**64
    digest = hashlib.blake2b(f"{seed}:{index}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
