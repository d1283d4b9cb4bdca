"""An engine's chunks, put into the order and shape that OpenAI's clients rely on.

Takes parsed chunks from any OpenAI-compatible engine and yields chunks: role first, content,
finish_reason, then usage alone. Knows nothing of HTTP.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Literal

Chunk = dict[str, Any]
Kind = Literal["chat.completion.chunk", "text_completion"]

_KEEP = ("id", "object", "created", "model", "system_fingerprint")
_DELTA = ("content", "tool_calls", "refusal", "reasoning_content")
_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")
_DETAILS = {
    "prompt_tokens_details": ("cached_tokens", "audio_tokens"),
    "completion_tokens_details": (
        "reasoning_tokens",
        "audio_tokens",
        "accepted_prediction_tokens",
        "rejected_prediction_tokens",
    ),
}
# OpenAI's upper bounds of `n` and of tools; an index above would only cost memory.
_MAX_INDEX = 128
# What engines call their faults. Any other word could be the prompt's.
_CODES = frozenset(
    {
        "context_length_exceeded", "engine_error", "internal_error", "invalid_request_error", "overloaded_error",
        "rate_limit_error", "rate_limit_exceeded", "server_error", "swarm_timeout", "swarm_unavailable",
        "timeout", "too_many_requests", "unavailable_error",
    }
)  # fmt: skip


class BrokenAnswer(Exception):
    """An engine's answer ended too early or made no sense. `code` is a word, never content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class AnswerStream:
    """Normalises the chunks of one answer.

    Attributes:
        kind: the `object` of every chunk.
        model: the model id to show.
        usage: the engine's token counts, known once the stream has ended; None if it gave none.
    """

    kind: Kind
    model: str
    usage: dict[str, Any] | None = None
    _started: set[int] = field(default_factory=set)
    _finished: set[int] = field(default_factory=set)

    async def normalised(self, chunks: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
        """Yield clean chunks with choices; usage is kept in `usage`.

        Raises:
            BrokenAnswer: the engine reported an error, or the stream ended without finish_reason.
        """
        async for chunk in chunks:
            if chunk.get("error"):
                raise BrokenAnswer(known_code(chunk["error"]))
            if isinstance(usage := chunk.get("usage"), dict):
                self.usage = _counts(usage)
            choices = chunk.get("choices")
            if not isinstance(choices, list):
                raise BrokenAnswer("malformed_chunk")
            base = {key: chunk[key] for key in _KEEP if chunk.get(key) is not None}
            base |= {"object": self.kind, "model": self.model}
            for choice in choices:
                for clean in self._choice(choice):
                    yield {**base, "choices": [clean]}
        if not self._finished or self._started - self._finished:
            raise BrokenAnswer("ended_early")

    def _choice(self, choice: Any) -> list[dict[str, Any]]:
        choice = _object(choice)
        index = _index(choice)
        if index in self._finished:
            return []
        finish = _checked(choice.get("finish_reason"), str)
        logprobs = _checked(choice.get("logprobs"), dict)
        first = index not in self._started
        self._started.add(index)
        if finish is not None:
            self._finished.add(index)
        if self.kind == "text_completion":
            text = _checked(choice.get("text"), str) or ""
            return [{"index": index, "text": text, "logprobs": logprobs, "finish_reason": finish}]
        delta = _delta(choice)
        clean = []
        if first:
            clean.append(_chat_choice(index, {"role": "assistant", "content": ""}, None, None))
        if any(delta.values()) or logprobs:
            clean.append(_chat_choice(index, delta, logprobs, None))
        if finish is not None:
            clean.append(_chat_choice(index, {}, None, finish))
        return clean


def _checked(value: Any, kind: type[Any]) -> Any:
    """`value`, which an engine sent, if it is a `kind` or nothing.

    Raises:
        BrokenAnswer: it is something else.
    """
    if value is not None and not isinstance(value, kind):
        raise BrokenAnswer("malformed_chunk")
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BrokenAnswer("malformed_chunk")
    return value


def _index(item: dict[str, Any]) -> int:
    index = item.get("index") or 0
    if type(index) is not int or not 0 <= index < _MAX_INDEX:
        raise BrokenAnswer("malformed_chunk")
    return index


def _delta(choice: dict[str, Any]) -> dict[str, Any]:
    delta = {}
    for key, value in (_checked(choice.get("delta"), dict) or {}).items():
        if key in _DELTA and value is not None:
            delta[key] = _tool_calls(value) if key == "tool_calls" else _checked(value, str)
    return delta


def _tool_calls(calls: Any) -> list[dict[str, Any]]:
    """The calls, if the assembler can put them together."""
    for call in map(_object, _checked(calls, list)):
        function = _checked(call.get("function"), dict) or {}
        _index(call)
        for text in (call.get("id"), function.get("name"), function.get("arguments")):
            _checked(text, str)
    return list(calls)


def _counts(usage: dict[str, Any]) -> dict[str, Any]:
    """Token counts and nothing else, since they go into the audit."""
    counts: dict[str, Any] = {key: usage[key] for key in _COUNTS if _is_count(usage.get(key))}
    for name, keys in _DETAILS.items():
        details = usage.get(name)
        if isinstance(details, dict):
            counts[name] = {key: details[key] for key in keys if _is_count(details.get(key))}
    return counts


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _chat_choice(index: int, delta: dict[str, Any], logprobs: Any, finish: str | None) -> dict[str, Any]:
    return {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}


def known_code(error: Any) -> str:
    """The code of an engine's error object if it is one that engines are known to send, else `engine_error`."""
    for key in ("code", "type"):
        word = error.get(key) if isinstance(error, dict) else None
        if isinstance(word, str) and word in _CODES:
            return word
    return "engine_error"


def has_content(chunk: Chunk) -> bool:
    """Whether the engine has begun to answer: some text, a tool call, or the end."""
    for choice in chunk.get("choices") or ():
        delta = choice.get("delta") or {}
        if choice.get("text") or choice.get("finish_reason") is not None:
            return True
        if any(delta.get(key) for key in _DELTA):
            return True
    return False


@dataclass(slots=True)
class Assembler:
    """Puts normalised chunks together into the answer that a caller gets who does not stream."""

    kind: Kind
    _base: dict[str, Any] = field(default_factory=dict)
    _choices: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, chunk: Chunk) -> None:
        """Take one normalised chunk."""
        self._base = self._base or {key: value for key, value in chunk.items() if key != "choices"}
        for part in chunk["choices"]:
            if self.kind == "text_completion":
                self._text(part)
            else:
                self._chat(part)

    def _choice(self, index: int, start: dict[str, Any]) -> dict[str, Any]:
        return self._choices.setdefault(index, {"index": index, **start, "logprobs": None, "finish_reason": None})

    def _text(self, part: dict[str, Any]) -> None:
        choice = self._choice(part["index"], {"text": ""})
        choice["text"] += part["text"]
        choice["finish_reason"] = part["finish_reason"] or choice["finish_reason"]
        if part["logprobs"]:
            _extend(choice, part["logprobs"])

    def _chat(self, part: dict[str, Any]) -> None:
        choice = self._choice(part["index"], {"message": {"role": "assistant", "content": None, "refusal": None}})
        message = choice["message"]
        for key in ("content", "refusal", "reasoning_content"):
            if key in part["delta"]:
                message[key] = (message.get(key) or "") + part["delta"][key]
        for call in part["delta"].get("tool_calls") or ():
            _add_tool_call(message.setdefault("tool_calls", []), call)
        choice["finish_reason"] = part["finish_reason"] or choice["finish_reason"]
        if part["logprobs"]:
            _extend(choice, part["logprobs"])

    def answer(self, usage: dict[str, Any] | None) -> dict[str, Any]:
        """The whole answer."""
        choices = [self._choices[index] for index in sorted(self._choices)]
        for choice in choices:
            message = choice.get("message")
            if message and message.get("tool_calls") and not message["content"]:
                message["content"] = None
        kind = "chat.completion" if self.kind == "chat.completion.chunk" else self.kind
        answer = {**self._base, "object": kind, "choices": choices}
        return {**answer, "usage": usage} if usage else answer


def _extend(choice: dict[str, Any], logprobs: dict[str, Any]) -> None:
    kept = choice["logprobs"] = choice["logprobs"] or {}
    for key, value in logprobs.items():
        if isinstance(value, list):
            earlier = kept.get(key)
            kept[key] = [*earlier, *value] if isinstance(earlier, list) else value
        else:
            kept.setdefault(key, value)


def _add_tool_call(calls: list[dict[str, Any]], delta: dict[str, Any]) -> None:
    index = int(delta.get("index") or 0)
    while len(calls) <= index:
        calls.append({"id": "", "type": "function", "function": {"name": "", "arguments": ""}})
    call = calls[index]
    call["id"] = delta.get("id") or call["id"]
    function = delta.get("function") or {}
    call["function"]["name"] += function.get("name") or ""
    call["function"]["arguments"] += function.get("arguments") or ""
