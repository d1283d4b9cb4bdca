from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.swarm.errors import BridgeError
from gateway.swarm.messages import Call, Message
from gateway.swarm.request import Request, parse
from gateway.swarm.tools import Tool, Tools

CANARY = "canary-7f3a"
HELLO = [{"role": "user", "content": "hello"}]
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
TIME = {"type": "function", "function": {"name": "time", "description": "tells the time", "strict": True}}
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rome"}'}}


def _chat(**fields: Any) -> Request:
    return parse(json.dumps({"messages": HELLO} | fields).encode(), "chat")


def _refusal(body: bytes | dict[str, Any], endpoint: Any = "chat") -> BridgeError:
    with pytest.raises(BridgeError) as refused:
        parse(body if isinstance(body, bytes) else json.dumps(body).encode(), endpoint)
    return refused.value


def test_a_chat_is_read_with_its_settings() -> None:
    request = _chat(
        temperature=0.5, top_p=0.9, seed=7, max_tokens=5, stop=["a", "b"], stream=True,
        stream_options={"include_usage": True}, frequency_penalty=1, presence_penalty=-1,
    )  # fmt: skip
    assert request.messages == (Message("user", "hello"),)
    assert (request.sampling.temperature, request.sampling.top_p, request.sampling.seed) == (0.5, 0.9, 7)
    assert (request.sampling.frequency_penalty, request.sampling.presence_penalty) == (1.0, -1.0)
    assert (request.max_tokens, request.stop, request.stream, request.include_usage) == (5, ("a", "b"), True, True)


def test_what_is_not_given_is_left_to_the_bridge() -> None:
    request = _chat(temperature=None, stop=None, max_tokens=None, n=None, tools=None, stream=None)
    assert request.sampling.temperature is None
    assert request.max_tokens is None
    assert request.stop == ()
    assert not request.stream


def test_parts_of_text_are_one_text_and_developers_are_system() -> None:
    parts = [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]
    assert _chat(messages=[{"role": "developer", "content": parts}]).messages == (Message("system", "one two"),)


def test_max_completion_tokens_goes_before_max_tokens() -> None:
    assert _chat(max_tokens=5, max_completion_tokens=9).max_tokens == 9


@pytest.mark.parametrize("prompt", ["once", ["once"]])
def test_a_completion_is_read(prompt: Any) -> None:
    assert parse(json.dumps({"prompt": prompt}).encode(), "completions").prompt == "once"


@pytest.mark.parametrize(
    "harmless", [{"n": 1}, {"tools": []}, {"logprobs": False}, {"response_format": {"type": "text"}}, {"user": "u"}]
)
def test_settings_that_change_nothing_are_accepted(harmless: dict[str, Any]) -> None:
    assert _chat(**harmless).messages


@pytest.mark.parametrize(
    "unsupported",
    [
        {"best_of": 2}, {"echo": True}, {"functions": [{}]}, {"function_call": {"name": "f"}},
        {"audio": {"voice": "x"}}, {"top_k": 40},
    ],
)  # fmt: skip
def test_what_the_swarm_cannot_do_is_refused_by_name(unsupported: dict[str, Any]) -> None:
    refusal = _refusal({"messages": HELLO} | unsupported)
    assert (refusal.status, refusal.code, refusal.param) == (400, "unsupported_parameter", next(iter(unsupported)))


@pytest.mark.parametrize(
    "unsupported",
    [
        {"suffix": "x"}, {"best_of": 2}, {"tools": [WEATHER]}, {"tool_choice": "required"},
        {"response_format": {"type": "json_object"}}, {"top_logprobs": 1},
    ],
)  # fmt: skip
def test_what_a_completion_cannot_have_is_refused_by_name(unsupported: dict[str, Any]) -> None:
    refusal = _refusal({"prompt": "x"} | unsupported, "completions")
    assert (refusal.status, refusal.code, refusal.param) == (400, "unsupported_parameter", next(iter(unsupported)))


@pytest.mark.parametrize(
    ("fields", "logprobs"),
    [
        ({}, None), ({"logprobs": False}, None), ({"logprobs": None, "top_logprobs": 0}, None),
        ({"logprobs": True}, 0), ({"logprobs": True, "top_logprobs": 20}, 20),
    ],
)  # fmt: skip
def test_a_chat_asks_for_log_probabilities_and_says_of_how_many_tokens(fields: dict[str, Any], logprobs: Any) -> None:
    assert _chat(**fields).logprobs == logprobs


def test_a_completion_may_be_an_echo_of_its_prompt_alone() -> None:
    request = parse(b'{"prompt": "x", "echo": true, "max_tokens": 0}', "completions")
    assert (request.echo, request.max_tokens) == (True, 0)
    assert not parse(b'{"prompt": "x", "echo": null}', "completions").echo
    assert _refusal(b'{"prompt": "x", "echo": 1}', "completions").param == "echo"


@pytest.mark.parametrize(("given", "logprobs"), [(None, None), (False, None), (0, 0), (5, 5)])
def test_a_completion_asks_for_log_probabilities_with_a_number(given: Any, logprobs: Any) -> None:
    assert parse(json.dumps({"prompt": "x", "logprobs": given}).encode(), "completions").logprobs == logprobs


def test_several_answers_and_biases_are_read() -> None:
    request = _chat(n=8, logit_bias={"5": -100, "17": 2.5, "9": 0})
    assert (request.answers, request.sampling.bias) == (8, {5: -100.0, 17: 2.5})


def test_a_form_is_any_object_or_what_its_schema_says() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    given = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, "strict": True}}
    assert _chat(response_format=given).schema == schema
    assert _chat(response_format={"type": "json_object"}).schema == {"type": "object"}
    assert _chat(response_format={"type": "json_schema", "json_schema": {"name": "x"}}).schema == {"type": "object"}


WEATHER_TOOL, TIME_TOOL = Tool("weather", "", {"type": "object"}), Tool("time", "tells the time", None, strict=True)


@pytest.mark.parametrize(
    ("fields", "tools"),
    [
        ({}, Tools((WEATHER_TOOL, TIME_TOOL))),
        ({"tool_choice": "auto", "parallel_tool_calls": False}, Tools((WEATHER_TOOL, TIME_TOOL), several=False)),
        ({"tool_choice": "none"}, Tools()),
        ({"tool_choice": "required"}, Tools((WEATHER_TOOL, TIME_TOOL), forced=True)),
        (
            {"tool_choice": {"type": "function", "function": {"name": "time"}}},
            Tools((TIME_TOOL,), forced=True, several=False),
        ),
    ],
)
def test_a_request_offers_the_tools_that_its_choice_leaves(fields: dict[str, Any], tools: Tools) -> None:
    assert _chat(tools=[WEATHER, TIME], **fields).tools == tools


def test_calls_and_their_results_belong_together() -> None:
    messages = [
        *HELLO,
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
    ]
    _, called, result = _chat(messages=messages).messages
    assert called == Message("assistant", "", (Call("c1", "weather", '{"city": "Rome"}'),))
    assert called.as_json()["tool_calls"][0]["function"]["arguments"] == {"city": "Rome"}
    shown = called.as_json()["tool_calls"][0]["id"]
    assert result.as_json() == {"role": "tool", "content": "sunny", "tool_call_id": shown, "name": "weather"}


@pytest.mark.parametrize("arguments", ["{", "5", '"x"', '{"a": "\\ud800"}', "[" * 100_000])
def test_arguments_that_are_no_object_stay_the_text_that_they_are(arguments: str) -> None:
    assert Call("c1", "f", arguments).as_json()["function"]["arguments"] == arguments


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "x"}, "messages"),
        ({}, "messages"),
        ({"messages": [CANARY]}, "messages[0]"),
        ({"messages": [*HELLO, {"role": CANARY, "content": "x"}]}, "messages[1].role"),
        ({"messages": [{"role": "function", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].tool_call_id"),
        ({"messages": [{"role": "user", "content": "x", "tool_calls": [CALL]}]}, "messages[0].tool_calls"),
        ({"messages": [{"role": "assistant", "tool_calls": [{"id": "1"}]}]}, "messages[0].tool_calls[0].function"),
        ({"messages": [{"role": "assistant", "tool_calls": []}]}, "messages[0].content"),
        ({"messages": HELLO, "n": 9}, "n"),
        ({"messages": HELLO, "n": True}, "n"),
        ({"messages": HELLO, "top_logprobs": 3}, "top_logprobs"),
        ({"messages": HELLO, "logprobs": 3}, "logprobs"),
        ({"messages": HELLO, "logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"messages": HELLO, "logit_bias": {CANARY: 1}}, "logit_bias"),
        ({"messages": HELLO, "logit_bias": {"-1": 1}}, "logit_bias"),
        ({"messages": HELLO, "logit_bias": {"1": 101}}, "logit_bias"),
        ({"messages": HELLO, "logit_bias": {"1": CANARY}}, "logit_bias"),
        ({"messages": HELLO, "logit_bias": [1]}, "logit_bias"),
        ({"messages": HELLO, "response_format": {"type": CANARY}}, "response_format.type"),
        ({"messages": HELLO, "response_format": CANARY}, "response_format"),
        ({"messages": HELLO, "response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        (
            {"messages": HELLO, "response_format": {"type": "json_schema", "json_schema": {"schema": {"a": "\ud800"}}}},
            "response_format.json_schema.schema",
        ),
        ({"messages": HELLO, "tools": CANARY}, "tools"),
        ({"messages": HELLO, "tools": [{"type": CANARY}]}, "tools[0].type"),
        ({"messages": HELLO, "tools": [{"type": "function", "function": {"name": ""}}]}, "tools[0].function.name"),
        ({"messages": HELLO, "tools": [WEATHER], "tool_choice": CANARY}, "tool_choice"),
        ({"messages": HELLO, "tool_choice": "required"}, "tool_choice"),
        (
            {"messages": HELLO, "tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": CANARY}}},
            "tool_choice",
        ),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": "\ud800"}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages[0].content[0].type"),
        ({"messages": [{"role": "user", "content": [CANARY]}]}, "messages[0].content[0]"),
        ({"messages": HELLO, "temperature": 2.1}, "temperature"),
        ({"messages": HELLO, "temperature": "1"}, "temperature"),
        ({"messages": HELLO, "top_p": -0.1}, "top_p"),
        ({"messages": HELLO, "top_p": True}, "top_p"),
        ({"messages": HELLO, "max_tokens": 0}, "max_tokens"),
        ({"messages": HELLO, "max_tokens": 1.5}, "max_tokens"),
        ({"messages": HELLO, "seed": 2**70}, "seed"),
        ({"messages": HELLO, "stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"messages": HELLO, "stop": [""]}, "stop"),
        ({"messages": HELLO, "stop": [3]}, "stop"),
        ({"messages": HELLO, "stream": "yes"}, "stream"),
        ({"messages": HELLO, "stream": True, "stream_options": []}, "stream_options"),
        ({"messages": HELLO, "stream": True, "stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
        ({"messages": HELLO, "model": 3}, "model"),
    ],
)
def test_a_wrong_field_is_named_and_not_quoted(fields: dict[str, Any], param: str) -> None:
    refusal = _refusal(fields)
    assert (refusal.status, refusal.param) == (400, param)
    assert CANARY not in json.dumps(refusal.body())


@pytest.mark.parametrize("prompt", [None, 5, [], ["a", "b"], [1, 2], [[1]], "\udfff"])
def test_a_prompt_is_one_text(prompt: Any) -> None:
    assert _refusal({"prompt": prompt}, "completions").param == "prompt"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"5", b"\xff\xfe\xfd", b'{"messages": NaN}', b"[" * 100_000, b'{"a":' * 100_000,
        b'{"seed": ' + b"9" * 10_000 + b"}",
    ],
    ids=["empty", "cut", "list", "number", "bytes", "nan", "deep list", "deep object", "huge integer"],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    refusal = _refusal(body)
    assert (refusal.status, refusal.code) == (400, "invalid_json")
