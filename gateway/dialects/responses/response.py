"""The Response object: what was asked, how it stands, and what came out. Source: OpenAI's API reference.

Knows nothing of where it is kept, and of how it is sent.
"""

from __future__ import annotations

import time
from typing import Any, Literal

from gateway.dialects.responses import types
from gateway.dialects.responses.items import Item

Response = dict[str, Any]
Status = Literal["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]
ENDED = frozenset({"completed", "incomplete", "failed", "cancelled"})
ANSWERED = frozenset({"completed", "incomplete"})
_REASONS = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""Why an answer is incomplete: a chat's finish_reason → the word here."""


def begun(request: types.ResponsesRequest, id_: str, status: Status = "in_progress") -> Response:
    """The response to `request` before there is an answer."""
    choice = request.tool_choice
    return {
        "id": id_,
        "object": "response",
        "created_at": int(time.time()),
        "completed_at": None,
        "status": status,
        "background": bool(request.background),
        "error": None,
        "incomplete_details": None,
        "instructions": request.instructions,
        "max_output_tokens": request.max_output_tokens,
        "max_tool_calls": request.max_tool_calls,
        "metadata": request.metadata or {},
        "model": request.model,
        "output": [],
        "parallel_tool_calls": request.parallel_tool_calls is not False,
        "previous_response_id": request.previous_response_id,
        "prompt_cache_key": request.prompt_cache_key,
        "reasoning": {"effort": request.reasoning.effort if request.reasoning else None, "summary": None},
        "safety_identifier": request.safety_identifier,
        "service_tier": "default",
        "temperature": 1.0 if request.temperature is None else request.temperature,
        "text": {"format": _format(request.text), "verbosity": request.text.verbosity if request.text else None},
        "tool_choice": choice.model_dump() if isinstance(choice, types.NamedFunction | types.AllowedTools)
        else choice or "auto",
        "tools": [tool.model_dump() for tool in request.tools or ()],
        "top_logprobs": request.top_logprobs or 0,
        "top_p": 1.0 if request.top_p is None else request.top_p,
        "truncation": "disabled",
        "usage": None,
        "user": request.user,
    }  # fmt: skip


def _format(text: types.TextConfig | None) -> dict[str, Any]:
    if text is None or text.format is None:
        return {"type": "text"}
    return text.format.model_dump(by_alias=True, exclude_none=True)


def finish_status(finish: str | None) -> Literal["completed", "incomplete"]:
    """How an answer stands that ended with a chat's `finish`."""
    return "incomplete" if finish in _REASONS else "completed"


def ended(response: Response, items: list[Item], finish: str | None, usage: dict[str, Any] | None) -> Response:
    """`response` with its answer.

    Args:
        finish: a chat's finish_reason.
        usage: a chat's token counts, None if the engine gave none.
    """
    status = finish_status(finish)
    details = {"reason": _REASONS[finish]} if finish in _REASONS else None
    return {
        **response,
        "status": status,
        "completed_at": int(time.time()) if status == "completed" else None,
        "incomplete_details": details,
        "output": items,
        "usage": None if usage is None else _usage(usage),
    }


def failed(response: Response, message: str, code: str = "server_error", items: list[Item] | None = None) -> Response:
    """`response`, of which nothing more will come, and why."""
    output = response["output"] if items is None else items
    return {**response, "status": "failed", "error": {"code": code, "message": message}, "output": output}


def _usage(usage: dict[str, Any]) -> dict[str, Any]:
    given, made = usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0)
    cached = usage.get("prompt_tokens_details", {}).get("cached_tokens", 0)
    thought = usage.get("completion_tokens_details", {}).get("reasoning_tokens", 0)
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
        "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": usage.get("total_tokens", given + made),
    }
