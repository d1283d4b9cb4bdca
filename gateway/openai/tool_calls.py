"""Calls of tools on their way: each begins with its id, type and name, and goes on with arguments alone.

Clients join the parts of a stream by concatenation (OpenAI's own `accumulate_delta`), so what an engine says again
must not be said again. Knows nothing of choices.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from gateway.openai.checked import checked, index_of, required

Call = dict[str, Any]


@dataclass(slots=True)
class ToolCalls:
    """The calls of one choice."""

    _names: dict[int, str] = field(default_factory=dict, repr=False)

    def shaped(self, given: Any) -> list[Call]:
        """The parts of calls that an engine sent, as OpenAI sends them.

        Raises:
            BrokenAnswer: they make no sense.
        """
        return [shaped for call in checked(given, list) or () if (shaped := self._part(required(call, dict)))]

    def _part(self, call: Call) -> Call | None:
        index = index_of(call)
        function = checked(call.get("function"), dict) or {}
        id_, name = checked(call.get("id"), str), checked(function.get("name"), str) or ""
        arguments = checked(function.get("arguments"), str) or ""
        if index not in self._names:
            self._names[index] = name
            id_ = id_ or f"call_{secrets.token_hex(12)}"
            return {
                "index": index, "id": id_, "type": "function", "function": {"name": name, "arguments": arguments},
            }  # fmt: skip
        if name == self._names[index]:
            name = ""
        self._names[index] += name
        more = {key: text for key, text in (("name", name), ("arguments", arguments)) if text}
        return {"index": index, "function": more} if more else None


def add_tool_call(calls: list[Call], part: Call) -> None:
    """Join `part` to the whole calls of an answer."""
    index = int(part.get("index") or 0)
    while len(calls) <= index:
        calls.append({"id": "", "type": "function", "function": {"name": "", "arguments": ""}})
    call = calls[index]
    call["id"] = part.get("id") or call["id"]
    function = part.get("function") or {}
    call["function"]["name"] += function.get("name") or ""
    call["function"]["arguments"] += function.get("arguments") or ""
