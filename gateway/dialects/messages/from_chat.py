"""From a chat's answer to a Message, whole or in events. Source: Anthropic's API reference, "Streaming Messages"."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import orjson

from gateway.backends.run import Journey
from gateway.dialects.messages.errors import body_of
from gateway.dialects.openai import interrupted, too_late
from gateway.openai.sse import event
from gateway.openai.stream import BrokenAnswer, Chunk

Json = dict[str, Any]
_REASONS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}
_KINDS = {"content": "text", "refusal": "text", "reasoning_content": "thinking"}
"""Where a delta's text goes: the field of OpenAI's → the type of the block."""
_EMPTY: dict[str, Json] = {
    "text": {"type": "text", "text": ""},
    "thinking": {"type": "thinking", "thinking": "", "signature": ""},
}


class MessagesTeller:
    """Tells one answer as Anthropic's servers do."""

    def __init__(self) -> None:
        self._id = f"msg_{secrets.token_hex(12)}"

    async def whole(self, answer: Json) -> Json:
        """The answer as a Message."""
        choice = answer["choices"][0]
        return self._message(
            answer["model"], list(_blocks(choice["message"])), _reason(choice["finish_reason"]), answer.get("usage")
        )

    def _message(self, model: str, content: list[Json], reason: str | None, usage: Json | None) -> Json:
        return {
            "id": self._id,
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": content,
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": _usage(usage),
        }

    async def events(self, journey: Journey) -> AsyncGenerator[bytes, None]:
        """The answer's events as its chunks come."""
        blocks = _Blocks()
        reason = None
        started = False
        try:
            async for chunk in journey.chunks():
                if not started:
                    started = True
                    yield _event("message_start", message=self._message(chunk["model"], [], None, None))
                for choice in chunk["choices"]:
                    for part in blocks.events(choice):
                        yield part
                    reason = _reason(choice["finish_reason"]) or reason
        except BrokenAnswer as broken:
            yield _event("error", **body_of(interrupted(broken)))
            return
        for part in blocks.end():
            yield part
        yield _event("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage=_usage(journey.usage))
        yield _event("message_stop")

    def late(self) -> bytes:
        """An error event."""
        return _event("error", **body_of(too_late()))


class _Blocks:
    """The blocks of a streamed message: one at a time is open."""

    def __init__(self) -> None:
        self._index = -1
        self._open: tuple[str, int] | None = None

    def events(self, choice: Chunk) -> Iterator[bytes]:
        """What `choice` adds."""
        delta = choice["delta"]
        for field, kind in _KINDS.items():
            if delta.get(field):
                yield from self._begin((kind, 0), _EMPTY[kind])
                yield self._delta({"type": f"{kind}_delta", kind: delta[field]})
        for call in delta.get("tool_calls") or ():
            yield from self._call(call)

    def _call(self, call: Json) -> Iterator[bytes]:
        function = call.get("function") or {}
        key = ("tool_use", int(call.get("index") or 0))
        if self._open != key:
            block: Json = {
                "type": "tool_use",
                "id": call.get("id") or "",
                "name": function.get("name") or "",
                "input": {},
            }
            yield from self._begin(key, block)
        if function.get("arguments"):
            yield self._delta({"type": "input_json_delta", "partial_json": function["arguments"]})

    def _begin(self, key: tuple[str, int], block: Json) -> Iterator[bytes]:
        if self._open == key:
            return
        yield from self.end()
        self._index += 1
        self._open = key
        yield _event("content_block_start", index=self._index, content_block=block)

    def _delta(self, delta: Json) -> bytes:
        return _event("content_block_delta", index=self._index, delta=delta)

    def end(self) -> Iterator[bytes]:
        """Close the block that is open."""
        if self._open is not None:
            self._open = None
            yield _event("content_block_stop", index=self._index)


def _blocks(message: Json) -> Iterator[Json]:
    for field in ("reasoning_content", "content", "refusal"):
        if message.get(field):
            kind = _KINDS[field]
            yield {**_EMPTY[kind], kind: message[field]}
    for call in message.get("tool_calls") or ():
        function = call["function"]
        yield {"type": "tool_use", "id": call["id"], "name": function["name"], "input": _input(function["arguments"])}


def _input(arguments: str) -> Json:
    """The arguments as an object; a model that wrote none gave no input."""
    try:
        value = orjson.loads(arguments or "{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _reason(finish: str | None) -> str | None:
    return None if finish is None else _REASONS.get(finish, "end_turn")


def _usage(usage: Json | None) -> Json:
    counts = usage or {}
    return {"input_tokens": counts.get("prompt_tokens", 0), "output_tokens": counts.get("completion_tokens", 0)}


def _event(kind: str, **fields: Any) -> bytes:
    return event({"type": kind, **fields}, kind)
