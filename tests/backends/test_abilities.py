from typing import Any, get_args

import pytest

from gateway.backends.abilities import CAN, lacking, learn, needs
from gateway.openai import wire
from gateway.openai.read import validate
from gateway.policy.schema import Destination, EngineName

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
        ({"logprobs": 0}, ["logprobs of completions"]),
        ({"n": 3}, ["n"]),
    ],
)
def test_a_completion_needs_what_not_every_engine_can(fields: dict[str, Any], wanted: list[str]) -> None:
    assert completion(**fields) == wanted


def test_every_engine_has_its_abilities() -> None:
    assert set(CAN) == set(get_args(EngineName))


def destination(engine: str, model: str = "embedded") -> Destination:
    more = {"base_url": "http://127.0.0.1:1/v1"} if engine == "openai" else {}
    return Destination(clearance="public", engine=engine, model=model, **more)  # type: ignore[arg-type]


def request(**fields: Any) -> wire.ChatRequest:
    return validate({"model": "auto", "messages": [USER], **fields}, wire.ChatRequest)


@pytest.mark.parametrize(
    ("where", "fields", "lacks"),
    [
        (destination("petals"), {"n": 8, "logprobs": True, "logit_bias": {"1": 1}}, []),
        (destination("petals"), {"response_format": {"type": "json_object"}}, []),
        (destination("petals"), {"n": 9}, ["n"]),
        (destination("petals"), {"tools": [TOOL]}, ["tools"]),
        (destination("transformers", "m"), {"n": 9}, ["n"]),
        (destination("llama.cpp", "own.gguf"), {"n": 2, "tools": [TOOL]}, []),
        (destination("llama.cpp"), {"n": 2, "tools": [TOOL]}, ["tools"]),
        (destination("llama.cpp"), {"n": 4}, []),
        (destination("llama.cpp"), {"n": 5}, ["n"]),
        (destination("openai", "m"), {"n": 9, "tools": [TOOL]}, []),
    ],
)
def test_a_destination_says_what_it_lacks(where: Destination, fields: dict[str, Any], lacks: list[str]) -> None:
    assert lacking(where, request(**fields)) == lacks


def test_what_depends_on_the_model_is_known_once_its_engine_has_told() -> None:
    swarm, other = destination("petals", "told"), destination("petals", "other")
    messages = [USER, {"role": "assistant", "tool_calls": [CALL]}]
    asked = request(tools=[TOOL], messages=messages)
    assert lacking(swarm, asked) == ["tools", "messages"]

    learn("petals", "told", ["n", "tools", "messages"])
    assert (lacking(swarm, asked), lacking(other, asked)) == ([], ["tools", "messages"])

    learn("petals", "told", ["tools"])
    assert lacking(swarm, asked) == ["messages"]


@pytest.mark.parametrize("told", [None, "tools", 5, [5, None], {}])
def test_what_makes_no_sense_is_no_ability(told: object) -> None:
    learn("petals", "mute", told)

    assert lacking(destination("petals", "mute"), request(tools=[TOOL])) == ["tools"]


def test_a_lack_is_named_by_the_parameter_of_the_request() -> None:
    asked = validate({"model": "auto", "prompt": "x", "logprobs": 1}, wire.CompletionRequest)

    assert lacking(destination("llama.cpp"), asked) == ["logprobs"]


def test_every_ability_is_a_field_of_the_wire_that_a_refusal_can_name() -> None:
    models = (wire.ChatRequest, wire.CompletionRequest, wire.Message)
    fields = {field for model in models for field in model.model_fields}
    assert {name.split()[0] for can in CAN.values() for name in can} <= fields
