"""What the whole product, with its real engines, answers at every endpoint: all of it is of the types that the packages
`openai` and `anthropic` publish, to the last field and in every chunk.

Whole completions and chats with log probabilities are held against them in tests/test_completions.py; what engines make
of their streams, in tests/test_streamed_types.py.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from anthropic.types import ErrorResponse, Message, MessageTokensCount, RawMessageStreamEvent
from openai.types import Completion, CreateEmbeddingResponse, ErrorObject, Model, Moderation, ModerationCreateResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseItemList, ResponseStreamEvent

from tests.conftest import Product
from tests.strict_models import strict

Json = dict[str, Any]
BOTH = pytest.mark.parametrize("model", ["swarm", "local"])
CHAT: Json = {"messages": [{"role": "user", "content": "Why is the sky blue?"}], "max_tokens": 3, "temperature": 0}
TEXT: Json = {"prompt": "The sky is", "max_tokens": 2, "temperature": 0}
SCHEMA: Json = {"type": "object", "properties": {"sky": {"enum": ["blue"]}}, "required": ["sky"]}
FORM: Json = {"type": "json_schema", "json_schema": {"name": "sky", "strict": True, "schema": SCHEMA}}


@pytest.fixture
def http(product: Product) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=product.url, timeout=120, trust_env=False) as client:
        yield client


def asked(http: httpx.Client, path: str, body: Json, status: int = 200) -> Json:
    """The body of the answer to `body`."""
    response = http.post(path, json=body)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    return dict(response.json())


def streamed(http: httpx.Client, path: str, body: Json) -> list[Json]:
    """The events of a streamed answer, each named as its data says, if it has a name; OpenAI's last one is left out."""
    response = http.post(path, json={**body, "stream": True})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in response.text.removesuffix("\n\n").split("\n\n")]
    if path in ("/v1/chat/completions", "/v1/completions"):
        assert blocks.pop() == ["data: [DONE]"]
    events = [dict(json.loads(lines[-1].removeprefix("data: "))) for lines in blocks]
    names = [lines[0].removeprefix("event: ") for lines in blocks if len(lines) > 1]
    assert names == [event["type"] for event in events if "type" in event]
    return events


@BOTH
@pytest.mark.parametrize(
    "fields",
    [{}, {"n": 2, "temperature": 1}, {"stop": ["the"]}, {"response_format": FORM, "max_tokens": 30}],
    ids=["plain", "n", "stop", "json_schema"],
)
def test_a_chat(http: httpx.Client, model: str, fields: Json) -> None:
    chat = strict(ChatCompletion, asked(http, "/v1/chat/completions", {**CHAT, "model": model, **fields}))
    assert len(chat.choices) == fields.get("n", 1)
    assert chat.usage is not None
    if "response_format" in fields:
        assert json.loads(chat.choices[0].message.content) == {"sky": "blue"}


@BOTH
@pytest.mark.parametrize(
    "fields", [{}, {"n": 2, "temperature": 1, "logprobs": True, "top_logprobs": 2}], ids=["plain", "n and logprobs"]
)
def test_a_chats_chunks(http: httpx.Client, model: str, fields: Json) -> None:
    body = {**CHAT, "model": model, **fields, "stream_options": {"include_usage": True}}
    chunks = [strict(ChatCompletionChunk, event) for event in streamed(http, "/v1/chat/completions", body)]
    assert {choice.index for chunk in chunks for choice in chunk.choices} == set(range(fields.get("n", 1)))
    assert [chunk.usage is None for chunk in chunks] == [True] * (len(chunks) - 1) + [False]
    assert chunks[-1].choices == []


@BOTH
def test_a_completions_chunks(http: httpx.Client, model: str) -> None:
    body = {**TEXT, "model": model, "prompt": ["The sky is", "One, two,"], "logprobs": 1}
    events = streamed(http, "/v1/completions", {**body, "stream_options": {"include_usage": True}})
    for choice in (choice for event in events for choice in event["choices"]):
        # OpenAI's servers send null until a text has ended, as they do in chats. The package has one type for whole
        # completions and for chunks, and this field without null.
        choice["finish_reason"] = choice["finish_reason"] or "stop"
    chunks = [strict(Completion, event) for event in events]
    assert {choice.index for chunk in chunks for choice in chunk.choices} == {0, 1}
    assert chunks[-1].usage is not None


def test_a_prompt_that_is_scored(http: httpx.Client) -> None:
    body = {**TEXT, "model": "swarm", "echo": True, "logprobs": 1, "max_tokens": 0}
    completion = asked(http, "/v1/completions", body)
    told = completion["choices"][0]["logprobs"]
    # Nothing comes before the first token, so OpenAI's servers send null for it. The package's type has no null there.
    assert (told["token_logprobs"][0], told["top_logprobs"][0]) == (None, None)
    told["token_logprobs"][0], told["top_logprobs"][0] = 0.0, {}
    strict(Completion, completion)


@pytest.mark.parametrize("form", ["float", "base64"])
def test_embeddings(http: httpx.Client, form: str) -> None:
    given = asked(http, "/v1/embeddings", {"model": "auto", "input": ["sky", "sea"], "encoding_format": form})
    if form == "base64":
        # What the client decodes before it makes its type, which is that of numbers.
        for item in given["data"]:
            assert len(base64.b64decode(item["embedding"], validate=True)) == 4 * 384
            item["embedding"] = [0.0]
    embeddings = strict(CreateEmbeddingResponse, given)
    assert [item.index for item in embeddings.data] == [0, 1]


def test_models(http: httpx.Client) -> None:
    listed = http.get("/v1/models").json()
    assert (set(listed), listed["object"]) == ({"object", "data"}, "list")
    for model in (*listed["data"], http.get("/v1/models/swarm").json()):
        strict(Model, model, allowed=frozenset({".sepal"}))


def test_moderations(http: httpx.Client) -> None:
    given = asked(http, "/v1/moderations", {"input": ["hello", "My card is 4111 1111 1111 1111."]})
    assert set(given) == set(ModerationCreateResponse.model_fields)
    for result in given["results"]:
        # The categories are the policy's and not OpenAI's, so the types of those can't hold.
        assert set(result) - {"sepal_label"} == set(Moderation.model_fields)
    assert [result["flagged"] for result in given["results"]] == [False, True]


@BOTH
def test_a_response_from_its_making_to_its_end(http: httpx.Client, model: str) -> None:
    body = {"model": model, "input": "Why is the sky blue?", "max_output_tokens": 3}
    made = asked(http, "/v1/responses", body)
    strict(Response, made)
    path = f"/v1/responses/{made['id']}"
    assert http.get(path).json() == made
    strict(ResponseItemList, http.get(f"{path}/input_items").json())
    deleted = http.delete(path).json()
    # The package's client gives back nothing here; this is what OpenAI's API reference shows.
    assert deleted == {"id": made["id"], "object": "response", "deleted": True}
    assert http.get(path).status_code == 404


@BOTH
def test_a_responses_events(http: httpx.Client, model: str) -> None:
    body = {"model": model, "input": "Why is the sky blue?", "max_output_tokens": 3, "top_logprobs": 1}
    events = streamed(http, "/v1/responses", body)
    for event in events:
        strict(ResponseStreamEvent, event)
    assert (events[0]["type"], events[-1]["type"]) == ("response.created", "response.incomplete")


@BOTH
def test_a_message(http: httpx.Client, model: str) -> None:
    message = strict(Message, asked(http, "/v1/messages", {**CHAT, "model": model}))
    assert message.stop_reason == "max_tokens"


@BOTH
def test_a_messages_events(http: httpx.Client, model: str) -> None:
    events = streamed(http, "/v1/messages", {**CHAT, "model": model})
    for event in events:
        strict(RawMessageStreamEvent, event)
    assert (events[0]["type"], events[-1]["type"]) == ("message_start", "message_stop")


def test_a_messages_tokens(http: httpx.Client) -> None:
    body = {"model": "auto", "messages": CHAT["messages"]}
    assert strict(MessageTokensCount, asked(http, "/v1/messages/count_tokens", body)).input_tokens > 3


WRONG = [({"temperature": 5}, 400), ({"model": "gpt-unknown"}, 404), ({"messages": None, "prompt": 5, "input": 5}, 400)]


@pytest.mark.parametrize(("fields", "status"), WRONG, ids=["bad value", "no such model", "bad prompt"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", CHAT),
        ("/v1/completions", TEXT),
        ("/v1/responses", {"input": "hello"}),
        ("/v1/messages", CHAT),
    ],
)
def test_an_error(http: httpx.Client, path: str, body: Json, fields: Json, status: int) -> None:
    told = asked(http, path, {"model": "auto", **body, **fields}, status)
    if path == "/v1/messages":
        kind = "not_found_error" if status == 404 else "invalid_request_error"
        assert strict(ErrorResponse, told).error.type == kind
    else:
        assert set(told) == {"error"}
        assert strict(ErrorObject, told["error"]).type == "invalid_request_error"
