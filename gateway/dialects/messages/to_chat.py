"""From a Messages request to the chat request that is inspected, decided and sent.

Whatever a destination would see stands in the chat request; nothing else of the original is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from gateway.dialects.messages import types
from gateway.openai import wire
from gateway.openai.read import validate

Json = dict[str, Any]


def to_chat(request: types.CountRequest) -> wire.ChatRequest:
    """The chat request that asks for the same.

    Raises:
        ApiError: 400, the chat that results is none.
    """
    body: Json = {"model": request.model, "messages": list(_messages(request))}
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if request.tool_choice is not None:
        body |= _tool_choice(request.tool_choice)
    if isinstance(request, types.MessagesRequest):
        body |= _sampling(request)
    return validate(body, wire.ChatRequest)


def _sampling(request: types.MessagesRequest) -> Json:
    given: Json = {
        "max_tokens": request.max_tokens,
        "stop": request.stop_sequences or None,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "stream": request.stream,
        "user": request.metadata.user_id if request.metadata is not None else None,
        "response_format": _format(request.format) if request.format is not None else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _format(format_: types.OutputFormat) -> Json:
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": format_.schema_}}


def _tool(tool: types.ToolParam) -> Json:
    function: Json = {"name": tool.name, "parameters": tool.input_schema}
    if tool.description is not None:
        function["description"] = tool.description
    return {"type": "function", "function": function}


def _tool_choice(choice: types.ToolChoice) -> Json:
    words = {"auto": "auto", "any": "required", "none": "none"}
    chosen: Any = words.get(choice.type) or {"type": "function", "function": {"name": choice.name or ""}}
    parallel = (
        {}
        if choice.disable_parallel_tool_use is None
        else {"parallel_tool_calls": not choice.disable_parallel_tool_use}
    )
    return {"tool_choice": chosen, **parallel}


def _messages(request: types.CountRequest) -> Iterator[Json]:
    if request.system:
        yield {"role": "system", "content": _parts(request.system)}
    for message in request.messages:
        if isinstance(message.content, str):
            yield {"role": message.role, "content": message.content}
        elif message.role == "assistant":
            yield _assistant(message.content)
        elif message.role == "system":
            yield {"role": "system", "content": _parts([b for b in message.content if isinstance(b, types.TextBlock)])}
        else:
            yield from _user(message.content)


def _assistant(blocks: Sequence[types.Block]) -> Json:
    """A turn of the model's: its text and its calls."""
    texts = [block for block in blocks if isinstance(block, types.TextBlock)]
    message: Json = {"role": "assistant", "content": _parts(texts) if texts else None}
    calls = [block for block in blocks if isinstance(block, types.ToolUseBlock)]
    if calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": orjson.dumps(call.input).decode()},
            }
            for call in calls
        ]
    elif not texts:
        message["content"] = ""
    return message


def _user(blocks: Sequence[types.Block]) -> Iterator[Json]:
    """What tools gave, each a message of its own, then what the user says."""
    shown = []
    for block in blocks:
        if isinstance(block, types.ToolResultBlock):
            yield _result(block)
        elif isinstance(block, types.TextBlock | types.ImageBlock | types.DocumentBlock):
            shown.append(block)
    if shown:
        yield {"role": "user", "content": _parts(shown)}


def _result(block: types.ToolResultBlock) -> Json:
    parts = _parts(block.content or "")
    if block.is_error:
        failed = "The tool failed:"
        parts = f"{failed} {parts}" if isinstance(parts, str) else [{"type": "text", "text": failed}, *parts]
    return {"role": "tool", "tool_call_id": block.tool_use_id, "content": parts}


def _parts(content: str | Sequence[types.Shown]) -> str | list[Json]:
    """Content in OpenAI's form; a single text stays a string, which every chat template takes."""
    if isinstance(content, str):
        return content
    parts = [part for block in content for part in _part(block)]
    if len(parts) == 1 and parts[0]["type"] == "text":
        return str(parts[0]["text"])
    return parts or ""


def _part(block: types.Shown) -> Iterator[Json]:
    if isinstance(block, types.TextBlock):
        yield {"type": "text", "text": block.text}
    elif isinstance(block, types.ImageBlock):
        yield {"type": "image_url", "image_url": {"url": _url(block.source)}}
    else:
        yield from _document(block)


def _document(block: types.DocumentBlock) -> Iterator[Json]:
    """A document's text where it is given as text, else a file; its title and context are texts beside it."""
    for text in (block.title, block.context):
        if text:
            yield {"type": "text", "text": text}
    source = block.source
    if source.type == "text":
        yield {"type": "text", "text": source.data or ""}
    elif source.type == "content":
        content = source.content or ""
        yield from [{"type": "text", "text": content}] if isinstance(content, str) else _parts_of(content)
    else:
        file = {"file_data": _url(source)} | ({"filename": block.title} if block.title else {})
        yield {"type": "file", "file": file}


def _parts_of(blocks: Sequence[types.TextBlock]) -> list[Json]:
    return [{"type": "text", "text": block.text} for block in blocks]


def _url(source: types.Source) -> str:
    """A data URL for what is sent along; nobody fetches the others."""
    if source.type == "base64":
        return f"data:{source.media_type or 'application/octet-stream'};base64,{source.data or ''}"
    return source.url or str((source.model_extra or {}).get("file_id", ""))
