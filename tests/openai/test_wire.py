"""What an engine gets of a request: what was validated, and nothing that only the gateway needs."""

from typing import Any

import pytest

from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.read import validate

USER = {"role": "user", "content": "hello"}


def sent(**fields: Any) -> dict[str, Any]:
    request = validate({"model": "auto", "messages": [USER], **fields}, wire.ChatRequest)
    return wire.outbound(request, model="engine-model", stream=True)


def test_the_engine_gets_its_own_models_name_and_is_asked_to_stream_with_usage() -> None:
    assert sent() == {
        "messages": [USER],
        "model": "engine-model",
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_caller_can_not_switch_streaming_or_usage_off_behind_the_gateway() -> None:
    body = sent(stream=False, stream_options={"include_usage": False})
    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    "field", ["x-sepal-ticket", "x_sepal_label", "decision_id", "extra_body", "functions", "cache_prompt", "grammar"]
)
def test_fields_that_are_not_of_the_wire_format_are_dropped(field: str) -> None:
    assert sent(**{field: "value"}) == sent()
    inner = {**USER, field: "value"}
    assert sent(messages=[inner]) == sent()


@pytest.mark.parametrize("field", ["user", "metadata", "store"])
def test_what_identifies_the_caller_goes_to_nobody(field: str) -> None:
    value: Any = {"user": "me", "metadata": {"a": "b"}, "store": True}[field]
    assert sent(**{field: value}) == sent()


def test_but_it_is_inspected() -> None:
    request = validate({"model": "auto", "messages": [USER], "user": "me", "metadata": {"a": "b"}}, wire.ChatRequest)
    body = wire.inspected_body(request)
    assert (body["user"], body["metadata"]) == ("me", {"a": "b"})


def test_sampling_and_limits_arrive_as_they_were_sent() -> None:
    fields = {
        "temperature": 0.0,
        "top_p": 0.3,
        "max_tokens": 5,
        "stop": ["a", "b"],
        "seed": 2**63,
        "presence_penalty": -1.5,
        "n": 2,
        "logprobs": True,
        "top_logprobs": 2,
    }
    assert fields.items() <= sent(**fields).items()


def test_schemas_keep_nulls_and_their_own_names() -> None:
    parameters = {"type": "object", "properties": {"a": {"enum": [None, "x"], "default": None}}}
    tools = [{"type": "function", "function": {"name": "f", "parameters": parameters}}]
    assert sent(tools=tools)["tools"] == tools
    chosen = {"type": "json_schema", "json_schema": {"name": "n", "schema": parameters}}
    assert sent(response_format=chosen)["response_format"] == chosen


def test_an_assistants_turn_may_have_no_content_but_tool_calls() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    turn = {"role": "assistant", "content": None, "tool_calls": [call]}
    assert sent(messages=[USER, turn])["messages"][1]["tool_calls"] == [call]


def test_parts_keep_their_order_and_kind() -> None:
    parts = [
        {"type": "text", "text": "a"},
        {"type": "image_url", "image_url": {"url": "data:,", "detail": "low"}},
        {"type": "text", "text": "b"},
    ]
    assert sent(messages=[{"role": "user", "content": parts}])["messages"][0]["content"] == parts


@pytest.mark.parametrize("prompt", ["a", ["a", "b"], [1, 2], [[1], [2, 3]]])
def test_a_prompt_keeps_its_shape(prompt: Any) -> None:
    request = validate({"model": "m", "prompt": prompt}, wire.CompletionRequest)
    assert wire.outbound(request, model="m", stream=False) == {"prompt": prompt, "model": "m", "stream": False}


@pytest.mark.parametrize("prompt", [[[]], [[1], []]])
@pytest.mark.parametrize(("kind", "name"), [(wire.CompletionRequest, "prompt"), (wire.EmbeddingRequest, "input")])
def test_a_prompt_without_a_token_is_refused(kind: type[wire.Request], name: str, prompt: Any) -> None:
    with pytest.raises(ApiError) as refused:
        validate({"model": "auto", name: prompt}, kind)
    assert refused.value.param is not None
    assert refused.value.param.startswith(name)


def test_a_value_that_was_not_validated_is_told_in_no_warning() -> None:
    """Pydantic's warnings quote what they are about, and would stand in the log. Here they are errors."""
    request = validate({"model": "auto", "prompt": "hello"}, wire.CompletionRequest)
    odd = request.model_copy(update={"prompt": 5})
    assert wire.outbound(odd, model="m", stream=False)["prompt"] == 5
    assert wire.inspected_body(odd)["prompt"] == 5
