"""Claude Code: the requests that it begins a session with, since it is not free software that a test could install.

Source: its documentation for operators of gateways (code.claude.com/docs/en/llm-gateway-protocol), and what people saw
on the wire of 2.1 (2026). The model is one of Anthropic's names, or `auto` where ANTHROPIC_MODEL says so.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.clients.client import Done, completed
from tests.clients.stub_gateway import CALL_ID, StubGateway

MODEL = "claude-sonnet-4-6"
HEADERS = {
    "Authorization": "Bearer sk-anything",
    "User-Agent": "claude-cli/2.1.270 (external, cli)",
    "anthropic-version": "2023-06-01",
    "anthropic-beta": "claude-code-20250219,interleaved-thinking-2025-05-14,effort-2025-11-24",
    "anthropic-dangerous-direct-browser-access": "true",
    "x-app": "cli",
    "X-Claude-Code-Session-Id": "b4e5aaaa-9a3e-47c4-84ad-3a70f38c676e",
    "X-Stainless-Lang": "js",
    "X-Stainless-Retry-Count": "0",
    "accept-language": "*",
    "sec-fetch-mode": "cors",
}
EPHEMERAL = {"cache_control": {"type": "ephemeral"}}
USER = "user_0784b260bff170af9d3c41e25a6b8f7030c5d9e1b2a4f6c8_account__session_b4e5aaaa-9a3e-47c4-84ad-3a70f38c676e"
SYSTEM = [
    {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.270.1f4; cc_entrypoint=cli; cch=00000;"},
    {"type": "text", "text": "You are a coding agent that runs on the user's machine.", **EPHEMERAL},
    {"type": "text", "text": "Use the tools to help with software engineering.", **EPHEMERAL},
]
BASH = {
    "name": "Bash",
    "description": "Runs a command.",
    "input_schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"command": {"type": "string"}, "timeout": {"type": "number"}},
        "required": ["command"],
        "additionalProperties": False,
    },
    **EPHEMERAL,
}
REMINDER = "<system-reminder>\nAs you answer, use the project's own conventions.\n</system-reminder>"


def asked(text: str = "List the files.") -> list[dict[str, Any]]:
    parts = [{"type": "text", "text": REMINDER}, {"type": "text", "text": text, **EPHEMERAL}]
    return [{"role": "user", "content": parts}]


def turn(messages: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """What it sends for each turn of the agent."""
    return {
        "model": MODEL,
        "messages": messages,
        "system": SYSTEM,
        "tools": [BASH],
        "metadata": {"user_id": USER},
        "max_tokens": 32000,
        "thinking": {"type": "adaptive"},
        "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
        "output_config": {"effort": "medium"},
        "stream": True,
        **changes,
    }


def send(to: StubGateway, body: dict[str, Any], path: str = "/v1/messages") -> tuple[Done, httpx.Response]:
    before = len(to.audit())
    response = httpx.post(
        f"{to.url}{path}", params={"beta": "true"}, json=body, headers=HEADERS, timeout=60, trust_env=False
    )
    return Done(None, None, completed(to, before)), response


def events(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    lines = response.text.splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_finds_out_whether_somebody_is_there(tools: StubGateway, method: str) -> None:
    response = httpx.request(method, tools.url, headers=HEADERS, timeout=60, trust_env=False)

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/json"


def test_finds_the_models_where_that_is_switched_on(tools: StubGateway) -> None:
    response = httpx.get(f"{tools.url}/v1/models", params={"limit": 1000}, headers=HEADERS, timeout=60, trust_env=False)

    assert "auto" in [model["id"] for model in response.json()["data"]]


def test_asks_for_its_quota(tools: StubGateway) -> None:
    body = {"model": MODEL, "max_tokens": 1, "messages": [{"role": "user", "content": "quota"}]}
    done, response = send(tools, {**body, "metadata": {"user_id": USER}})

    assert response.json()["type"] == "message"
    assert done.destinations == ["far"]


def test_asks_for_a_title_that_fits_a_schema(tools: StubGateway) -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    body = turn(asked(), tools=[], thinking={"type": "disabled"}, temperature=1)
    _, response = send(tools, {**body, "output_config": {"format": {"type": "json_schema", "schema": schema}}})

    assert events(response)[-1]["type"] == "message_stop"
    sent = tools.bodies()[-1]
    assert sent["response_format"]["json_schema"]["schema"] == schema
    assert "tools" not in sent


def test_counts_the_tokens_of_its_tools(tools: StubGateway) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "foo"}]}
    _, alone = send(tools, body, "/v1/messages/count_tokens")
    done, counted = send(tools, {**body, "tools": [BASH]}, "/v1/messages/count_tokens")

    assert counted.json()["input_tokens"] > alone.json()["input_tokens"] > 0
    assert done.decisions == []


@pytest.mark.parametrize("thinking", [{"type": "adaptive"}, {"type": "enabled", "budget_tokens": 31999}])
def test_calls_a_tool_and_goes_on_with_its_result(tools: StubGateway, thinking: dict[str, Any]) -> None:
    first, response = send(tools, turn(asked(), thinking=thinking))
    told = events(response)
    [begun] = [event["content_block"] for event in told if event["type"] == "content_block_start"]
    pieces = [event["delta"]["partial_json"] for event in told if event["type"] == "content_block_delta"]
    assert (begun["type"], begun["id"], begun["name"]) == ("tool_use", CALL_ID, "Bash")
    assert told[-2]["delta"]["stop_reason"] == "tool_use"

    call = {**begun, "input": json.loads("".join(pieces)), **EPHEMERAL}
    thought = {"type": "thinking", "thinking": "", "signature": "c2lnbmVk"}
    result = {"type": "tool_result", "tool_use_id": CALL_ID, "content": "README.md", "is_error": False, **EPHEMERAL}
    more = [{"role": "assistant", "content": [thought, call]}, {"role": "user", "content": [result]}]
    second, response = send(tools, turn(asked() + more, thinking=thinking))

    text = "".join(
        event["delta"].get("text", "") for event in events(response) if event["type"] == "content_block_delta"
    )
    assert text == "It is sunny in Paris."
    assert [*first.destinations, *second.destinations] == ["far", "far"]
    sent = tools.bodies()[-1]
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "tool"]
    assert sent["messages"][-1] == {"role": "tool", "tool_call_id": CALL_ID, "content": "README.md"}
    assert sent["tools"][0]["function"]["parameters"] == BASH["input_schema"]
    assert "cache_control" not in json.dumps(sent)


def test_what_a_tool_read_of_a_person_stays_near(tools: StubGateway) -> None:
    result = {"type": "tool_result", "tool_use_id": CALL_ID, "content": "Patient: Maria Gonzalez, born 3 May 1961."}
    call = {"type": "tool_use", "id": CALL_ID, "name": "Bash", "input": {"command": "cat notes"}}
    more = [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    done, response = send(tools, turn(asked() + more))

    assert events(response)[-1]["type"] == "message_stop"
    assert done.destinations == ["near"]


def test_a_search_of_the_web_by_anthropics_servers_is_refused_with_a_reason(tools: StubGateway) -> None:
    search = {"type": "web_search_20250305", "name": "web_search", "max_uses": 8}
    done, response = send(tools, turn(asked("Search."), tools=[search]))

    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"
    assert "Leave them out" in response.json()["error"]["message"]
    assert done.decisions == []
