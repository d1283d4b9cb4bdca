"""Writes one answer: prompt in, parts of the answer out, token by token.

Runs in a thread of its own and tells what it makes through a callback; ends within a token when
cancelled. Knows nothing of HTTP.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch

from gateway.swarm import errors
from gateway.swarm.answer_text import AnswerText
from gateway.swarm.call_format import CallFormat
from gateway.swarm.call_parser import CallParser
from gateway.swarm.constraint import Constraint
from gateway.swarm.echo import Echo
from gateway.swarm.events import Begun, Event, Finished
from gateway.swarm.logprobs import Likelihood, TokenLogprob, measure
from gateway.swarm.next_tokens import NextTokens, write
from gateway.swarm.request import Request
from gateway.swarm.routes import Patience, Routes
from gateway.swarm.sampling import Sampler, SamplingDefaults
from gateway.swarm.session import SwarmFailure, SwarmSession
from gateway.swarm.wire import Usage

logger = logging.getLogger("sepal.bridge")

# The longest answer to a request that names no length: caches for it are reserved from the start.
DEFAULT_MAX_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt in tokens, and what its answers may be.

    Attributes:
        max_tokens: how long an answer may get; 0: it is the echo alone.
        constraint: keeps one answer in the form that was asked for; made anew for each. None: any text.
        calls: how the model writes calls of tools; None: it was offered none.
        echo: the prompt as the answer's beginning; None: it is not wanted.
    """

    tokens: list[int]
    max_tokens: int
    constraint: Callable[[], Constraint] | None = None
    calls: CallFormat | None = None
    echo: Echo | None = None


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
        decode_calls: the same, but with those that mark calls of tools.
        data: bytes of a token id.
        end_tokens: ids that end an answer.
        longest: seconds an answer may take altogether.
    """

    decode: Callable[[Any], str]
    decode_calls: Callable[[Any], str]
    data: Callable[[int], bytes]
    end_tokens: Collection[int]
    patience: Patience = field(default_factory=Patience)
    defaults: SamplingDefaults = field(default_factory=SamplingDefaults)
    longest: float = 600.0

    def write(
        self,
        client: Client,
        prompt: Prompt,
        request: Request,
        index: int,
        tell: Callable[[Event], None],
        cancelled: threading.Event,
    ) -> None:
        """Write answer number `index` to `prompt`, calling `tell` for each part and once for its end.

        Raises:
            BridgeError: the swarm failed. Cancelled: `cancelled` was set.
        """
        length = len(prompt.tokens) + prompt.max_tokens
        next_tokens = NextTokens(
            Sampler(request.sampling, self.defaults, index),
            prompt.constraint() if prompt.constraint else None,
            self.end_tokens,
            None if request.logprobs is None else partial(measure, count=request.logprobs, data=self.data),
        )
        try:
            with torch.inference_mode(), SwarmSession(client.routes, length, self.patience, cancelled) as session:
                self._write(client.model, session, prompt, next_tokens, self._text(prompt, request), tell)
        except SwarmFailure as failure:
            logger.warning("an answer failed: %s", failure.kind)
            raise self._as_error(failure) from None

    def _text(self, prompt: Prompt, request: Request) -> AnswerText:
        tools, form = request.tools, prompt.calls
        return AnswerText(
            self.decode_calls if form else self.decode,
            self.end_tokens,
            prompt.max_tokens,
            request.stop,
            CallParser(form, {tool.name for tool in tools.offered}) if form else None,
            one_call=not tools.several,
        )

    def _write(
        self,
        model: Any,
        session: SwarmSession,
        prompt: Prompt,
        next_tokens: NextTokens,
        answer: AnswerText,
        tell: Callable[[Event], None],
    ) -> None:
        deadline = time.monotonic() + self.longest

        def scores_after(tokens: list[int]) -> torch.Tensor:
            if time.monotonic() > deadline:
                raise errors.timed_out(self.longest)
            return _scores(model, session, tokens)

        echo = prompt.echo
        first, known = self._first(model, session, prompt, next_tokens.measure)
        tell(Begun(tuple(session.servers)))
        if echo is not None:
            tell(echo.piece(known))
        for part in write(first, scores_after, next_tokens, answer) if prompt.max_tokens else ():
            tell(part if echo is None else echo.behind(part))
        reason = answer.reason or ("stop" if prompt.max_tokens else "length")
        tell(Finished(reason, Usage(len(prompt.tokens), answer.length)))

    def _first(
        self, model: Any, session: SwarmSession, prompt: Prompt, measured: Callable[[Any, int], TokenLogprob] | None
    ) -> tuple[torch.Tensor, list[TokenLogprob]]:
        """The logits for the answer's first token, and what the model says of those of an echoed prompt."""
        tokens = prompt.tokens
        if prompt.echo is None or measured is None:
            return (_scores(model, session, tokens) if prompt.max_tokens else torch.empty(0)), []
        known = [TokenLogprob(Likelihood(self.data(tokens[0]), None), ())]
        for states in session.steps(_embedded(model, tokens)):
            scores = model.lm_head(model.transformer.ln_f(states))[0]
            here = tokens[len(known) : len(known) + len(scores)]
            known += [measured(row, token) for row, token in zip(scores, here, strict=False)]
        return scores[-1], known

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
    states = session.step(_embedded(model, tokens))[:, -1:]
    scores: torch.Tensor = model.lm_head(model.transformer.ln_f(states))
    return scores[0, -1]


def _embedded(model: Any, tokens: list[int]) -> torch.Tensor:
    client = model.transformer
    states: torch.Tensor = client.word_embeddings_layernorm(client.word_embeddings(torch.tensor([tokens])))
    return states
