"""Items of a conversation in the form in which the API shows them, which is also the form in which they are kept.

An item's id says which response it belongs to, so that a reference to it can be found. Knows nothing of chats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from gateway.dialects.responses import input_types

Item = dict[str, Any]
_PREFIXES = {"message": "msg", "function_call": "fc", "function_call_output": "fco", "reasoning": "rs"}
_RESPONSE = re.compile(r"resp_[0-9a-f]{24}")
_ITEM = re.compile(r"[a-z]{2,3}_([0-9a-f]{24})[0-9a-f]{4}")
_OF_INPUT = 0x8000
"""Where the numbers of a response's input begin; its output has those below."""


def is_response_id(id_: str) -> bool:
    """Whether it can be the id of a response of a gateway's."""
    return _RESPONSE.fullmatch(id_) is not None


def item_id(response: str, kind: str, index: int) -> str:
    """The id of the item of type `kind` at `index` of a response's output."""
    return f"{_PREFIXES[kind]}_{response.partition('_')[2]}{index:04x}"


def response_of(item: str) -> str | None:
    """The id of the response that an item's id belongs to, or None if it is none of a gateway's."""
    match = _ITEM.fullmatch(item)
    return None if match is None else f"resp_{match[1]}"


def input_items(given: str | Iterable[input_types.Item | Item], response: str) -> list[Item]:
    """What was given to a response, each item with an id of its own.

    Args:
        given: validated items; what stood in the place of a reference is an item already.
    """
    if isinstance(given, str):
        given = [input_types.Message(type="message", role="user", content=given)]
    items = [item if isinstance(item, dict) else _item(item) for item in given]
    return [
        {"id": item_id(response, item["type"], _OF_INPUT + index), **{k: v for k, v in item.items() if k != "id"}}
        for index, item in enumerate(items)
    ]


def _item(given: input_types.Item) -> Item:
    match given:
        case input_types.Message():
            return _message(given)
        case input_types.FunctionCall():
            call = {"call_id": given.call_id, "name": given.name, "arguments": given.arguments}
            space = {} if given.namespace is None else {"namespace": given.namespace}
            return {"type": "function_call", "status": "completed", **call, **space}
        case input_types.FunctionCallOutput():
            output = given.output if isinstance(given.output, str) else [_shown(part) for part in given.output]
            return {
                "type": "function_call_output", "status": "completed", "call_id": given.call_id, "output": output
            }  # fmt: skip
        case input_types.Reasoning():
            return _reasoning(given)
        case _:
            raise TypeError("a reference or a refused item is no item")


def _message(given: input_types.Message) -> Item:
    part = _written if given.role == "assistant" else _shown
    texts = (
        [input_types.TextPart(type="input_text", text=given.content)]
        if isinstance(given.content, str)
        else given.content
    )
    return {"type": "message", "role": given.role, "status": "completed", "content": [part(one) for one in texts]}


def _reasoning(given: input_types.Reasoning) -> Item:
    item: Item = {"type": "reasoning", "summary": [{"type": "summary_text", "text": one.text} for one in given.summary]}
    if given.content is not None:
        item["content"] = [{"type": "reasoning_text", "text": one.text} for one in given.content]
    return item


def _written(part: input_types.Part) -> Item:
    """A part of what a model wrote."""
    if isinstance(part, input_types.RefusalPart):
        return {"type": "refusal", "refusal": part.refusal}
    text = part.text if isinstance(part, input_types.TextPart) else ""
    return {"type": "output_text", "text": text, "annotations": []}


def _shown(part: input_types.Part) -> Item:
    """A part of what a model is shown."""
    if isinstance(part, input_types.TextPart):
        return {"type": "input_text", "text": part.text}
    shown = part.model_dump(exclude_none=True)
    return {"detail": "auto", **shown} if isinstance(part, input_types.ImagePart) else shown
