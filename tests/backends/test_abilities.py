from typing import Any, get_args

import pytest

from gateway.backends.abilities import CAN, NAMES, context_length, lacking, learn, names_of, needs
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
        ({"prompt": ["x", "y"]}, []),
        ({"prompt": [1, 2]}, ["prompt"]),
        ({"prompt": [[1], [2]]}, ["prompt"]),
        ({"echo": False, "suffix": "", "best_of": 1}, []),
        ({"echo": True}, []),
        ({"echo": True, "logprobs": 1}, ["logprobs of completions", "echo"]),
        ({"echo": True, "prompt": [1]}, ["echo", "prompt"]),
        ({"max_tokens": 0}, ["max_tokens"]),
        ({"n": 2, "best_of": 2}, ["n"]),
        ({"n": 2, "best_of": 3}, ["n", "best_of"]),
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
        (destination("petals"), {"tools": [TOOL]}, []),
        (destination("transformers", "m"), {"n": 9}, ["n"]),
        (destination("llama.cpp", "own.gguf"), {"n": 2, "tools": [TOOL]}, []),
        (destination("llama.cpp"), {"n": 2, "tools": [TOOL]}, []),
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
    assert lacking(swarm, asked) == []
    assert lacking(destination("petals", "embedded"), asked) == []

    learn(swarm, [])
    assert (lacking(swarm, asked), lacking(other, asked)) == (["tools", "messages"], [])

    learn(swarm, ["n", "tools", "messages"])
    assert lacking(swarm, asked) == []

    learn(swarm, ["tools"])
    assert lacking(swarm, asked) == ["messages"]


def test_a_token_that_the_model_does_not_have_can_not_be_biased() -> None:
    biased = [request(logit_bias={"10": 1, token: -1}) for token in ("99", "100")]
    where = destination("llama.cpp", "told.gguf")
    assert [lacking(where, asked) for asked in biased] == [[], []]

    learn(where, ["logit_bias below 100", "logit_bias below x"])
    assert [lacking(where, asked) for asked in biased] == [[], ["logit_bias"]]


@pytest.mark.parametrize("told", [None, "tools", 5, [5, None], {}])
def test_what_makes_no_sense_is_no_ability(told: object) -> None:
    where = destination("petals", "mute")
    learn(where, told)

    assert lacking(where, request(tools=[TOOL])) == ["tools"]


def test_a_lack_is_named_by_the_parameter_of_the_request() -> None:
    asked = validate({"model": "auto", "prompt": "x", "logprobs": 1}, wire.CompletionRequest)

    assert lacking(destination("transformers", "m"), asked) == ["logprobs"]


@pytest.mark.parametrize(
    ("engine", "fields", "lacks"),
    [
        ("llama.cpp", {"prompt": ["x", "y"], "logprobs": 5, "n": 4}, []),
        ("llama.cpp", {"prompt": ["x", "y"], "echo": True}, []),
        ("llama.cpp", {"prompt": [1, 2]}, []),
        ("llama.cpp", {"echo": True, "logprobs": 1}, ["echo"]),
        ("llama.cpp", {"max_tokens": 0}, ["max_tokens"]),
        ("llama.cpp", {"suffix": "x"}, ["suffix"]),
        ("llama.cpp", {"best_of": 2}, ["best_of"]),
        ("petals", {"prompt": ["x", "y"], "logprobs": 5, "n": 8, "echo": True, "max_tokens": 0}, []),
        ("petals", {"prompt": [1, 2]}, ["prompt"]),
        ("petals", {"suffix": "x", "best_of": 2}, ["suffix", "best_of"]),
        ("openai", {"suffix": "x", "best_of": 2, "echo": True, "logprobs": 0, "max_tokens": 0, "prompt": [[1]]}, []),
    ],
)
def test_what_completions_a_destination_can(engine: str, fields: dict[str, Any], lacks: list[str]) -> None:
    asked = validate({"model": "auto", "prompt": "x", **fields}, wire.CompletionRequest)
    assert lacking(destination(engine, "embedded" if engine != "openai" else "m"), asked) == lacks


def test_every_ability_is_a_field_of_the_wire_that_a_refusal_can_name() -> None:
    models = (wire.ChatRequest, wire.CompletionRequest, wire.EmbeddingRequest, wire.Message)
    fields = {field for model in models for field in model.model_fields}
    assert {name.split()[0] for can in CAN.values() for name in can} <= fields


def test_a_context_is_the_policys_or_what_the_engine_told() -> None:
    where = destination("llama.cpp", "context.gguf")
    assert context_length(where) is None

    learn(where, [], 2048)
    assert context_length(where) == 2048
    assert context_length(where.model_copy(update={"context_length": 512})) == 512

    for nonsense in (None, "2048", 0, -5, True, 1.5):
        learn(where, [], nonsense)
        assert context_length(where) is None


def test_a_server_of_somebodys_can_what_the_policy_says() -> None:
    def server(**more: Any) -> Destination:
        given = {"clearance": "public", "engine": "openai", "model": "m", "base_url": "http://127.0.0.1/v1"}
        return Destination.model_validate({**given, **more})

    asked = request(tools=[TOOL], logprobs=True)
    assert lacking(server(), asked) == []
    assert lacking(server(abilities=["tools"]), asked) == ["logprobs"]
    assert lacking(server(abilities=[]), asked) == ["tools", "logprobs"]
    assert names_of(server(abilities=["tools", "n"], embedding_model="e")) == ["tools", "n", "embeddings"]
    assert set(NAMES) | {"embeddings"} == set(names_of(server(embedding_model="e")))
