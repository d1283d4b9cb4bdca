"""OpenAI's shapes for answers: whole objects and stream chunks, for chat and for plain completions.

Follows OpenAI's API reference ("The chat completion object", "... chunk object", "The completion
object"). Pure; knows nothing of how text came about.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.swarm.request import Endpoint

DONE = b"data: [DONE]\n\n"
FinishReason = Literal["stop", "length"]


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

    def opening(self) -> list[dict[str, Any]]:
        """Chunks before the first text: the role, in a chat."""
        return [self._chunk({"delta": {"role": "assistant", "content": ""}})] if self.endpoint == "chat" else []

    def text(self, text: str) -> dict[str, Any]:
        """A chunk that adds `text`."""
        return self._chunk({"delta": {"content": text}} if self.endpoint == "chat" else {"text": text})

    def finish(self, reason: FinishReason) -> dict[str, Any]:
        """The chunk that says why the answer ended."""
        return self._chunk({"delta": {}} if self.endpoint == "chat" else {"text": ""}, reason)

    def usage(self, usage: Usage) -> dict[str, Any]:
        """The last chunk, if usage was asked for: no choices."""
        return self._frame(self._chunk_kind, [], usage)

    def whole(self, text: str, reason: FinishReason, usage: Usage) -> dict[str, Any]:
        """The answer in one piece."""
        choice: dict[str, Any] = {"index": 0, "logprobs": None, "finish_reason": reason}
        if self.endpoint == "chat":
            choice["message"] = {"role": "assistant", "content": text, "refusal": None}
        else:
            choice["text"] = text
        return self._frame(self._chunk_kind.removesuffix(".chunk"), [choice], usage)

    @property
    def _chunk_kind(self) -> str:
        return "chat.completion.chunk" if self.endpoint == "chat" else "text_completion"

    def _chunk(self, content: dict[str, Any], reason: FinishReason | None = None) -> dict[str, Any]:
        choice = {"index": 0, **content, "logprobs": None, "finish_reason": reason}
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
