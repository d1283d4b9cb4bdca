"""Codex CLI: the requests that it sends for a turn, since the whole of it is too large for a test.

Source: its repository, codex-rs/core/src/client.rs and codex-rs/models-manager/src/model_info.rs (2026). Of a model
that it does not know, such as `auto`, it takes for granted that it neither reasons nor edits by a custom tool.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.clients.client import Done, completed
from tests.clients.stub_gateway import CALL_ID, StubGateway

HEADERS = {
    "Authorization": "Bearer sk-anything",
    "Accept": "text/event-stream",
    "originator": "codex_cli_rs",
    "User-Agent": "codex_cli_rs/0.147.0 (Linux; x86_64)",
    "session_id": "0199a213-81c0-7800-8aa1-bbab2a035a53",
    "conversation_id": "0199a213-81c0-7800-8aa1-bbab2a035a53",
}
SHELL = {
    "type": "function",
    "name": "shell",
    "description": "Runs a shell command and returns its output.",
    "strict": False,
    "parameters": {
        "type": "object",
        "properties": {"workdir": {"type": "string"}, "timeout_ms": {"type": "number"}},
        "required": ["workdir"],
        "additionalProperties": False,
    },
}


def said(role: str, text: str) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}


CONTEXT = [
    said("developer", "Filesystem sandboxing is in force."),
    said("user", "<environment_context>\n  <cwd>/srv/project</cwd>\n  <shell>bash</shell>\n</environment_context>"),
    said("user", "List the files."),
]


def turn(items: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """What it sends for each step of a turn."""
    return {
        "model": "auto",
        "instructions": "You are a coding agent that runs in a terminal.",
        "input": items,
        "tools": [SHELL],
        "tool_choice": "auto",
        "parallel_tool_calls": False,
        "reasoning": {"effort": "medium", "summary": "auto"},
        "store": False,
        "stream": True,
        "include": ["reasoning.encrypted_content"],
        "prompt_cache_key": "0199a213-81c0-7800-8aa1-bbab2a035a53",
        "text": {"verbosity": "low"},
        "client_metadata": {"x-codex-installation-id": "3f0d2b1a-6c58-4a3e-9a55-0b6de4d1c2aa"},
        **changes,
    }


def send(to: StubGateway, body: dict[str, Any]) -> tuple[Done, httpx.Response]:
    before = len(to.audit())
    response = httpx.post(f"{to.url}/v1/responses", json=body, headers=HEADERS, timeout=60, trust_env=False)
    return Done(None, None, completed(to, before)), response


def events(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    lines = response.text.splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def items_of(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What it takes of an answer: items as they are done."""
    return [event["item"] for event in told if event["type"] == "response.output_item.done"]


@pytest.mark.parametrize("changes", [{}, {"reasoning": None, "include": [], "text": None}], ids=["known", "unknown"])
def test_calls_its_shell_and_goes_on_with_the_output(tools: StubGateway, changes: dict[str, Any]) -> None:
    first, response = send(tools, turn(CONTEXT, **changes))
    told = events(response)
    [call] = items_of(told)
    assert (call["type"], call["call_id"], call["name"]) == ("function_call", CALL_ID, "shell")
    assert told[-1]["type"] == "response.completed"
    assert told[-1]["response"]["usage"]["total_tokens"] == 5

    thought = {"type": "reasoning", "summary": [], "encrypted_content": "c2VhbGVk"}
    output = {"type": "function_call_output", "call_id": CALL_ID, "output": "README.md"}
    second, response = send(tools, turn([*CONTEXT, thought, call, output], **changes))

    [message] = items_of(events(response))
    assert message["content"][0]["text"] == "It is sunny in Paris."
    assert [*first.destinations, *second.destinations] == ["far", "far"]
    sent = tools.bodies()[-1]["messages"]
    assert [item["role"] for item in sent] == ["system", "developer", "user", "user", "assistant", "tool"]
    assert sent[-1] == {"role": "tool", "tool_call_id": CALL_ID, "content": "README.md"}


def test_nothing_is_kept(tools: StubGateway) -> None:
    _, response = send(tools, turn(CONTEXT))
    id_ = events(response)[-1]["response"]["id"]

    kept = httpx.get(f"{tools.url}/v1/responses/{id_}", headers=HEADERS, timeout=60, trust_env=False)
    assert kept.status_code == 404


def test_what_its_shell_read_of_a_person_stays_near(tools: StubGateway) -> None:
    call = {"type": "function_call", "call_id": CALL_ID, "name": "shell", "arguments": "{}"}
    read = "Patient: Maria Gonzalez, born 3 May 1961."
    output = {"type": "function_call_output", "call_id": CALL_ID, "output": read}
    done, response = send(tools, turn([*CONTEXT, call, output]))

    assert events(response)[-1]["type"] == "response.completed"
    assert done.destinations == ["near"]


def test_tools_that_are_no_functions_are_refused_by_their_place(tools: StubGateway) -> None:
    search = {"type": "web_search", "external_web_access": False}
    patch = {"type": "custom", "name": "apply_patch", "description": "Edits files.", "format": {"type": "grammar"}}
    for tool in (search, patch):
        done, response = send(tools, turn(CONTEXT, tools=[SHELL, tool]))

        error = response.json()["error"]
        assert (response.status_code, error["param"]) == (400, "tools[1]")
        assert "web_search" in error["message"]
        assert "custom tools" in error["message"]
        assert done.decisions == []


def test_calls_a_tool_of_an_mcp_server(tools: StubGateway) -> None:
    server = {"type": "namespace", "name": "mcp__files", "description": "Files.", "tools": [SHELL]}
    _, response = send(tools, turn(CONTEXT, tools=[server]))

    [call] = items_of(events(response))
    assert (call["namespace"], call["name"]) == ("mcp__files", "shell")
    assert tools.bodies()[-1]["tools"][0]["function"]["name"] == "mcp__files__shell"
