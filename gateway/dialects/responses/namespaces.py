"""Functions in namespaces: a chat has one name for each, the Responses API has two. Knows nothing of requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.dialects.responses import types

Names = Mapping[str, tuple[str, str]]
"""A function's name in a chat → its namespace and its name there."""


def full_name(name: str, namespace: str | None) -> str:
    """What a chat calls the function `name` of `namespace`, of none if that is None."""
    return name if namespace is None else f"{namespace}__{name}"


def functions(tools: Iterable[types.Tool]) -> Iterator[types.FunctionTool]:
    """All functions of `tools` under their full names. A namespace's description stands before its first function's."""
    for tool in tools:
        if isinstance(tool, types.FunctionTool):
            yield tool
        elif isinstance(tool, types.NamespaceTool):
            about: str | None = tool.description
            for function in tool.tools:
                if isinstance(function, types.FunctionTool):
                    words = "\n\n".join(filter(None, (about, function.description)))
                    changed = {"name": full_name(function.name, tool.name), "description": words or None}
                    yield function.model_copy(update=changed)
                    about = None


def names_of(tools: Iterable[Mapping[str, Any]]) -> Names:
    """The functions in namespaces among `tools`, as a Response shows them."""
    return {
        full_name(function["name"], tool["name"]): (tool["name"], function["name"])
        for tool in tools
        if tool["type"] == "namespace"
        for function in tool["tools"]
    }
