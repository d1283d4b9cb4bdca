"""Writes one answer: prompt in, pieces of text out, token by token.

Runs in a thread of its own and tells what it makes through a callback; ends within a token when
cancelled. Knows nothing of HTTP.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import torch

from gateway.swarm import errors
from gateway.swarm.events import Begun, Event, Finished, Piece
from gateway.swarm.request import Request
from gateway.swarm.routes import Patience, Routes
from gateway.swarm.sampling import Sampler, SamplingDefaults
from gateway.swarm.session import SwarmFailure, SwarmSession
from gateway.swarm.text_stream import Detokenizer, StopStrings
from gateway.swarm.wire import FinishReason, Usage

logger = logging.getLogger("sepal.bridge")

# The longest answer to a request that names no length: caches for it are reserved from the start.
DEFAULT_MAX_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt in tokens, and how long the answer may get."""

    tokens: list[int]
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Client:
    """What generates: the model's embeddings, norm and head, and the ways to its blocks."""

    model: Any
    routes: Routes


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes answers with one model; may be used by several threads.

    Args:
        decode: text of token ids, special tokens left out.
        end_tokens: ids that end an answer.
        longest: seconds an answer may take altogether.
    """

    decode: Callable[[Any], str]
    end_tokens: Collection[int]
    patience: Patience = field(default_factory=Patience)
    defaults: SamplingDefaults = field(default_factory=SamplingDefaults)
    longest: float = 600.0

    def write(
        self,
        client: Client,
        prompt: Prompt,
        request: Request,
        tell: Callable[[Event], None],
        cancelled: threading.Event,
    ) -> None:
        """Write the answer to `prompt`, calling `tell` for each piece and once for its end.

        Raises:
            BridgeError: the swarm failed. Cancelled: `cancelled` was set.
        """
        length = len(prompt.tokens) + prompt.max_tokens
        try:
            with torch.inference_mode(), SwarmSession(client.routes, length, self.patience, cancelled) as session:
                self._write(client.model, session, prompt, request, tell)
        except SwarmFailure as failure:
            logger.warning("an answer failed: %s", failure.kind)
            raise self._as_error(failure) from None

    def _write(
        self,
        model: Any,
        session: SwarmSession,
        prompt: Prompt,
        request: Request,
        tell: Callable[[Event], None],
    ) -> None:
        deadline = time.monotonic() + self.longest
        sampler = Sampler(request.sampling, self.defaults)
        text, stops = Detokenizer(self.decode), StopStrings(request.stop)
        reason: FinishReason = "length"
        tokens = prompt.tokens
        count = 0
        while count < prompt.max_tokens:
            token = sampler.choose(_scores(model, session, tokens))
            if count == 0:
                tell(Begun(tuple(session.servers)))
            count += 1
            if token in self.end_tokens:
                reason = "stop"
                break
            if piece := stops.push(text.push(token)):
                tell(Piece(piece))
            if stops.met:
                reason = "stop"
                break
            if time.monotonic() > deadline:
                raise errors.timed_out(self.longest)
            tokens = [token]
        rest = stops.push(text.flush()) + stops.flush()
        if rest:
            tell(Piece(rest))
        if stops.met:
            reason = "stop"
        tell(Finished(reason, Usage(len(prompt.tokens), count)))

    def _as_error(self, failure: SwarmFailure) -> errors.BridgeError:
        if failure.kind == "silent":
            return errors.timed_out(self.patience.request)
        messages = {
            "no_route": "No server of the swarm runs some of the model's blocks.",
            "full": "The swarm's servers have no room for another answer of this length.",
        }
        return errors.unavailable(messages.get(failure.kind, "The swarm's servers failed, and no others took over."))


def _scores(model: Any, session: SwarmSession, tokens: list[int]) -> torch.Tensor:
    """Logits for the token after `tokens`, shape (vocabulary,)."""
    client = model.transformer
    states = client.word_embeddings_layernorm(client.word_embeddings(torch.tensor([tokens])))
    states = session.step(states)[:, -1:]
    scores: torch.Tensor = model.lm_head(client.ln_f(states))
    return scores[0, -1]
