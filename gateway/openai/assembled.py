"""The whole answer that a caller gets who does not stream, put together from normalised chunks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gateway.openai.stream import Chunk, Kind
from gateway.openai.tool_calls import add_tool_call


@dataclass(slots=True)
class Assembler:
    """Takes the chunks of one answer, one by one."""

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
            add_tool_call(message.setdefault("tool_calls", []), call)
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
        earlier = kept.get(key)
        if isinstance(value, list) and isinstance(earlier, list):
            kept[key] = [*earlier, *value]
        elif earlier is None:
            kept[key] = value
