from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.swarm.errors import BridgeError
from gateway.swarm.request import Request, parse

CANARY = "canary-7f3a"
HELLO = [{"role": "user", "content": "hello"}]


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
    assert request.messages == (("user", "hello"),)
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
    assert _chat(messages=[{"role": "developer", "content": parts}]).messages == (("system", "one two"),)


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
        {"n": 2}, {"n": True}, {"tools": [{"type": "function"}]}, {"logprobs": True}, {"top_logprobs": 3},
        {"logit_bias": {"1": 5}}, {"response_format": {"type": "json_object"}}, {"functions": [{}]},
        {"audio": {"voice": "x"}}, {"top_k": 40}, {"tool_choice": "required"},
    ],
)  # fmt: skip
def test_what_the_swarm_cannot_do_is_refused_by_name(unsupported: dict[str, Any]) -> None:
    refusal = _refusal({"messages": HELLO} | unsupported)
    assert (refusal.status, refusal.code, refusal.param) == (400, "unsupported_parameter", next(iter(unsupported)))


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "x"}, "messages"),
        ({}, "messages"),
        ({"messages": [CANARY]}, "messages[0]"),
        ({"messages": [*HELLO, {"role": CANARY, "content": "x"}]}, "messages[1].role"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"),
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
