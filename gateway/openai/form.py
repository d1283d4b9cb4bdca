"""What a request asks of the form of its answer, whoever gives it: how many choices, log probabilities, an echo.

Knows nothing of engines or HTTP.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from gateway.openai.stream import Chunk
from gateway.openai.wire import ChatRequest, CompletionRequest, Request


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one answer.

    Attributes:
        answers: how many choices each prompt has.
        top: how many of the likeliest tokens stand beside each one; None: as many as the engine gives.
        echo: the prompts, in their order, if each choice begins with its own and the engine does not say it.
    """

    answers: int = 1
    top: int | None = None
    echo: tuple[str, ...] = field(default=(), repr=False)

    async def echoed(self, chunks: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
        """A completion's `chunks`, each choice with its prompt in front."""
        begun: set[int] = set()
        async for chunk in chunks:
            for choice in chunk["choices"]:
                if choice["index"] not in begun:
                    begun.add(choice["index"])
                    yield {**chunk, "choices": [self._prompt(choice["index"])]}
            yield chunk

    def _prompt(self, index: int) -> dict[str, Any]:
        prompt = self.echo[min(index // self.answers, len(self.echo) - 1)]
        return {"index": index, "text": prompt, "logprobs": None, "finish_reason": None}


def form_of(request: Request) -> Form:
    """The form that `request` asks for."""
    if isinstance(request, ChatRequest):
        return Form(request.n or 1, (request.top_logprobs or 0) if request.logprobs else None)
    if isinstance(request, CompletionRequest):
        return Form(request.n or 1, request.logprobs, tuple(prompts(request)) if echoed_here(request) else ())
    return Form()


def echoed_here(request: CompletionRequest) -> bool:
    """Whether the echo that is asked for needs no engine: it is text, without log probabilities."""
    return bool(request.echo) and request.logprobs is None and bool(prompts(request))


def prompts(request: CompletionRequest) -> list[str]:
    """The prompts of a completion, if they are texts."""
    given = [request.prompt] if isinstance(request.prompt, str) else request.prompt
    return [one for one in given if isinstance(one, str)]


def one_by_one(request: CompletionRequest) -> list[CompletionRequest]:
    """A request for each of the prompts of `request`: the same but for the prompt, which is no list of prompts."""
    if isinstance(request.prompt, str) or not request.prompt or isinstance(request.prompt[0], int):
        return [request]
    return [request.model_copy(update={"prompt": prompt}) for prompt in request.prompt]
