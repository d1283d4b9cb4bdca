"""Asks a running gateway for responses, and holds all that it says against the types that OpenAI publishes."""

from __future__ import annotations

import json
from typing import Any

import httpx
from openai.types.responses import Response, ResponseStreamEvent

from tests.backends.stub_engine import ROLE, USAGE, delta
from tests.running_gateway import Running
from tests.strict_models import strict

CANARY = "Zanzibarquartz"
END: tuple[Any, ...] = ({"choices": [], "usage": USAGE}, b"data: [DONE]\n\n")
FIRST_CALL = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "clock", "arguments": ""}}
SECOND_CALL = {"index": 1, "id": "call_2", "type": "function", "function": {"name": "now", "arguments": "{}"}}
CALLS: tuple[Any, ...] = (
    ROLE,
    delta("Let me look."),
    delta(tool_calls=[FIRST_CALL]),
    delta(tool_calls=[{"index": 0, "function": {"arguments": '{"zone": '}}]),
    delta(tool_calls=[{"index": 0, "function": {"arguments": '"UTC"}'}}]),
    delta(tool_calls=[SECOND_CALL]),
    delta(finish="tool_calls"),
    *END,
)
TOOL = {"type": "function", "name": "clock", "parameters": {"type": "object", "properties": {}}, "strict": True}


async def post(up: Running, given: Any = "hello", *, headers: dict[str, str] | None = None, **more: Any) -> Any:
    """The answer to a request, whatever it is."""
    return await up.client.post("/v1/responses", json={"model": "auto", "input": given, **more}, headers=headers)


async def ask(up: Running, given: Any = "hello", *, headers: dict[str, str] | None = None, **more: Any) -> Any:
    """The response that a request gets."""
    return response_in(await post(up, given, headers=headers, **more))


def response_in(answer: httpx.Response) -> dict[str, Any]:
    """The response in an answer, of exactly the published type."""
    assert answer.status_code == 200, answer.text
    data = answer.json()
    strict(Response, data)
    return dict(data)


async def events(up: Running, given: Any = "hello", **more: Any) -> list[dict[str, Any]]:
    """The events of a streamed answer."""
    answer = await post(up, given, stream=True, **more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return events_in(answer.text)


def events_in(raw: str, start: int = 0) -> list[dict[str, Any]]:
    """The events in a stream: each named as its data says, numbered without gaps, of a published type."""
    told = []
    for block in raw.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        strict(ResponseStreamEvent, event)
        told.append(event)
    assert [event["sequence_number"] for event in told] == list(range(start, start + len(told)))
    return told


def types_of(told: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in told]


def sent(up: Running) -> dict[str, Any]:
    """What the engine got last."""
    return dict(json.loads(next(one.body for one in reversed(up.stub.seen) if one.method == "POST")))


def text_of(response: dict[str, Any]) -> str:
    return "".join(part["text"] for item in response["output"] for part in item.get("content", ()))
