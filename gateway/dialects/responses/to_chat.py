"""From a Responses request and the turns before it to the chat request that is inspected, decided and sent.

Whatever a destination would see stands in the chat request; nothing else of the original is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.dialects.responses import types
from gateway.dialects.responses.items import Item
from gateway.dialects.responses.namespaces import full_name, functions
from gateway.openai import wire
from gateway.openai.errors import ApiError, invalid
from gateway.openai.read import validate

Json = dict[str, Any]


def to_chat(request: types.ResponsesRequest, items: Iterable[Item]) -> wire.ChatRequest:
    """The chat request that asks for the same.

    Args:
        items: the whole conversation: what came before and the request's own input.

    Raises:
        ApiError: 400, the chat that results is none.
    """
    messages: list[Json] = []
    if request.instructions:
        messages.append({"role": "system", "content": request.instructions})
    for item in items:
        _add(messages, item)
    if not messages:
        raise invalid("'input' is empty. Give a text, or at least one item.", "input", "empty_array")
    if len(messages) > wire.MAX_MESSAGES:
        raise invalid(
            f"The conversation has more than {wire.MAX_MESSAGES} messages. Begin a new one.",
            "input",
            "array_above_max_length",
        )
    body = {"model": request.model, "messages": messages, **_tools(request), **_steering(request)}
    return validate({name: value for name, value in body.items() if value is not None}, wire.ChatRequest)


def _steering(request: types.ResponsesRequest) -> Json:
    return {
        "stream": request.stream,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "max_completion_tokens": request.max_output_tokens,
        "response_format": _format(request.text.format) if request.text and request.text.format else None,
        "reasoning_effort": request.reasoning.effort if request.reasoning is not None else None,
        "logprobs": True if request.wants_logprobs else None,
        "top_logprobs": request.top_logprobs if request.wants_logprobs else None,
        "user": request.user,
        "metadata": request.metadata,
    }


def _format(format_: types.TextFormat) -> Json:
    if format_.type != "json_schema":
        return {"type": format_.type}
    schema = format_.model_dump(by_alias=True, exclude_none=True, exclude={"type"})
    return {"type": "json_schema", "json_schema": schema}


def _tools(request: types.ResponsesRequest) -> Json:
    """The functions that may be called, and how one is chosen."""
    tools = list(functions(request.tools or ()))
    spaces = any(isinstance(tool, types.NamespaceTool) for tool in request.tools or ())
    if spaces and len({tool.name for tool in tools}) < len(tools):
        raise invalid("Two functions in `tools` have the same name. Give each its own.", "tools")
    choice = request.tool_choice
    chosen: Any = choice if isinstance(choice, str) else None
    if isinstance(choice, types.AllowedTools):
        allowed = {_called(tool, tools) for tool in choice.tools}
        tools, chosen = [tool for tool in tools if tool.name in allowed], choice.mode
        if not tools:
            raise invalid("None of the allowed tools is among `tools`. Name some that are.", "tool_choice.tools")
    elif isinstance(choice, types.NamedFunction):
        chosen = {"type": "function", "function": {"name": _called(choice, tools)}}
    if not tools:
        if chosen not in (None, "auto", "none"):
            raise invalid("A tool is to be called, and there is none. Give some in `tools`.", "tool_choice")
        return {}
    given = [{"type": "function", "function": tool.model_dump(exclude_none=True, exclude={"type"})} for tool in tools]
    return {"tools": given, "tool_choice": chosen, "parallel_tool_calls": request.parallel_tool_calls}


def _called(chosen: types.NamedFunction, tools: Iterable[types.FunctionTool]) -> str:
    """What the chat calls the function; of one in a namespace its own name is enough where no other has it."""
    among = [tool.name for tool in tools if tool.name == chosen.name or tool.name.endswith(f"__{chosen.name}")]
    return among[0] if len(among) == 1 and chosen.name not in among else chosen.name


def _add(messages: list[Json], item: Item) -> None:
    """Put `item` behind `messages`. A model's calls belong to what it said before them; its thoughts go nowhere."""
    if item["type"] == "message":
        messages.append({"role": item["role"], "content": _content(item["content"])})
    elif item["type"] == "function_call":
        if not messages or messages[-1]["role"] != "assistant":
            messages.append({"role": "assistant", "content": None})
        function = {"name": full_name(item["name"], item.get("namespace")), "arguments": item["arguments"]}
        call = {"id": item["call_id"], "type": "function", "function": function}
        messages[-1].setdefault("tool_calls", []).append(call)
    elif item["type"] == "function_call_output":
        messages.append({"role": "tool", "tool_call_id": item["call_id"], "content": _content(item["output"])})


def _content(parts: str | list[Item]) -> str | list[Json]:
    """Content in a chat's form; a single text stays a string, which every chat template takes."""
    if isinstance(parts, str):
        return parts
    shaped = [_part(part) for part in parts]
    if len(shaped) == 1 and shaped[0]["type"] == "text":
        return str(shaped[0]["text"])
    return shaped or ""


def _part(part: Item) -> Json:
    match part["type"]:
        case "input_text" | "output_text":
            return {"type": "text", "text": part["text"]}
        case "refusal":
            return {"type": "refusal", "refusal": part["refusal"]}
        case "input_image" if "image_url" in part:
            detail = {} if part["detail"] == "auto" else {"detail": part["detail"]}
            return {"type": "image_url", "image_url": {"url": part["image_url"], **detail}}
        case _:
            names = ("file_id", "file_data", "filename")
            return {"type": "file", "file": {name: part[name] for name in names if name in part}}


_NAMES: Mapping[str, str] = {
    "messages": "input",
    "prompt": "input",
    "response_format": "text.format",
    "max_completion_tokens": "max_output_tokens",
    "reasoning_effort": "reasoning.effort",
    "logprobs": "top_logprobs",
    "content": "input",
    "n": "input",
}
"""What the fields of a chat are called in a Responses request."""


def in_its_words(error: ApiError) -> ApiError:
    """`error` about a chat request, told of the Responses request that it stands for."""
    field = (error.param or "").partition("[")[0].partition(".")[0]
    if field in _NAMES:
        error.message = error.message.replace(f"'{field}'", f"'{_NAMES[field]}'")
        error.param = _NAMES[field]
    return error
