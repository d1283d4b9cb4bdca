"""From the body of a Responses request to the validated request, or to the chat that it asks for."""

from __future__ import annotations

from typing import Any

from gateway.dialects.responses import input_types, types
from gateway.dialects.responses.items import input_items
from gateway.dialects.responses.to_chat import to_chat
from gateway.openai import wire
from gateway.openai.errors import invalid
from gateway.openai.read import validate


def read_responses(data: dict[str, Any]) -> types.ResponsesRequest:
    """The validated request in `data`.

    Raises:
        ApiError: 400 that names the first field that is wrong or that can't be honoured.
    """
    for name, message in types.REFUSED.items():
        if data.get(name):
            raise invalid(message, name, "unsupported_parameter")
    request = validate(data, types.ResponsesRequest)
    if request.background and request.store is False:
        raise invalid(
            "A response that is made in the background must be kept. Leave `store` out, or `background`.", "background"
        )
    return request


def chat_alone(data: dict[str, Any]) -> wire.ChatRequest:
    """The chat request that a body asks for, without any gateway's kept responses.

    Raises:
        ApiError: 400, as `read_responses`; or it builds on kept responses.
    """
    request = read_responses(data)
    given = [] if isinstance(request.input, str) else request.input
    if request.previous_response_id is not None or any(isinstance(item, input_types.ItemReference) for item in given):
        raise invalid(
            "The request follows a response that only its gateway has. Ask that gateway (POST /v1/sepal/decide), or "
            "put the earlier turns into `input`.",
            "previous_response_id" if request.previous_response_id is not None else "input",
        )
    return to_chat(request, input_items(request.input, "resp_"))
