"""``POST /v1/messages`` and ``POST /v1/messages/count_tokens``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.answering import answer
from gateway.dialects.messages import types
from gateway.dialects.messages.from_chat import MessagesTeller
from gateway.dialects.messages.to_chat import to_chat
from gateway.openai import wire
from gateway.openai.errors import invalid
from gateway.openai.read import parse_json, validate
from gateway.prompt import read_prompt
from gateway.streamed import Streamed
from gateway.verdict import Call, off_loop, tokens_of

if TYPE_CHECKING:
    from gateway.app import Gateway


def read_messages(data: dict[str, Any]) -> wire.ChatRequest:
    """The chat request that a Messages body asks for.

    Raises:
        ApiError: 400 that names the first field that is wrong or that can't be honoured.
    """
    _refuse(data)
    return to_chat(validate(data, types.MessagesRequest))


async def messages(request: Request, request_id: str) -> Response | Streamed:
    """Answer a Messages request."""
    gateway: Gateway = request.app.state.gateway
    chat = read_messages(parse_json(request.state.body))
    call = Call("messages", chat, request_id, dict(request.headers), request.state.guest)
    return await answer(gateway, request, call, MessagesTeller())


async def count_tokens(request: Request, request_id: str) -> Response:
    """About how many tokens a Messages request has. Engines count with their own vocabulary."""
    gateway: Gateway = request.app.state.gateway
    data = parse_json(request.state.body)
    _refuse(data)
    chat = to_chat(validate(data, types.CountRequest))
    gateway.pipeline.decider.resolve(chat.model)
    visit = await gateway.gate.visit(request.state.guest, 0)
    prompt = read_prompt(wire.inspected_body(chat))
    count = await off_loop(lambda: tokens_of(prompt), prompt)
    headers = {**visit.headers(), "x-request-id": request_id}
    return Response(orjson.dumps({"input_tokens": count}), headers=headers, media_type="application/json")


def _refuse(data: dict[str, Any]) -> None:
    for name, message in types.REFUSED.items():
        if data.get(name):
            raise invalid(message, name, "unsupported_parameter")
    tools = data.get("tools")
    for index, tool in enumerate(tools if isinstance(tools, list) else ()):
        if isinstance(tool, dict) and tool.get("type") not in (None, "custom"):
            raise invalid(
                "Tools that run at Anthropic's servers are not to be had here. Leave them out, or give a tool of your "
                "own with `name` and `input_schema`.",
                f"tools[{index}].type",
                "unsupported_parameter",
            )
