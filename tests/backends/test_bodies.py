"""What each engine is sent, so that it does what OpenAI means."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.backends.bodies import bodies
from gateway.openai import wire
from gateway.openai.read import validate

ENGINES = ("llama.cpp", "petals", "transformers", "openai")


def completion(engine: str, **fields: Any) -> list[dict[str, Any]]:
    request = validate({"model": "auto", "prompt": "x", **fields}, wire.CompletionRequest)
    return bodies(request, engine=engine, model="m")


def chat(engine: str, **fields: Any) -> dict[str, Any]:
    asked = {"model": "auto", "messages": [{"role": "user", "content": "x"}], **fields}
    (body,) = bodies(validate(asked, wire.ChatRequest), engine=engine, model="m")
    return body


SENT = {"model": "m", "stream": True, "stream_options": {"include_usage": True}}


@pytest.mark.parametrize("engine", ENGINES)
def test_one_prompt_is_one_body(engine: str) -> None:
    assert completion(engine, seed=5) == [{"prompt": "x", "seed": 5, **SENT}]


def test_what_comes_in_one_piece_is_asked_for_so_and_says_its_usage_by_itself() -> None:
    request = validate({"model": "auto", "prompt": ["x", "y"]}, wire.CompletionRequest)
    sent = bodies(request, engine="openai", model="m", stream=False)
    assert sent == [{"prompt": prompt, "model": "m", "stream": False} for prompt in "xy"]


@pytest.mark.parametrize("engine", ENGINES)
def test_several_prompts_are_sent_one_by_one(engine: str) -> None:
    assert [body["prompt"] for body in completion(engine, prompt=["x", "y"])] == ["x", "y"]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_echo_of_text_is_not_the_engines_business(engine: str) -> None:
    assert completion(engine, echo=True) == [{"prompt": "x", **SENT}]
    assert completion(engine, echo=True, logprobs=2)[0]["echo"] is True


@pytest.mark.parametrize("engine", ENGINES)
def test_a_choice_among_as_many_as_are_wanted_is_none(engine: str) -> None:
    (body,) = completion(engine, n=2, best_of=2)
    assert body.get("best_of") == (2 if engine == "openai" else None)


def test_llama_cpp_is_asked_for_one_of_the_likeliest_where_none_is_wanted() -> None:
    """Its server takes 0 for no log probabilities at all; what is too much is left out of the answer."""
    assert completion("llama.cpp", logprobs=0)[0]["logprobs"] == 1
    assert completion("llama.cpp", logprobs=3)[0]["logprobs"] == 3
    assert completion("petals", logprobs=0)[0]["logprobs"] == 0
    assert chat("llama.cpp", logprobs=True)["top_logprobs"] == 1
    assert chat("llama.cpp", logprobs=True, top_logprobs=4)["top_logprobs"] == 4
    assert "top_logprobs" not in chat("llama.cpp")
    assert "top_logprobs" not in chat("petals", logprobs=True)


TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "look"}}])
def test_a_call_that_must_be_made_is_asked_for_by_schema_where_the_engine_does_not_hold_to_it(
    engine: str, choice: Any
) -> None:
    sent = chat(engine, tools=[TOOL], tool_choice=choice)

    if engine == "llama.cpp":
        schema = sent["response_format"]["json_schema"]["schema"]
        assert schema["properties"] == {"name": {"const": "look"}, "arguments": {"type": "object"}}
        assert (sent["tools"], sent["tool_choice"]) == ([TOOL], "none")
    else:
        assert (sent["tools"], sent["tool_choice"], sent.get("response_format")) == ([TOOL], choice, None)


@pytest.mark.parametrize("choice", [None, "auto", "none"])
def test_a_call_that_may_be_made_is_left_to_the_engine(choice: str | None) -> None:
    more = {} if choice is None else {"tool_choice": choice}
    assert chat("llama.cpp", tools=[TOOL], **more) == {
        "messages": [{"role": "user", "content": "x"}], "tools": [TOOL], **more, **SENT,
    }  # fmt: skip
