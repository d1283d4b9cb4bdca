"""Rubbish gets an error that names the field and says what to do, and never repeats what was sent."""

import re
import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from starlette.requests import ClientDisconnect, Request

from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.read import MAX_VALUES, parse_json, read_body, validate
from gateway.prompt import read_prompt

USER = {"role": "user", "content": "hello"}
CANARY = "Canary_Fairweather"
PARAM = re.compile(r"[a-z_]+(\[\d+\]|\.[a-z_]+)*")


def refused(body: bytes | dict[str, Any], model: Any = wire.ChatRequest) -> ApiError:
    with pytest.raises(ApiError) as caught:
        validate(parse_json(body if isinstance(body, bytes) else orjson.dumps(body)), model)
    error = caught.value
    assert 400 <= error.status < 500
    assert error.type == "invalid_request_error"
    assert error.headers()["x-should-retry"] == "false"
    assert error.message.endswith(".")
    assert error.param is None or PARAM.fullmatch(error.param)
    return error


def chat(**fields: Any) -> dict[str, Any]:
    return {"model": "auto", "messages": [USER], **fields}


BROKEN = [
    (b"", "empty"),
    (b"  \n ", "empty"),
    (b"{", "not valid JSON (line 1, column 2)"),
    (b'{"model": "auto",\n "messages": [}', "line 2, column 15"),
    (b"{'model': 'auto'}", "not valid JSON"),
    (b'{"a": NaN}', "not valid JSON"),
    (b'{"a": Infinity}', "not valid JSON"),
    (b'{"a": 1e999}', "not valid JSON"),
    (b'{"a": 1,}', "not valid JSON"),
    (b'{"a": "\x01"}', "not valid JSON"),
    (b'{"a": "x"} {"b": 1}', "not valid JSON"),
    (b'{"a": "\xff\xfe"}', "not UTF-8"),
    (b'\xff\xfe{\x00"\x00', "not UTF-8"),
    (b'{"a": "\\ud800"}', "unpaired surrogate"),
    (b'{"a": "\\udc00 x"}', "unpaired surrogate"),
    (b'{"\\ud800": 1}', "unpaired surrogate"),
    (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
    (b"[]", "must be a JSON object"),
    (b'"text"', "must be a JSON object"),
    (b"null", "must be a JSON object"),
    (b"17", "must be a JSON object"),
    (b"[" * 100_000, "nested more than"),
    (b'{"a":' * 100_000, "nested more than"),
    (b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}", "nested more than"),
]


@pytest.mark.parametrize(("body", "words"), BROKEN, ids=range(len(BROKEN)))
def test_a_body_that_is_no_json_object_says_what_is_wrong(body: bytes, words: str) -> None:
    assert words in refused(body).message


WRONG = [
    ({"model": "auto"}, "messages", "missing_required_parameter", "Missing required parameter: 'messages'"),
    ({"messages": [USER]}, "model", "missing_required_parameter", "'model'"),
    (chat(messages=[]), "messages", "empty_array", "at least one"),
    (chat(messages=None), "messages", "invalid_value", "expected a valid list"),
    (chat(messages="hello"), "messages", "invalid_value", "expected a valid list"),
    (chat(messages={"0": USER}), "messages", "invalid_value", "expected a valid list"),
    (chat(messages=["hello"]), "messages[0]", "invalid_value", "expected an object"),
    (chat(messages=[USER, None]), "messages[1]", "invalid_value", "expected an object"),
    (chat(messages=[{"content": "x"}]), "messages[0].role", "missing_required_parameter", "messages[0].role"),
    (chat(messages=[{"role": "root", "content": "x"}]), "messages[0].role", "invalid_value", "'system'"),
    (chat(messages=[{"role": ["user"], "content": "x"}]), "messages[0].role", "invalid_value", "'system'"),
    (chat(messages=[{"role": "user"}]), "messages[0]", "invalid_value", "needs `content`"),
    (chat(messages=[{"role": "user", "content": None}]), "messages[0]", "invalid_value", "needs `content`"),
    (chat(messages=[{"role": "user", "content": 5}]), "messages[0].content", "invalid_value", "valid string"),
    (chat(messages=[{"role": "user", "content": []}]), "messages[0].content", "empty_array", "at least one"),
    (chat(messages=[{"role": "user", "content": ["x"]}]), "messages[0].content[0]", "invalid_value", "an object"),
    (
        chat(messages=[{"role": "user", "content": [{"text": "x"}]}]),
        "messages[0].content[0].type",
        "missing_required_parameter",
        "messages[0].content[0].type",
    ),
    (
        chat(messages=[{"role": "user", "content": [{"type": "text"}]}]),
        "messages[0].content[0].text",
        "missing_required_parameter",
        "messages[0].content[0].text",
    ),
    (
        chat(messages=[{"role": "user", "content": [{"type": "text", "text": 1}]}]),
        "messages[0].content[0].text",
        "invalid_value",
        "valid string",
    ),
    (
        chat(messages=[{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"}}]}]),
        "messages[0].tool_calls[0].function.arguments",
        "missing_required_parameter",
        "arguments",
    ),
    (chat(messages=[USER] * 10_000), "messages", "array_above_max_length", "more than 2048"),
    (chat(model=""), "model", "invalid_value", "at least 1 character"),
    (chat(model=7), "model", "invalid_value", "valid string"),
    (chat(model="x" * 513), "model", "invalid_value", "at most 512"),
    (chat(stream="yes"), "stream", "invalid_value", "valid boolean"),
    (chat(stream=1), "stream", "invalid_value", "valid boolean"),
    (chat(temperature=-0.1), "temperature", "invalid_value", "greater than or equal to 0"),
    (chat(temperature=3), "temperature", "invalid_value", "less than or equal to 2"),
    (chat(temperature="0.5"), "temperature", "invalid_value", "valid number"),
    (chat(temperature=10**400), None, None, "not valid JSON"),
    (chat(temperature=True), "temperature", "invalid_value", "valid number"),
    (chat(top_p=0), "top_p", "invalid_value", "greater than 0"),
    (chat(max_tokens=0), "max_tokens", "invalid_value", "greater than or equal to 1"),
    (chat(max_tokens=1.5), "max_tokens", "invalid_value", "valid integer"),
    (chat(max_tokens=2**63), "max_tokens", "invalid_value", "less than or equal"),
    (chat(max_completion_tokens=-1), "max_completion_tokens", "invalid_value", "greater than or equal to 1"),
    (chat(n=0), "n", "invalid_value", "greater than or equal to 1"),
    (chat(n=10**6), "n", "invalid_value", "less than or equal to 128"),
    (chat(seed="x"), "seed", "invalid_value", "valid integer"),
    (chat(seed=1.5), "seed", "invalid_value", "valid integer"),
    (chat(stop=["a"] * 5), "stop", "invalid_value", "at most 4"),
    (chat(stop=[1]), "stop[0]", "invalid_value", "valid string"),
    (chat(stop={}), "stop", "invalid_value", "valid string"),
    (chat(tools={}), "tools", "invalid_value", "valid list"),
    (chat(tools=[{"type": "browser"}]), "tools[0].type", "invalid_value", "'function'"),
    (chat(tools=[{"type": "function"}]), "tools[0].function", "missing_required_parameter", "function"),
    (
        chat(tools=[{"type": "function", "function": {}}]),
        "tools[0].function.name",
        "missing_required_parameter",
        "name",
    ),
    (chat(tool_choice="maybe"), "tool_choice", "invalid_value", "'none', 'auto'"),
    (chat(response_format="json"), "response_format", "invalid_value", "an object"),
    (chat(response_format={"type": "xml"}), "response_format.type", "invalid_value", "'text'"),
    (chat(stream_options=[]), "stream_options", "invalid_value", "an object"),
    (chat(logit_bias={"hello": 1}), "logit_bias", "invalid_value", "match pattern"),
    (chat(logit_bias={"5": 101}), "logit_bias", "invalid_value", "less than or equal to 100"),
    (chat(metadata=[]), "metadata", "invalid_value", "an object"),
    (chat(user=1), "user", "invalid_value", "valid string"),
    (chat(reasoning_effort="ultra"), "reasoning_effort", "invalid_value", "'low'"),
    (chat(messages=[{"role": "user", "content": "a\0b"}]), "messages", None, "NUL"),
    (chat(metadata={"a\0": 1}), "metadata", None, "NUL"),
    (chat(user="\0"), "user", None, "NUL"),
    (chat(metadata={"a": [0] * (MAX_VALUES + 1)}), "metadata", None, "more than 200000 values"),
]


@pytest.mark.parametrize(("body", "param", "code", "words"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_field_is_named_with_what_is_expected(
    body: dict[str, Any], param: str | None, code: str | None, words: str
) -> None:
    raw = orjson.dumps(body) if body.get("temperature") != 10**400 else b'{"temperature": 1' + b"0" * 400 + b"}"
    error = refused(raw)
    assert (error.param, error.code) == (param, code)
    assert words in error.message
    assert error.body()["error"]["param"] == param


@pytest.mark.parametrize("depth", [64, 100, 900])
def test_a_value_that_is_nested_too_deeply_names_its_field(depth: int) -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        body = b'{"metadata": ' + opening * depth + b"1" + closing * depth + b"}"
        assert refused(body).param == "metadata"


def test_what_is_nested_as_deep_as_allowed_goes_all_the_way() -> None:
    body = orjson.dumps(chat())[:-1] + b',"metadata":{"a":' + b"[" * 62 + b"1" + b"]" * 62 + b"}}"
    request = validate(parse_json(body), wire.ChatRequest)
    assert read_prompt(wire.inspected_body(request)).segments
    orjson.dumps(wire.inspected_body(request))


COMPLETIONS = [
    ({"model": "auto"}, "prompt", "missing_required_parameter"),
    ({"model": "auto", "prompt": ""}, "prompt", "invalid_value"),
    ({"model": "auto", "prompt": []}, "prompt", "invalid_value"),
    ({"model": "auto", "prompt": {}}, "prompt", "invalid_value"),
    ({"model": "auto", "prompt": ["a", 1]}, "prompt[1]", "invalid_value"),
    ({"model": "auto", "prompt": [1, "a"]}, "prompt[1]", "invalid_value"),
    ({"model": "auto", "prompt": [["a"]]}, "prompt[0][0]", "invalid_value"),
    ({"model": "auto", "prompt": ["a"] * 129}, "prompt", "invalid_value"),
    ({"model": "auto", "prompt": "a", "echo": "yes"}, "echo", "invalid_value"),
    ({"model": "auto", "prompt": "a", "logprobs": 6}, "logprobs", "invalid_value"),
    ({"model": "auto", "prompt": "a", "best_of": 0}, "best_of", "invalid_value"),
    ({"model": "auto", "prompt": "a", "suffix": ["x"]}, "suffix", "invalid_value"),
]


@pytest.mark.parametrize(("body", "param", "code"), COMPLETIONS)
def test_a_wrong_field_of_a_completion_is_named(body: dict[str, Any], param: str, code: str) -> None:
    error = refused(body, wire.CompletionRequest)
    assert (error.param, error.code) == (param, code)


FULL: dict[str, Any] = {
    "model": "auto",
    "messages": [
        {"role": "system", "content": "s", "name": "n"},
        {"role": "user", "content": [{"type": "text", "text": "t"}, {"type": "image_url", "image_url": {"url": "u"}}]},
        {
            "role": "assistant",
            "content": [{"type": "refusal", "refusal": "r"}],
            "refusal": "r",
            "tool_calls": [{"id": "i", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            "function_call": {"name": "f", "arguments": "{}"},
            "audio": {"id": "a"},
        },
        {"role": "tool", "content": "r", "tool_call_id": "i"},
    ],
    "tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {}, "strict": True}}],
    "tool_choice": {"type": "function", "function": {"name": "f"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}, "strict": True}},
    "stream": False,
    "stream_options": {"include_usage": True},
    "temperature": 0.5,
    "top_p": 0.5,
    "max_tokens": 5,
    "max_completion_tokens": 5,
    "stop": ["x"],
    "seed": 1,
    "n": 1,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logit_bias": {"1": 1},
    "user": "u",
    "metadata": {"a": "b"},
    "parallel_tool_calls": True,
    "logprobs": True,
    "top_logprobs": 3,
    "reasoning_effort": "low",
    "store": False,
}
POISON: list[Any] = [
    CANARY, {CANARY: CANARY}, [CANARY], [[{CANARY: 1}]], {"type": CANARY}, {"role": CANARY}, {"text": CANARY},
    {"type": "text", "text": {CANARY: 1}}, {"function": {CANARY: CANARY}}, 7391739173, -7391739173, 0.7391739173, True,
]  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in `value` with each of its keys."""
    pairs: list[tuple[Any, Any]] = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, child in pairs:
        yield value, key
        yield from places(child)


def poisoned() -> Iterator[dict[str, Any]]:
    """The full request with something wrong in each of its places in turn."""
    for number in range(len(list(places(FULL)))):
        for poison in POISON:
            body = orjson.loads(orjson.dumps(FULL))
            container, key = list(places(body))[number]
            container[key] = poison
            yield body
            yield {**body, CANARY: {CANARY: CANARY}}


def error_of(body: dict[str, Any]) -> ApiError | None:
    try:
        validate(parse_json(orjson.dumps(body)), wire.ChatRequest)
    except ApiError as error:
        return error
    return None


def test_no_error_repeats_anything_that_a_caller_sent() -> None:
    assert error_of(FULL) is None
    errors = [error for body in poisoned() if (error := error_of(body)) is not None]
    for error in errors:
        said = orjson.dumps([error.body(), error.headers()]).decode()
        assert CANARY not in said
        assert "7391739173" not in said
        assert error.param is None or PARAM.fullmatch(error.param), error.param
    assert len({error.param for error in errors}) > 40


@pytest.mark.parametrize("key", ["messages", "model", "tools", "user"])
def test_an_unknown_key_beside_a_mistake_is_not_named(key: str) -> None:
    error = refused({**chat(), CANARY: "x", key: {CANARY: CANARY} if key == "messages" else 5})
    assert CANARY not in error.message
    assert error.param == key


def test_keys_of_a_field_that_a_caller_chose_are_not_in_the_path() -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {CANARY: "\0"}}}
    error = refused(chat(tools=[tool]))
    assert (error.param, CANARY in error.message) == ("tools", False)
    assert refused(chat(logit_bias={CANARY: 1})).param == "logit_bias"


def test_of_doubled_keys_the_one_that_is_inspected_is_the_one_that_is_sent() -> None:
    raw = b'{"model":"auto","messages":[{"role":"user","content":"first","content":"second"}],"stop":"a","stop":"b"}'
    request = validate(parse_json(raw), wire.ChatRequest)
    seen = {segment.text for segment in read_prompt(wire.inspected_body(request)).segments}
    sent = orjson.dumps(wire.outbound(request, model="m", stream=True))
    assert seen == {"second", "b"}
    assert b"first" not in sent
    assert b'"second"' in sent


def test_a_million_characters_are_taken_quickly() -> None:
    body = orjson.dumps(chat(messages=[{"role": "user", "content": "all work and no play " * 50_000}]))
    start = time.process_time()
    request = validate(parse_json(body), wire.ChatRequest)
    assert time.process_time() - start < 5
    assert len(read_prompt(wire.inspected_body(request)).segments) == 1


def test_eight_megabytes_of_empty_lists_are_refused_quickly() -> None:
    start = time.process_time()
    error = refused(b'{"model":"auto","messages":[' + b"[]," * 2_700_000 + b"[]]}")
    assert time.process_time() - start < 10
    assert error.param == "messages"


@pytest.mark.parametrize("number", [10**18, 2**64 - 1, -(2**63)])
def test_large_seeds_arrive_as_they_were_sent(number: int) -> None:
    request = validate(parse_json(orjson.dumps(chat(seed=number))), wire.ChatRequest)
    assert wire.outbound(request, model="m", stream=False)["seed"] == number


class TestBody:
    """The body is counted while it comes in."""

    @staticmethod
    def request(chunks: list[bytes], headers: dict[str, str] | None = None) -> tuple[Request, list[int]]:
        taken = [0]

        async def receive() -> dict[str, Any]:
            if taken[0] == len(chunks):
                return {"type": "http.disconnect"}
            taken[0] += 1
            return {
                "type": "http.request",
                "body": chunks[taken[0] - 1],
                "more_body": taken[0] < len(chunks) or chunks[-1] == b"...",
            }

        raw = [(key.encode(), value.encode()) for key, value in (headers or {}).items()]
        scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "query_string": b""}
        return Request(scope, receive), taken

    async def test_it_is_put_together(self) -> None:
        request, _ = self.request([b'{"a"', b"", b": 1}"])
        assert await read_body(request, 100) == b'{"a": 1}'

    async def test_exactly_the_limit_is_taken(self) -> None:
        request, _ = self.request([b"x" * 60, b"y" * 40])
        assert len(await read_body(request, 100)) == 100

    async def test_one_byte_more_is_refused_without_reading_on(self) -> None:
        request, taken = self.request([b"x" * 60, b"y" * 41, b"z", b"z"])
        with pytest.raises(ApiError) as caught:
            await read_body(request, 100)
        assert (caught.value.status, caught.value.code) == (413, "request_too_large")
        assert taken == [2]

    async def test_an_announced_length_over_the_limit_is_refused_unread(self) -> None:
        request, taken = self.request([b"x"], {"content-length": "101"})
        with pytest.raises(ApiError) as caught:
            await read_body(request, 100)
        assert caught.value.status == 413
        assert taken == [0]

    @pytest.mark.parametrize("length", ["-1", "1e3", "\u00b2", "", "nonsense", "9" * 30])
    async def test_a_nonsensical_length_does_no_harm(self, length: str) -> None:
        request, _ = self.request([b"x" * 101], {"content-length": length})
        with pytest.raises(ApiError) as caught:
            await read_body(request, 100)
        assert caught.value.status == 413

    @pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "GZIP, identity"])
    async def test_a_compressed_body_is_refused(self, encoding: str) -> None:
        request, taken = self.request([b"x"], {"content-encoding": encoding})
        with pytest.raises(ApiError) as caught:
            await read_body(request, 100)
        assert caught.value.status == 415
        assert encoding not in caught.value.message
        assert taken == [0]

    async def test_a_caller_who_goes_away_is_noticed(self) -> None:
        request, _ = self.request([b'{"a"', b"..."])
        with pytest.raises(ClientDisconnect):
            await read_body(request, 100)
