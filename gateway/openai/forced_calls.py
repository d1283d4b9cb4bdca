"""A call of a tool that the model must make, asked for as JSON by a schema and told as a call.

For servers that show tools to their model but don't hold it to a call: llama.cpp's lets the model write any text
before a call that is `required`, and takes a named function for `auto`. Knows nothing of engines.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]
Json = dict[str, Any]

_ANY: Json = {"type": "object"}
_DEFINITIONS = ("$defs", "definitions")
_HEAD = re.compile(r'\s*\{\s*"name"\s*:\s*("(?:[^"\\]|\\.)*")\s*,\s*"arguments"\s*:\s*')


def forces_a_call(body: Mapping[str, Any]) -> bool:
    """Whether the answer to `body` must be a call, and nothing else."""
    return bool(_callable(body))


def by_schema(body: Body) -> Body:
    """`body`, which forces a call, so that the answer is the call's name and arguments as JSON.

    The tools stay, for the model to see; one that is named stays alone.
    """
    tools = _callable(body)
    schemas = [_call(tool["function"]) for tool in tools]
    schema: Json = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    schema |= _definitions(tools)
    format_ = {"type": "json_schema", "json_schema": {"schema": schema}}
    rest = {key: value for key, value in body.items() if key not in ("parallel_tool_calls", "logprobs", "top_logprobs")}
    return {**rest, "tools": tools, "tool_choice": "none", "response_format": format_}


def _callable(body: Mapping[str, Any]) -> list[Json]:
    """The tools of which one must be called; none if it may be left or can't be told in one schema."""
    tools, choice = body.get("tools") or [], body.get("tool_choice")
    if isinstance(choice, dict):
        tools = [tool for tool in tools if tool["function"]["name"] == choice["function"]["name"]]
    elif choice != "required":
        return []
    try:
        _definitions(tools)
    except KeyError:
        return []
    return list(tools)


def _call(function: Json) -> Json:
    parameters = function.get("parameters") or _ANY
    arguments = {key: value for key, value in parameters.items() if key not in _DEFINITIONS}
    properties = {"name": {"const": function["name"]}, "arguments": arguments}
    return {
        "type": "object",
        "properties": properties,
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }


def _definitions(tools: list[Json]) -> Json:
    """What the tools' schemas refer to, at the root, where their references point.

    Raises:
        KeyError: two tools call different things by one name, or there are no definitions in their place.
    """
    found: Json = {}
    for tool in tools:
        parameters = tool["function"].get("parameters") or {}
        for word in _DEFINITIONS:
            given = parameters.get(word) or {}
            if not isinstance(given, dict):
                raise KeyError(word)
            for name, schema in given.items():
                if found.setdefault(word, {}).setdefault(name, schema) != schema:
                    raise KeyError(name)
    return found


@dataclass(slots=True)
class _Call:
    """One choice's call on its way: what came that is not told yet."""

    held: str = field(default="", repr=False)
    named: bool = False
    begun: bool = False

    def told(self, text: str, *, finish: str | None) -> Json:
        """The part of a call that `text` makes certain."""
        self.held += text
        part: Json = {"index": 0, "function": {}}
        if not self.named:
            head = _HEAD.match(self.held)
            if head is None:
                return {}
            self.named = True
            self.held = self.held[head.end() :]
            part["function"]["name"] = _string(head[1])
        # The last brace may be the one that ends it all.
        certain = self.held if finish == "length" else self.held.rstrip().removesuffix("}").rstrip()
        self.held = self.held[len(certain) :]
        part["function"]["arguments"] = certain if self.begun else certain.lstrip()
        self.begun = self.begun or bool(certain)
        return part if part["function"].get("name") or part["function"]["arguments"] else {}


def _string(literal: str) -> str:
    """What a JSON string says; itself where it is none."""
    try:
        return str(json.loads(literal))
    except ValueError:
        return literal.strip('"')


class ForcedCalls:
    """Tells one answer to a body that `by_schema` made."""

    def __init__(self) -> None:
        self._calls: dict[object, _Call] = {}

    async def told(self, chunks: AsyncIterator[Json]) -> AsyncIterator[Json]:
        """An engine's `chunks`, with calls in the place of the JSON in them."""
        async for chunk in chunks:
            choices = chunk.get("choices")
            if isinstance(choices, list):
                chunk = {**chunk, "choices": [self._choice(one) for one in choices]}
            yield chunk

    def _choice(self, choice: Any) -> Any:
        delta = choice.get("delta") if isinstance(choice, dict) else None
        if not isinstance(delta, dict):
            return choice
        finish, text = choice.get("finish_reason"), delta.get("content")
        rest = {key: value for key, value in delta.items() if key != "content"}
        call = self._calls.setdefault(choice.get("index"), _Call())
        part = call.told(text if isinstance(text, str) else "", finish=finish)
        return {
            **choice,
            "delta": {**rest, "tool_calls": [part]} if part else rest,
            "finish_reason": "tool_calls" if finish == "stop" and call.named else finish,
        }
