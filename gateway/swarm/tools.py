"""What a request says of tools: which it offers, and which of them the answer must call.

Follows OpenAI's API reference ("Create chat completion", `tools` and `tool_choice`). Knows nothing of
how a model writes calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.swarm.errors import invalid
from gateway.swarm.fields import boolean, mapping, name, schema, text

MOST_TOOLS = 128
_ANYTHING: Mapping[str, Any] = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class Tool:
    """One function that the model may call. `strict`: its arguments must follow `parameters`, a JSON schema."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] | None = None
    strict: bool = False

    def as_json(self) -> dict[str, Any]:
        """The tool as chat templates take it: always with all fields."""
        parameters = dict(_ANYTHING if self.parameters is None else self.parameters)
        function = {"name": self.name, "description": self.description, "parameters": parameters}
        return {"type": "function", "function": function}


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools of a request.

    Attributes:
        offered: all that the model may call now; what `tool_choice` rules out is not among them.
        forced: the answer must be a call.
        several: it may be more than one call.
    """

    offered: tuple[Tool, ...] = ()
    forced: bool = False
    several: bool = True


def parse(fields: Mapping[str, Any]) -> Tools:
    """The tools in the request `fields`.

    Raises:
        BridgeError: 400, naming the field.
    """
    given = fields.get("tools")
    if given is not None and (not isinstance(given, list) or len(given) > MOST_TOOLS):
        raise invalid(f"tools must be a list of at most {MOST_TOOLS} tools.", "tools")
    offered = tuple(_tool(tool, f"tools[{index}]") for index, tool in enumerate(given or []))
    several = boolean(fields, "parallel_tool_calls", default=True)
    choice = fields.get("tool_choice")
    if choice in (None, "auto"):
        return Tools(offered, False, several)
    if choice == "none":
        return Tools()
    if not isinstance(choice, dict) and choice != "required":
        raise invalid("tool_choice must be none, auto, required or a function.", "tool_choice")
    if isinstance(choice, dict):
        function = mapping(choice.get("function"), "tool_choice.function")
        chosen = name(function.get("name"), "tool_choice.function.name")
        offered, several = tuple(tool for tool in offered if tool.name == chosen), False
    if not offered:
        raise invalid("tool_choice asks for a tool that tools does not offer.", "tool_choice")
    return Tools(offered, True, several)


def _tool(value: object, path: str) -> Tool:
    tool = mapping(value, path)
    if tool.get("type") != "function":
        raise invalid("A tool's type must be function.", f"{path}.type")
    function, path = mapping(tool.get("function"), f"{path}.function"), f"{path}.function"
    parameters, description = function.get("parameters"), function.get("description")
    return Tool(
        name(function.get("name"), f"{path}.name"),
        "" if description is None else text(description, f"{path}.description"),
        None if parameters is None else schema(parameters, f"{path}.parameters"),
        boolean(function, "strict", f"{path}.strict"),
    )
