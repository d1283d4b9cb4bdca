"""Whatever engines make of OpenAI's streams, clients get what the packages `openai` and `anthropic` have types for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from anthropic.types import Message, RawMessageStreamEvent
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types import Completion
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent

from tests.backends.stub_engine import says
from tests.running_gateway import Running, policy, running
from tests.strict_models import strict

Json = dict[str, Any]
TYPES: dict[str, tuple[Any, Any]] = {
    "/v1/chat/completions": (ChatCompletion, ChatCompletionChunk),
    "/v1/completions": (Completion, Completion),
    "/v1/responses": (Response, ResponseStreamEvent),
    "/v1/messages": (Message, RawMessageStreamEvent),
}
"""Of whole answers, and of what a stream consists of."""
# What reasoning models say first; the servers of DeepSeek, vLLM and llama.cpp have it, OpenAI's types have not.
THOUGHTS = frozenset(
    path
    for index in range(4)
    for path in (f".choices[{index}].delta.reasoning_content", f".choices[{index}].message.reasoning_content")
)
TEXT = st.one_of(st.sampled_from(["", "Hello", "漢字 👩‍👩‍👧", "\n\n", "data: [DONE]"]), st.text(max_size=8))


class Shared:
    """One gateway for all examples, in a thread of its own."""

    def __init__(self, portal: BlockingPortal, up: Running) -> None:
        self.portal = portal
        self.up = up

    def ask(self, path: str, body: Json, chunks: list[Any]) -> httpx.Response:
        self.up.stub.answer = says(*chunks)
        return self.portal.call(lambda: self.up.client.post(path, json=body))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        gateway = running(tmp_path_factory.mktemp("gateway"), lambda url: policy("mine", "public", url))
        yield Shared(portal, stack.enter_context(portal.wrap_async_context_manager(gateway)))


COUNT = st.integers(0, 2**31)
USAGE = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "prompt_tokens": COUNT,
            "completion_tokens": COUNT,
            "total_tokens": COUNT,
            "prompt_tokens_details": st.sampled_from([None, {}, {"cached_tokens": 1}, {"cached_tokens": None}]),
            "completion_tokens_details": st.sampled_from([None, {"reasoning_tokens": 2, "new_tokens": 3}]),
            "queue_time": st.floats(0, 1),
        },
    ),
)
TOKEN: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {"token": TEXT, "logprob": st.sampled_from([-0.5, 0, -9999.0])},
    optional={"bytes": st.sampled_from([None, [72], [240, 159]]), "id": st.just(5)},
)
CHAT_LOGPROBS = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "content": st.lists(
                st.builds(
                    lambda one, top: {**one, "top_logprobs": top}, TOKEN, st.none() | st.lists(TOKEN, max_size=3)
                ),
                max_size=2,
            )
        },
        optional={"refusal": st.none()},
    ),
)
OWN_LOGPROBS = st.sampled_from(
    [
        {"tokens": ["a"], "token_logprobs": [-1.0], "top_logprobs": [{"a": -1.0}], "text_offset": [0]},
        {"tokens": ["a"], "token_logprobs": [None], "top_logprobs": [None], "text_offset": [0]},
        {"tokens": ["a"], "token_logprobs": [-1], "top_logprobs": None, "text_offset": None},
        {"tokens": [], "token_logprobs": []},
    ]
)
CALL: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {"function": st.fixed_dictionaries({}, optional={"name": st.just("clock"), "arguments": st.none() | TEXT})},
    optional={"index": st.integers(0, 2), "id": st.sampled_from([None, "", "call_1"]), "type": st.just("function")},
)
DELTA = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "role": st.sampled_from(["assistant", None]),
            "content": st.none() | TEXT,
            "refusal": st.none() | TEXT,
            "reasoning_content": st.none() | TEXT,
            "tool_calls": st.none() | st.lists(CALL, max_size=2),
            "annotations": st.just([]),
        },
    ),
)
REASON = st.sampled_from(["stop", "length", "tool_calls", "eos", "max_tokens", "content_filter", "function_call", ""])
FRAME = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from([None, "", 5, "chatcmpl-1"]),
        "object": st.sampled_from(["chat.completion.chunk", "text_completion", "x"]),
        "created": st.sampled_from([None, 0, 1.5, 1_700_000_000]),
        "model": st.just("other"),
        "system_fingerprint": st.sampled_from([None, 7, "fp_1"]),
        "service_tier": st.just("default"),
        "timings": st.just({"predicted_ms": 1.5}),
    },
)


@st.composite
def choices(draw: st.DrawFn, chat: bool, index: int, last: bool) -> Json:
    """One choice in one chunk; the last one says why it ends."""
    choice: Json = {"index": index} if index or draw(st.booleans()) else {}
    if chat:
        choice |= draw(st.fixed_dictionaries({}, optional={"delta": DELTA, "logprobs": CHAT_LOGPROBS}))
    else:
        logprobs = st.none() | OWN_LOGPROBS | CHAT_LOGPROBS
        choice |= draw(st.fixed_dictionaries({}, optional={"text": st.none() | TEXT, "logprobs": logprobs}))
    if last:
        return {**choice, "finish_reason": draw(REASON)}
    return choice | draw(st.sampled_from([{}, {"finish_reason": None}]))


@st.composite
def streams(draw: st.DrawFn, chat: bool, count: int) -> list[Any]:
    """What engines send: whole, or broken off somewhere."""
    chunks: list[Any] = []
    for position in range(draw(st.integers(1, 4))):
        for index in range(count):
            chunks.append({**draw(FRAME), "choices": [draw(choices(chat, index, position == 3))]})
    chunks += [{**draw(FRAME), "choices": [draw(choices(chat, index, True))]} for index in range(count)]
    for chunk in draw(st.lists(st.sampled_from(chunks), max_size=2)):
        chunk["usage"] = draw(USAGE)
    if draw(st.booleans()):
        chunks.append({**draw(FRAME), "choices": [], "usage": draw(USAGE)})
    if draw(st.booleans()):
        chunks.insert(0, {"choices": [], "prompt_filter_results": []})
    chunks.insert(draw(st.integers(0, len(chunks))), b": ping\n\n")
    if draw(st.integers(0, 99)) == 57:
        broken = draw(st.sampled_from([{"error": {"message": "no", "code": "overloaded_error"}}, b"data: {\n\n"]))
        chunks.insert(draw(st.integers(0, len(chunks))), broken)
    return [*chunks, *([b"data: [DONE]\n\n"] if draw(st.booleans()) else [])]


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[str, Json, list[Any]]:
    """Where it is asked, what, and what the engine says."""
    path = draw(st.sampled_from(list(TYPES)))
    chat = path != "/v1/completions"
    body: Json = {"model": "auto", "stream": draw(st.booleans())}
    count = 1
    if path in ("/v1/chat/completions", "/v1/completions"):
        count = draw(st.integers(1, 3))
        options = {
            "n": st.just(count),
            "stream_options": st.builds(lambda told: {"include_usage": told}, st.booleans()),
        }
        body |= draw(st.fixed_dictionaries({"n": options["n"]}, optional={"stream_options": options["stream_options"]}))
    user = [{"role": "user", "content": "hello"}]
    if path == "/v1/chat/completions":
        more = {"logprobs": st.booleans(), "top_logprobs": st.integers(0, 2)}
        body |= {"messages": user, **draw(st.fixed_dictionaries({}, optional=more))}
    elif path == "/v1/completions":
        more = {"logprobs": st.integers(0, 2), "echo": st.booleans()}
        body |= {"prompt": "hello", **draw(st.fixed_dictionaries({}, optional=more))}
    elif path == "/v1/responses":
        body |= {"input": "hello", **draw(st.fixed_dictionaries({}, optional={"top_logprobs": st.integers(1, 2)}))}
    else:
        body |= {"messages": user, "max_tokens": 9}
    return path, body, draw(streams(chat, count))


def events_in(text: str) -> list[str]:
    return [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]


def as_published(path: str, data: Json) -> Json:
    """`data` without the two nulls that OpenAI's servers send and that the package's `Completion` has no type for: why
    an answer ended before it has, and the log probability of an echoed prompt's first token."""
    if path != "/v1/completions":
        return data
    for choice in data["choices"]:
        choice["finish_reason"] = choice["finish_reason"] or "stop"
        logprobs = choice["logprobs"] or {}
        for name, nothing in (("token_logprobs", 0.0), ("top_logprobs", {})):
            if logprobs.get(name) is not None:
                logprobs[name] = [nothing if one is None else one for one in logprobs[name]]
    return data


@given(exchange=exchanges())
@settings(max_examples=400, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_every_answer_and_every_chunk_is_of_a_published_type(
    shared: Shared, exchange: tuple[str, Json, list[Any]]
) -> None:
    path, body, chunks = exchange
    whole, streamed = TYPES[path]
    response = shared.ask(path, body, chunks)
    if response.status_code != 200:
        # Broken off before there was anything to tell.
        assert response.status_code in (502, 503), response.text
        assert response.json()["error"]["message"]
    elif not body["stream"]:
        strict(whole, as_published(path, response.json()), allowed=THOUGHTS)
    else:
        events = [json.loads(event) for event in events_in(response.text) if event != "[DONE]"]
        told = [event for event in events if "error" not in event]
        assert events[: len(told)] == told
        for event in told:
            strict(streamed, as_published(path, event), allowed=THOUGHTS)
        assert len(events) == len(told) or events[-1]["error"]["message"]
