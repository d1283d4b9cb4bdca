"""OpenAI's shapes for answers: whole objects and stream chunks, for chat and for plain completions.

Follows OpenAI's API reference ("The chat completion object", "... chunk object", "The completion
object"). Pure; knows nothing of how text came about.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.swarm.logprobs import TokenLogprob, as_chat, as_completion
from gateway.swarm.request import Endpoint

DONE = b"data: [DONE]\n\n"
FinishReason = Literal["stop", "length", "tool_calls"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a prompt and of its answer."""

    prompt_tokens: int
    completion_tokens: int

    def as_json(self) -> dict[str, int]:
        """OpenAI's usage object."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
        }


@dataclass(slots=True)
class WholeAnswer:
    """One answer, put together from its parts. `logprobs` None: they were not asked for."""

    text: str = ""
    logprobs: list[TokenLogprob] | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)
    reason: FinishReason | None = None


def call_begun(index: int, id: str, name: str) -> dict[str, Any]:  # noqa: A002 - OpenAI's word
    """The first part of call number `index` of an answer."""
    return {"index": index, "id": id, "type": "function", "function": {"name": name, "arguments": ""}}


def call_arguments(index: int, text: str) -> dict[str, Any]:
    """More of the arguments of call number `index`."""
    return {"index": index, "function": {"arguments": text}}


def event(data: object) -> bytes:
    """One server-sent event with `data` as JSON."""
    return b"data: " + encode(data) + b"\n\n"


def encode(data: object) -> bytes:
    """`data` as compact JSON in UTF-8."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Wire:
    """The shapes of one answer: they share its id and time."""

    endpoint: Endpoint
    model: str
    usage_follows: bool = False
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    created: int = field(default_factory=lambda: int(time.time()))

    def opening(self, answers: int = 1) -> list[dict[str, Any]]:
        """Chunks before the first text: the role of each answer, in a chat."""
        delta = {"delta": {"role": "assistant", "content": ""}}
        return [self._chunk(index, delta) for index in range(answers)] if self.endpoint == "chat" else []

    def text(self, index: int, text: str, logprobs: Sequence[TokenLogprob] = ()) -> dict[str, Any]:
        """A chunk that adds `text` to answer number `index`, and the tokens that it completes."""
        content = {"delta": {"content": text}} if self.endpoint == "chat" else {"text": text}
        return self._chunk(index, content, logprobs=self._logprobs(logprobs) if logprobs else None)

    def call(self, index: int, call: dict[str, Any]) -> dict[str, Any]:
        """A chunk with a part of a call of a tool, see `call_begun` and `call_arguments`."""
        return self._chunk(index, {"delta": {"tool_calls": [call]}})

    def finish(self, index: int, reason: FinishReason) -> dict[str, Any]:
        """The chunk that says why an answer ended."""
        return self._chunk(index, {"delta": {}} if self.endpoint == "chat" else {"text": ""}, reason)

    def usage(self, usage: Usage) -> dict[str, Any]:
        """The last chunk, if usage was asked for: no choices."""
        return self._frame(self._chunk_kind, [], usage)

    def whole(self, answers: Sequence[WholeAnswer], usage: Usage) -> dict[str, Any]:
        """The answers in one piece."""
        choices = [self._choice(index, answer) for index, answer in enumerate(answers)]
        return self._frame(self._chunk_kind.removesuffix(".chunk"), choices, usage)

    def _choice(self, index: int, answer: WholeAnswer) -> dict[str, Any]:
        logprobs = None if answer.logprobs is None else self._logprobs(answer.logprobs)
        choice: dict[str, Any] = {"index": index, "logprobs": logprobs, "finish_reason": answer.reason}
        if self.endpoint == "completions":
            return choice | {"text": answer.text}
        message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": None}
        if answer.calls:
            message |= {"content": answer.text or None, "tool_calls": answer.calls}
        return choice | {"message": message}

    def _logprobs(self, tokens: Sequence[TokenLogprob]) -> dict[str, Any]:
        return as_chat(tokens) if self.endpoint == "chat" else as_completion(tokens)

    @property
    def _chunk_kind(self) -> str:
        return "chat.completion.chunk" if self.endpoint == "chat" else "text_completion"

    def _chunk(
        self,
        index: int,
        content: dict[str, Any],
        reason: FinishReason | None = None,
        logprobs: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        choice = {"index": index, **content, "logprobs": logprobs, "finish_reason": reason}
        return self._frame(self._chunk_kind, [choice], None)

    def _frame(self, kind: str, choices: list[dict[str, Any]], usage: Usage | None) -> dict[str, Any]:
        frame: dict[str, Any] = {
            "id": ("chatcmpl-" if self.endpoint == "chat" else "cmpl-") + self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
        }
        if usage is not None:
            frame["usage"] = usage.as_json()
        elif self.usage_follows:
            frame["usage"] = None
        return frame
