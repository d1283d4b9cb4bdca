from typing import Any, get_args

import pytest

from gateway.backends.abilities import CAN, lacking, needs
from gateway.openai import wire
from gateway.openai.read import validate
from gateway.policy.schema import EngineName

USER = {"role": "user", "content": "hello"}


def chat(**fields: Any) -> list[str]:
    return needs(validate({"model": "auto", "messages": [USER], **fields}, wire.ChatRequest))


def completion(**fields: Any) -> list[str]:
    return needs(validate({"model": "auto", "prompt": "x", **fields}, wire.CompletionRequest))


TOOL = {"type": "function", "function": {"name": "f"}}
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({}, []),
        ({"n": 1, "logprobs": False, "tools": [], "logit_bias": {}, "response_format": {"type": "text"}}, []),
        ({"temperature": 0, "seed": 1, "stop": ["a"], "max_tokens": 1, "presence_penalty": 1}, []),
        ({"n": 2}, ["n"]),
        ({"tools": [TOOL]}, ["tools"]),
        ({"logprobs": True}, ["logprobs"]),
        ({"response_format": {"type": "json_object"}}, ["response_format"]),
        ({"logit_bias": {"1": 1}}, ["logit_bias"]),
        ({"messages": [USER, {"role": "assistant", "tool_calls": [CALL]}]}, ["messages"]),
        ({"messages": [USER, {"role": "tool", "content": "x", "tool_call_id": "1"}]}, ["messages"]),
        ({"n": 2, "tools": [TOOL], "logprobs": True}, ["n", "tools", "logprobs"]),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]}, []),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}, ["content"]),
    ],
)
def test_a_chat_request_needs_what_not_every_engine_can(fields: dict[str, Any], wanted: list[str]) -> None:
    assert chat(**fields) == wanted


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({}, []),
        ({"prompt": ["x"]}, []),
        ({"echo": False, "suffix": "", "best_of": 1}, []),
        ({"prompt": ["x", "y"]}, ["prompt"]),
        ({"echo": True}, ["echo"]),
        ({"suffix": "x"}, ["suffix"]),
        ({"best_of": 2}, ["best_of"]),
        ({"logprobs": 0}, ["logprobs"]),
        ({"n": 3}, ["n"]),
    ],
)
def test_a_completion_needs_what_not_every_engine_can(fields: dict[str, Any], wanted: list[str]) -> None:
    assert completion(**fields) == wanted


def test_every_engine_has_its_abilities() -> None:
    assert set(CAN) == set(get_args(EngineName))


def test_a_swarm_can_do_none_of_them_and_says_which() -> None:
    wanted = chat(n=2, tools=[TOOL])
    assert lacking("petals", wanted) == ["n", "tools"]
    assert lacking("llama.cpp", wanted) == []


def test_every_ability_is_a_field_of_the_wire_that_a_refusal_can_name() -> None:
    models = (wire.ChatRequest, wire.CompletionRequest, wire.Message)
    fields = {field for model in models for field in model.model_fields} | {"functions"}
    assert {name for can in CAN.values() for name in can} <= fields
