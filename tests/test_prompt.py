"""Whatever a destination would see of a request is inspected first, or marked as not readable."""

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.openai import wire
from gateway.openai.read import parse_json, validate
from gateway.policy.clear import clear
from gateway.policy.decide import Facts, decide
from gateway.policy.load import load_text
from gateway.prompt import Prompt, Segment, read_prompt

CANARY = "Canary Fairweather 4417"
USER = {"role": "user", "content": "hello"}


def chat(**fields: Any) -> wire.ChatRequest:
    body = parse_json(orjson.dumps({"model": "auto", "messages": [USER], **fields}))
    return validate(body, wire.ChatRequest)


def completion(**fields: Any) -> wire.CompletionRequest:
    body = parse_json(orjson.dumps({"model": "auto", "prompt": "hello", **fields}))
    return validate(body, wire.CompletionRequest)


def read(request: wire.Request) -> Prompt:
    return read_prompt(wire.inspected_body(request))


def texts(prompt: Prompt) -> list[str]:
    return [segment.text for segment in prompt.segments]


def message(role: str, **fields: Any) -> dict[str, Any]:
    return {"messages": [USER, {"role": role, **fields}, USER]}


def tool(**function: Any) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": {"name": "f", **function}}]}


def schema(value: Any) -> dict[str, Any]:
    return tool(parameters={"type": "object", "properties": {"a": value}})


def calling(arguments: str, name: str = "f", identity: str = "1") -> dict[str, Any]:
    call = {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}
    return message("assistant", tool_calls=[call])


def response_format(**fields: Any) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "n", **fields}}}


def deep(value: Any, levels: int) -> Any:
    for _ in range(levels):
        value = {"properties": {"x": [value]}}
    return value


IN_CHAT: dict[str, dict[str, Any]] = {
    **{f"{role} content": message(role, content=CANARY) for role in ("system", "developer", "user", "assistant")},
    "tool content": message("tool", content=CANARY, tool_call_id="1"),
    "function content": message("function", content=CANARY, name="f"),
    "text part": message("user", content=[{"type": "text", "text": CANARY}]),
    "second text part": message("user", content=[{"type": "text", "text": "a"}, {"type": "text", "text": CANARY}]),
    "tool's text part": message("tool", content=[{"type": "text", "text": CANARY}], tool_call_id="1"),
    "refusal part": message("assistant", content=[{"type": "refusal", "refusal": CANARY}]),
    "refusal": message("assistant", refusal=CANARY),
    "name": message("user", content="hi", name=CANARY),
    "tool_call_id": message("tool", content="hi", tool_call_id=CANARY),
    "call's arguments": calling(f'{{"who": "{CANARY}"}}'),
    "call's argument key": calling(f'{{"{CANARY}": 1}}'),
    "call's broken arguments": calling(f'{{"who": "{CANARY}'),
    "call's name": calling("{}", name=CANARY),
    "call's id": calling("{}", identity=CANARY),
    "function_call arguments": message("assistant", function_call={"name": "f", "arguments": CANARY}),
    "function_call name": message("assistant", function_call={"name": CANARY, "arguments": "{}"}),
    "tool name": tool(name=CANARY),
    "tool description": tool(description=CANARY),
    "property name": tool(parameters={"properties": {CANARY: {"type": "string"}}}),
    "property description": schema({"type": "string", "description": CANARY}),
    "property enum": schema({"enum": ["a", CANARY]}),
    "property const": schema({"const": CANARY}),
    "property default": schema({"default": [{"x": CANARY}]}),
    "property examples": schema({"examples": [[CANARY]]}),
    "property type": schema({"type": CANARY}),
    "property type list": schema({"type": ["string", CANARY]}),
    "property format": schema({"format": CANARY}),
    "property pattern": schema({"pattern": CANARY}),
    "property title": schema({"title": CANARY}),
    "$comment": schema({"$comment": CANARY}),
    "$ref": schema({"$ref": CANARY}),
    "required": tool(parameters={"required": [CANARY]}),
    "role as a schema key": schema({"role": CANARY}),
    "model as a schema key": schema({"model": CANARY}),
    "seed as a schema key": schema({"seed": CANARY}),
    "unknown schema key": schema({CANARY: True}),
    "deep schema": schema(deep({"description": CANARY}, 15)),
    "deep schema key": schema(deep({CANARY: None}, 15)),
    "tool_choice": {**tool(), "tool_choice": {"type": "function", "function": {"name": CANARY}}},
    "format name": response_format(name=CANARY),
    "format description": response_format(description=CANARY),
    "format schema": response_format(schema={"properties": {"a": {"description": CANARY}}}),
    "format schema key": response_format(schema={"properties": {CANARY: {}}}),
    "stop": {"stop": CANARY},
    "stop list": {"stop": ["a", CANARY]},
    "user": {"user": CANARY},
    "metadata value": {"metadata": {"k": CANARY}},
    "metadata key": {"metadata": {CANARY: "v"}},
    "metadata deep": {"metadata": {"k": [{"a": {CANARY: 1}}]}},
}
UNREADABLE: dict[str, dict[str, Any]] = {
    "image url": message("user", content=[{"type": "image_url", "image_url": {"url": CANARY}}]),
    "image detail": message("user", content=[{"type": "image_url", "image_url": {"url": "x", "detail": CANARY}}]),
    "audio part": message("user", content=[{"type": "input_audio", "input_audio": {"data": CANARY}}]),
    "file name": message("user", content=[{"type": "file", "file": {"filename": CANARY, "file_data": "x"}}]),
    "unknown part": message("user", content=[{"type": "hologram", "beam": CANARY}]),
    "unknown part's type": message("user", content=[{"type": CANARY}]),
    "part that only looks like text": message("user", content=[{"type": "Text", "text": CANARY}]),
    "assistant's audio": message("assistant", content="hi", audio={"id": CANARY}),
    "token ids in logit_bias": {"logit_bias": {"4417": 1, "1234": -1}},
}
IN_COMPLETION: dict[str, dict[str, Any]] = {
    "prompt": {"prompt": CANARY},
    "prompt list": {"prompt": ["a", CANARY]},
    "suffix": {"suffix": CANARY},
    "stop": {"stop": [CANARY]},
    "user": {"user": CANARY},
    "metadata": {"metadata": {"a": {"b": CANARY}}},
}


@pytest.mark.parametrize("fields", IN_CHAT.values(), ids=IN_CHAT.keys())
def test_a_text_in_any_field_of_a_chat_request_is_inspected(fields: dict[str, Any]) -> None:
    prompt = read(chat(**fields))
    assert any(CANARY in text for text in texts(prompt))
    assert not prompt.unreadable
    assert not any(CANARY in segment.path for segment in prompt.segments)


@pytest.mark.parametrize("fields", IN_COMPLETION.values(), ids=IN_COMPLETION.keys())
def test_a_text_in_any_field_of_a_completion_request_is_inspected(fields: dict[str, Any]) -> None:
    prompt = read(completion(**fields))
    assert CANARY in texts(prompt)
    assert not prompt.unreadable


@pytest.mark.parametrize("fields", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_content_that_is_no_text_is_marked_as_unreadable(fields: dict[str, Any]) -> None:
    prompt = read(chat(**fields))
    assert len(prompt.unreadable) == 1
    shown = repr(prompt.unreadable) + repr(prompt.segments)
    assert CANARY not in shown


@pytest.mark.parametrize("tokens", [[1, 2, 3], [[1, 2], [3]], [13812345678]])
def test_a_prompt_of_token_ids_is_unreadable(tokens: Any) -> None:
    assert [item.reason for item in read(completion(prompt=tokens)).unreadable] == ["token ids"]


def test_every_field_of_the_wire_types_is_in_one_of_these_tests_or_is_a_control() -> None:
    """A field that is added to the wire must be thought about here."""
    controls = {
        "model", "stream", "stream_options", "temperature", "top_p", "max_tokens", "max_completion_tokens", "seed",
        "n", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "parallel_tool_calls", "store",
        "echo", "best_of", "reasoning_effort",
    }  # fmt: skip
    seen = {field for fields in (*IN_CHAT.values(), *UNREADABLE.values(), *IN_COMPLETION.values()) for field in fields}
    assert (wire.ChatRequest.model_fields.keys() | wire.CompletionRequest.model_fields.keys()) - controls == seen
    parts = {key for fields in IN_CHAT.values() for item in fields.get("messages", ()) for key in item}
    parts |= {key for fields in UNREADABLE.values() for item in fields.get("messages", ()) for key in item}
    assert wire.Message.model_fields.keys() == parts


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (13812345678, "13812345678"),
        (-13812345678, "13812345678"),
        (13812345678.0, "13812345678"),
        (4111111111111111, "4111111111111111"),
        (110101199003078515, "110101199003078515"),
        (138.12345678, "138.12345678"),
        (1234567, "1234567"),
    ],
)
def test_a_long_number_is_inspected_as_its_digits(number: float, expected: str) -> None:
    assert expected in texts(read(chat(**schema({"const": number}))))
    assert expected in texts(read(chat(metadata={"k": [number]})))


def test_short_numbers_and_switches_are_no_texts() -> None:
    prompt = read(chat(**schema({"maximum": 123456, "minItems": 1, "uniqueItems": True, "default": None})))
    assert not {"123456", "1", "True", "None"} & set(texts(prompt))


@pytest.mark.parametrize(
    "text", ["50% off", "R&D", "a & b", "C:\\temp", "\\alpha + \\beta", "plain", "{a: 1}", "%", "\\"]
)
def test_ordinary_text_stands_there_once(text: str) -> None:
    assert texts(read(chat(messages=[{"role": "user", "content": text}]))) == [text]


def test_what_is_read_together_is_said() -> None:
    parts = [{"type": "text", "text": text} for text in ("a", "b", "c")]
    request = chat(
        messages=[
            {"role": "user", "content": parts},
            {"role": "assistant", "content": "d"},
            {"role": "user", "content": "e"},
        ],
        metadata={"phone": "f", "name": ["g", "h"]},
    )
    prompt = read(request)
    said = [tuple(prompt.segments[index].text for index in indices) for indices in prompt.sequences]
    assert sorted("".join(sorted(texts)) for texts in said) == ["abc", "abcdefgh", "abce", "de", "gh"]
    assert [tuple(prompt.segments[index].text for index in indices) for indices in prompt.parts] == [("a", "b", "c")]
    (record,) = prompt.records
    assert [(field.label, prompt.segments[field.value].text) for field in record] == [
        ("phone", "f"), ("name", "g"), ("name", "h"),
    ]  # fmt: skip


def test_what_the_wire_calls_its_fields_is_no_label() -> None:
    request = chat(**tool(description="x", parameters={"title": "y", "properties": {"z": {"default": "w"}}}))
    assert read(request).records == ()
    labels = {
        field.label
        for record in read(chat(**schema({"default": {"phone": "x", "name": "y"}}))).records
        for field in record
    }
    assert labels == {"phone"}


def test_paths_say_where_a_text_stands() -> None:
    request = chat(**message("user", content=[{"type": "text", "text": "a"}]), **tool(parameters={"secret name": "b"}))
    places = {segment.text: segment.path for segment in read(request).segments}
    assert places["a"] == "messages[1].content[0].text"
    assert places["b"] == "tools[0].function.parameters.(value 0)"
    assert places["secret name"] == "tools[0].function.parameters.(key 0)"


def test_a_segment_and_a_prompt_show_no_text() -> None:
    prompt = read(chat(**message("user", content=CANARY)))
    assert CANARY not in repr(prompt)
    assert CANARY not in repr(Segment("p", CANARY))


def test_the_depth_of_a_request_is_no_limit_for_reading() -> None:
    value: Any = CANARY
    for index in range(5_000):
        value = [value] if index % 2 else {"a": value}
    assert CANARY in [segment.text for segment in read_prompt({"metadata": value}).segments]


# --- Whatever would be sent, walked by this test's own means.

# Words of OpenAI's API reference and of JSON Schema: a key that is one of these says nothing of anybody.
WIRE_KEYS = {
    "messages", "role", "content", "type", "text", "refusal", "name", "tool_calls", "tool_call_id", "id",
    "function", "arguments", "function_call", "audio", "tools", "description", "parameters", "strict",
    "tool_choice", "response_format", "json_schema", "schema", "stop", "prompt", "suffix", "image_url", "url",
    "detail", "input_audio", "data", "file", "file_id", "filename", "file_data", "index", "properties", "items",
    "required", "enum", "title", "default", "examples", "const", "anyOf", "oneOf", "allOf", "additionalProperties",
    "format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "$defs", "$ref",
    "definitions",
}  # fmt: skip
CLOSED = {
    "system", "developer", "user", "assistant", "tool", "function", "text", "refusal", "none", "auto", "required",
    "json_schema", "json_object", "object", "string", "number", "integer", "boolean", "array", "null",
}  # fmt: skip


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of every string and free key below `value`, and of every long number."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            if key not in WIRE_KEYS:
                yield f"{path}.KEY", key
            yield from leaves(child, f"{path}.{key}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from leaves(child, f"{path}[{index}]")
    elif isinstance(value, int) and len(str(abs(value))) >= 7:
        yield path, str(abs(value))


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
plain_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text | st.sampled_from(["enum", "type"]), inner),
    max_leaves=8,
)
objects = st.dictionaries(text | st.sampled_from(["properties", "type", "default", "role", "model"]), plain_json)
part = (
    st.fixed_dictionaries({"type": st.just("text"), "text": text})
    | st.fixed_dictionaries({"type": st.just("refusal"), "refusal": text})
    | st.fixed_dictionaries({"type": st.just("image_url"), "image_url": st.fixed_dictionaries({"url": text})})
    | st.fixed_dictionaries({"type": text, "x": plain_json})
)
content = text | st.lists(part, min_size=1, max_size=3)
call = st.fixed_dictionaries({"name": text, "arguments": text | objects.map(json.dumps)})
messages = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "developer", "user", "assistant", "tool", "function"]), "content": content},
    optional={
        "name": text,
        "tool_call_id": text,
        "refusal": text,
        "tool_calls": st.lists(st.fixed_dictionaries({"id": text, "type": st.just("function"), "function": call})),
        "function_call": call,
        "audio": objects,
        "something new": plain_json,
    },
)
definitions = st.fixed_dictionaries({"name": text}, optional={"description": text, "parameters": objects})
shared = {"stop": text | st.lists(text, max_size=4), "user": text, "metadata": objects, "smuggled": plain_json}
chats = st.fixed_dictionaries(
    {"model": st.just("auto"), "messages": st.lists(messages, min_size=1, max_size=3)},
    optional={
        **shared,
        "tools": st.lists(st.fixed_dictionaries({"type": st.just("function"), "function": definitions}), max_size=2),
        "tool_choice": st.sampled_from(["none", "auto"])
        | st.fixed_dictionaries({"type": st.just("function"), "function": st.fixed_dictionaries({"name": text})}),
        "response_format": st.fixed_dictionaries(
            {
                "type": st.just("json_schema"),
                "json_schema": st.fixed_dictionaries({"name": text}, optional={"schema": objects, "description": text}),
            }
        ),
    },
)
completions = st.fixed_dictionaries(
    {"model": st.just("auto"), "prompt": text | st.lists(text, min_size=1, max_size=3)},
    optional={**shared, "suffix": text},
)
EVERYWHERE = load_text(
    "version: 1\nlevels: [low, high]\ndestinations: {d: {clearance: high, engine: llama.cpp}}\n"
    "entities: {default: high}\nroute: {prefer: [d]}"
)


def check_nothing_uninspected(request: wire.Request) -> None:
    prompt = read(request)
    seen = set(texts(prompt))
    unreadable = tuple(f".{item.path}" for item in prompt.unreadable)
    body = wire.outbound(request, model="engine-model", stream=True)
    own = {"model": "engine-model", "stream": True, "stream_options": {"include_usage": True}}
    sent = json.loads(orjson.dumps(body))
    assert own.items() <= sent.items()
    for path, leaf in leaves({key: value for key, value in sent.items() if key not in own}):
        if leaf == "" or (leaf in CLOSED and re.search(r"\.(role|type|tool_choice)(\[\d+\])?$", path)):
            continue
        assert leaf in seen or path.startswith(unreadable or "-"), path
    assert b"smuggled" not in orjson.dumps(body)
    facts = Facts((), unreadable=prompt.unreadable, inspected=prompt.digest())
    assert clear(decide(EVERYWHERE, facts), "d", prompt, decision_id="d", path="/x", body=body).body


@given(chats)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_of_a_chat_request_would_be_sent_that_was_not_inspected(body: dict[str, Any]) -> None:
    check_nothing_uninspected(validate(parse_json(orjson.dumps(body)), wire.ChatRequest))


@given(completions)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_of_a_completion_request_would_be_sent_that_was_not_inspected(body: dict[str, Any]) -> None:
    check_nothing_uninspected(validate(parse_json(orjson.dumps(body)), wire.CompletionRequest))


def test_this_check_notices_a_field_that_is_not_inspected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.prompt._CONTROLS", frozenset({"stop"}))
    with pytest.raises(AssertionError):
        check_nothing_uninspected(chat(stop="unseen"))


def test_the_digest_tells_prompts_apart_and_shows_nothing() -> None:
    def digest(*contents: Any) -> bytes:
        return read_prompt({"messages": [{"role": "user", "content": item} for item in contents]}).digest()

    image = [{"type": "image_url", "image_url": {"url": "data:,"}}]
    different = [digest("ab"), digest("a", "b"), digest("b", "a"), digest("ab", image), digest("\ud83d"), digest()]

    assert len(set(different)) == len(different)
    assert digest("ab") == digest("ab")
    assert {len(item) for item in different} == {32}


def test_a_model_s_answers_are_told_from_what_others_wrote() -> None:
    messages = [
        {"role": "user", "content": "who?"},
        {"role": "assistant", "content": [{"type": "text", "text": "Li Bai"}, {"type": "text", "text": "a poet"}]},
        {"role": "user", "content": "thanks"},
    ]
    prompt = read_prompt({"messages": messages})

    assert [prompt.segments[index].text for index in sorted(prompt.answers)] == ["Li Bai", "a poet"]


def test_a_seed_that_could_be_a_number_of_somebody_s_is_inspected() -> None:
    hello = [{"role": "user", "content": "hello"}]

    assert "13812345678" in texts(read_prompt({"messages": hello, "seed": 13812345678}))
    assert texts(read_prompt({"messages": hello, "seed": 42, "max_tokens": 256, "stream": True})) == ["hello"]
