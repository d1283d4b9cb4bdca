"""What a request becomes on its way to an engine, and what is refused instead of being dropped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.dialects.read import endpoint_of, read_request
from gateway.dialects.responses.read import chat_alone
from gateway.dialects.responses.types import IGNORED
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.prompt import read_prompt
from tests.dialects.responses.asking import CANARY, TOOL

SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


def chat(given: Any = "hello", **more: Any) -> dict[str, Any]:
    """What an engine would get."""
    request = chat_alone({"model": "auto", "input": given, **more})
    return wire.outbound(request, model="m", stream=False)


@pytest.mark.parametrize(
    ("given", "messages"),
    [
        ("hello", [{"role": "user", "content": "hello"}]),
        ([{"role": "user", "content": "hello"}], [{"role": "user", "content": "hello"}]),
        (
            [{"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "Be brief."}]}],
            [{"role": "developer", "content": "Be brief."}],
        ),
        (
            [{"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]}],
            [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}],
        ),
        (
            [
                {"role": "assistant", "content": [{"type": "output_text", "text": "I look.", "annotations": []}]},
                {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "clock", "arguments": "{}"},
                {"type": "function_call", "call_id": "c2", "name": "now", "arguments": "{}", "status": "completed"},
                {"type": "function_call_output", "call_id": "c1", "output": "12:00"},
                {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "noon"}]},
            ],
            [
                {
                    "role": "assistant",
                    "content": "I look.",
                    "tool_calls": [
                        {"id": "c1", "type": "function", "function": {"name": "clock", "arguments": "{}"}},
                        {"id": "c2", "type": "function", "function": {"name": "now", "arguments": "{}"}},
                    ],
                },
                {"role": "tool", "tool_call_id": "c1", "content": "12:00"},
                {"role": "tool", "tool_call_id": "c2", "content": "noon"},
            ],
        ),
        (
            [
                {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "so"}]},
                {"role": "user", "content": "hello"},
            ],
            [{"role": "user", "content": "hello"}],
        ),
        (
            [{"role": "user", "content": [{"type": "input_image", "image_url": "data:image/png;base64,AA=="}]}],
            [
                {
                    "role": "user",
                    "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}],
                }
            ],
        ),
        (
            [{"role": "user", "content": [{"type": "input_file", "filename": "a.pdf", "file_data": "AA=="}]}],
            [{"role": "user", "content": [{"type": "file", "file": {"file_data": "AA==", "filename": "a.pdf"}}]}],
        ),
    ],
)
def test_items_become_messages(given: Any, messages: list[dict[str, Any]]) -> None:
    assert chat(given)["messages"] == messages


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ({"max_output_tokens": 20}, {"max_completion_tokens": 20}),
        ({"temperature": 0, "top_p": 0.5}, {"temperature": 0, "top_p": 0.5}),
        ({"reasoning": {"effort": "low", "summary": "auto"}}, {"reasoning_effort": "low"}),
        ({"text": {"format": {"type": "json_object"}}}, {"response_format": {"type": "json_object"}}),
        (
            {"text": {"format": {"type": "json_schema", "name": "a", "schema": SCHEMA, "strict": True}}},
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "a", "schema": SCHEMA, "strict": True},
                }
            },
        ),
        ({"include": ["message.output_text.logprobs"]}, {"logprobs": True}),
        ({"top_logprobs": 3}, {"logprobs": True, "top_logprobs": 3}),
        (
            {"tools": [TOOL], "tool_choice": "required", "parallel_tool_calls": False},
            {"tool_choice": "required", "parallel_tool_calls": False},
        ),
        (
            {"tools": [TOOL], "tool_choice": {"type": "function", "name": "clock"}},
            {"tool_choice": {"type": "function", "function": {"name": "clock"}}},
        ),
    ],
)
def test_parameters_keep_their_meaning(asked: dict[str, Any], sent: dict[str, Any]) -> None:
    body = chat(**asked)

    assert {name: body[name] for name in sent} == sent
    if "tools" in asked:
        function = {key: value for key, value in TOOL.items() if key != "type"}
        assert body["tools"] == [{"type": "function", "function": function}]


def test_only_the_allowed_tools_are_shown() -> None:
    other = {**TOOL, "name": "other"}
    choice = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "other"}]}

    body = chat(tools=[TOOL, other], tool_choice=choice)

    assert [tool["function"]["name"] for tool in body["tools"]] == ["other"]
    assert body["tool_choice"] == "required"


def test_what_changes_nothing_of_an_answer_is_not_sent() -> None:
    ignored = {
        **dict.fromkeys(IGNORED, CANARY),
        "max_tool_calls": 1,
        "truncation": "auto",
        "text": {"verbosity": "low"},
        "stream_options": {},
    }

    body = chat(**ignored, user=CANARY, metadata={"note": CANARY}, store=True, tool_choice="auto", tools=[])

    assert CANARY not in json.dumps(body)
    assert set(body) == {"model", "messages", "stream"}


def test_everything_that_an_engine_would_see_is_inspected() -> None:
    given = [
        {"role": "user", "content": [{"type": "input_text", "text": "in a part"}]},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "in a refusal"}]},
        {"type": "function_call", "call_id": "in an id", "name": "in_a_name", "arguments": "in arguments"},
        {"type": "function_call_output", "call_id": "in an id", "output": "in an output"},
    ]
    tool = {**TOOL, "description": "in a description", "parameters": {"properties": {"in a key": {}}}}
    request = chat_alone({"model": "auto", "input": given, "instructions": "in instructions", "tools": [tool]})

    seen = {segment.text for segment in read_prompt(wire.inspected_body(request)).segments}

    assert seen >= {
        "in a part", "in a refusal", "in an id", "in_a_name", "in arguments", "in an output", "in a description",
        "in a key", "in instructions",
    }  # fmt: skip


def user(part: Any) -> dict[str, Any]:
    return {"input": [{"role": "user", "content": [part]}]}


@pytest.mark.parametrize(
    ("asked", "param", "said"),
    [
        ({"tools": [{"type": "web_search", "note": CANARY}]}, "tools[0]", "web_search"),
        ({"tools": [TOOL, {"type": "mcp", "server_url": f"https://{CANARY}.example"}]}, "tools[1]", "mcp"),
        ({"tools": [{"type": "custom", "name": CANARY}]}, "tools[0]", "custom"),
        ({"tools": [{"type": CANARY}]}, "tools[0]", "function"),
        ({"tool_choice": "required"}, "tool_choice", "`tools`"),
        ({"tool_choice": {"type": "file_search"}}, "tool_choice", "only functions"),
        ({"conversation": CANARY}, "conversation", "previous_response_id"),
        ({"conversation": {"id": CANARY}}, "conversation", "previous_response_id"),
        ({"prompt": {"id": CANARY}}, "prompt", "templates"),
        ({"moderation": {"model": CANARY}}, "moderation", "moderations"),
        ({"background": True, "store": False}, "background", "kept"),
        (user({"type": CANARY}), "input[0].content[0]", "not known here"),
        (user({"type": "input_file", "file_url": f"https://{CANARY}"}), "input[0].content[0]", "file_data"),
        (user({"type": "refusal", "refusal": CANARY}), "input[0]", "assistant"),
        ({"input": [{"type": "web_search_call", "id": CANARY}]}, "input[0]", "not to be had"),
        ({"input": [{"type": CANARY}]}, "input[0]", "not to be had"),
        ({"input": [{"role": CANARY, "content": "x"}]}, "input[0].role", "expected"),
        ({"input": [{"type": "function_call_output", "output": CANARY}]}, "input[0].call_id", "Missing"),
        ({"input": []}, "input", "empty"),
        ({"input": 5}, "input", "expected"),
        ({"text": {"format": {"type": "json_schema", "schema": {CANARY: 1}}}}, "text.format", "`name`"),
        ({"include": [CANARY]}, "include[0]", "expected"),
        ({"max_output_tokens": 0}, "max_output_tokens", "greater"),
        ({"metadata": {CANARY: 5}}, "metadata", "string"),
        ({"truncation": CANARY}, "truncation", "expected"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name_and_not_echoed(
    asked: dict[str, Any], param: str, said: str
) -> None:
    with pytest.raises(ApiError) as refused:
        chat_alone({"model": "auto", "input": "hello", **asked})

    assert refused.value.status == 400
    assert refused.value.param == param
    assert said in refused.value.message
    assert CANARY not in refused.value.message


@pytest.mark.parametrize(
    ("body", "endpoint"),
    [
        ({"input": "x"}, "responses"),
        ({"input": [{"role": "user", "content": "x"}]}, "responses"),
        ({"input": "x", "instructions": "y"}, "responses"),
        ({"prompt": {"id": "pmpt_1"}}, "responses"),
        ({"input": "x", "prompt": None}, "responses"),
        ({"input": "x", "encoding_format": "float"}, "embeddings"),
        ({"input": "x", "dimensions": 5}, "embeddings"),
        ({"input": ["x", "y"]}, "embeddings"),
        ({"input": [1, 2]}, "embeddings"),
        ({"input": [[1, 2]]}, "embeddings"),
        ({"prompt": "x"}, "completions"),
        ({"messages": []}, "chat.completions"),
    ],
)
def test_a_body_without_an_address_is_known_by_its_fields(body: dict[str, Any], endpoint: str) -> None:
    assert endpoint_of(body) == endpoint


def test_a_follow_up_can_only_be_read_by_the_gateway_that_has_the_rest() -> None:
    for more in ({"previous_response_id": "resp_1"}, {"input": [{"type": "item_reference", "id": "msg_1"}]}):
        with pytest.raises(ApiError, match="/v1/sepal/decide"):
            read_request({"model": "auto", "input": "hello", **more}, "responses")
