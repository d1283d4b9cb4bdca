"""An engine's chunks, put into the order and shape that OpenAI's clients rely on.

Takes parsed chunks from any OpenAI-compatible engine and yields chunks: role first, content,
finish_reason, then usage alone. Knows nothing of HTTP.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.openai.checked import BrokenAnswer, checked, index_of, known_code, required
from gateway.openai.logprobs import CompletionLogprobs, chat_logprobs
from gateway.openai.tool_calls import ToolCalls
from gateway.openai.usage import UsageCount

__all__ = ["AnswerStream", "BrokenAnswer", "Chunk", "Kind", "has_content", "known_code"]

Chunk = dict[str, Any]
Kind = Literal["chat.completion.chunk", "text_completion"]

_TEXTS = ("content", "refusal", "reasoning_content")
_DELTA = (*_TEXTS, "tool_calls")
_PREFIX: dict[Kind, str] = {"chat.completion.chunk": "chatcmpl-", "text_completion": "cmpl-"}
_REASONS: dict[Kind, frozenset[str]] = {
    "chat.completion.chunk": frozenset({"stop", "length", "tool_calls", "content_filter", "function_call"}),
    "text_completion": frozenset({"stop", "length", "content_filter"}),
}
"""OpenAI's words for why an answer ended."""
_TOO_LONG = frozenset({"max_tokens", "max_length", "max_new_tokens"})
"""What other servers say for `length`; any other word means that the model had ended."""


@dataclass(slots=True)
class _Choice:
    """One choice on its way."""

    logprobs: CompletionLogprobs
    calls: ToolCalls = field(default_factory=ToolCalls)
    finished: bool = False


@dataclass(slots=True)
class AnswerStream:
    """Normalises the chunks of one answer.

    Attributes:
        kind: the `object` of every chunk.
        model: the model id to show.
        top: how many of the likeliest tokens the caller wants to see; None: as many as there are.
    """

    kind: Kind
    model: str
    top: int | None = None
    _choices: dict[int, _Choice] = field(default_factory=dict)
    _usage: UsageCount = field(default_factory=UsageCount)
    _base: dict[str, Any] = field(default_factory=dict)

    @property
    def usage(self) -> dict[str, Any] | None:
        """The engine's token counts, known once the stream has ended; None if it gave none."""
        return self._usage.total(len(self._choices))

    async def normalised(self, chunks: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
        """Yield clean chunks with choices; usage is kept in `usage`.

        Raises:
            BrokenAnswer: the engine reported an error, or the stream ended without finish_reason.
        """
        async for chunk in chunks:
            if chunk.get("error"):
                raise BrokenAnswer(known_code(chunk["error"]))
            choices = [required(choice, dict) for choice in required(chunk.get("choices"), list)]
            if chunk.get("usage"):
                self._usage.add(chunk["usage"], map(index_of, choices))
            if choices and not self._base:
                self._base = self._first(chunk)
            for choice in choices:
                for clean in self._clean(choice):
                    yield {**self._base, "choices": [clean]}
        if not self._choices or not all(choice.finished for choice in self._choices.values()):
            raise BrokenAnswer("ended_early")

    def _first(self, chunk: Chunk) -> dict[str, Any]:
        """What all chunks of an answer have in common."""
        given, created, prefix = chunk.get("id"), chunk.get("created"), _PREFIX[self.kind]
        if not isinstance(given, str) or not given:
            given = prefix + secrets.token_hex(12)
        base = {
            # llama.cpp's server names completions as chats.
            "id": re.sub("^chatcmpl-", prefix, given),
            "object": self.kind,
            "created": created if type(created) is int else int(time.time()),
            "model": self.model,
        }
        fingerprint = chunk.get("system_fingerprint")
        return base | ({"system_fingerprint": fingerprint} if isinstance(fingerprint, str) else {})

    def _clean(self, choice: dict[str, Any]) -> list[dict[str, Any]]:
        index = index_of(choice)
        known = self._choices.get(index)
        first = known is None
        if known is None:
            known = self._choices[index] = _Choice(CompletionLogprobs(self.top))
        elif known.finished:
            return []
        finish = self._reason(checked(choice.get("finish_reason"), str))
        known.finished = finish is not None
        logprobs = checked(choice.get("logprobs"), dict)
        if self.kind == "text_completion":
            text = checked(choice.get("text"), str) or ""
            shaped = known.logprobs.shaped(logprobs) if logprobs else None
            return [{"index": index, "text": text, "logprobs": shaped, "finish_reason": finish}]
        delta = _delta(choice, known.calls)
        clean = []
        if first:
            clean.append(_chat_choice(index, {"role": "assistant", "content": ""}, None, None))
        if any(delta.values()) or logprobs:
            clean.append(_chat_choice(index, delta, chat_logprobs(logprobs, self.top) if logprobs else None, None))
        if finish is not None:
            clean.append(_chat_choice(index, {}, None, finish))
        return clean

    def _reason(self, word: str | None) -> str | None:
        if word is None or word in _REASONS[self.kind]:
            return word
        return "length" if word in _TOO_LONG else "stop"


def _delta(choice: dict[str, Any], calls: ToolCalls) -> dict[str, Any]:
    given = checked(choice.get("delta"), dict) or {}
    delta = {key: text for key in _TEXTS if (text := checked(given.get(key), str)) is not None}
    if given.get("tool_calls") is not None and (made := calls.shaped(given["tool_calls"])):
        delta["tool_calls"] = made
    return delta


def _chat_choice(index: int, delta: dict[str, Any], logprobs: Any, finish: str | None) -> dict[str, Any]:
    return {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}


def has_content(chunk: Chunk) -> bool:
    """Whether the engine has begun to answer: some text, a tool call, or the end."""
    for choice in chunk.get("choices") or ():
        delta = choice.get("delta") or {}
        if choice.get("text") or choice.get("finish_reason") is not None:
            return True
        if any(delta.get(key) for key in _DELTA):
            return True
    return False
