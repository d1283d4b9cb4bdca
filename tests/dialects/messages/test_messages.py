"""Anthropic's Messages: asked in their form, told in their form, decided and recorded as everything else."""
# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import pytest
from anthropic.types import Message, RawMessageStreamEvent

from gateway.dialects.messages.endpoints import read_messages
from gateway.openai.errors import ApiError
from gateway.openai.sse import data_lines
from tests.backends.stub_engine import HELLO, ROLE, USAGE, Answer, delta, fails, says
from tests.conftest import Product
from tests.running_gateway import Running, policy, running
from tests.strict_models import strict

ASKED: dict[str, Any] = {"model": "auto", "max_tokens": 16, "messages": [{"role": "user", "content": "hello"}]}
CANARY = "Zanzibarquartz"
CALLS: tuple[Any, ...] = (
    ROLE,
    delta("Let me look."),
    delta(
        tool_calls=[{"index": 0, "id": "call_1", "type": "function", "function": {"name": "clock", "arguments": ""}}]
    ),
    delta(tool_calls=[{"index": 0, "function": {"arguments": '{"zone": '}}]),
    delta(tool_calls=[{"index": 0, "function": {"arguments": '"UTC"}'}}]),
    delta(
        tool_calls=[{"index": 1, "id": "call_2", "type": "function", "function": {"name": "now", "arguments": "{}"}}]
    ),
    delta(finish="tool_calls"),
    {"choices": [], "usage": USAGE},
    b"data: [DONE]\n\n",
)
Text = Callable[[str], str]


def public(url: str) -> str:
    return policy("mine", "public", url)


async def events(gateway: Running, **changes: Any) -> list[dict[str, Any]]:
    """The events of a streamed answer, each named as its data says, each of a type that the client knows."""
    async with gateway.client.stream("POST", "/v1/messages", json={**ASKED, "stream": True, **changes}) as response:
        assert response.status_code == 200
        raw = await response.aread()
    names = [line.removeprefix("event: ") for line in raw.decode().splitlines() if line.startswith("event: ")]

    async def once() -> Any:
        yield raw

    data = [json.loads(item) async for item in data_lines(once())]
    assert names == [item["type"] for item in data]
    return data


def text_of(told: list[dict[str, Any]]) -> str:
    return "".join(event["delta"].get("text", "") for event in told if event["type"] == "content_block_delta")


async def test_an_answer_is_a_message(tmp_path: Path) -> None:
    async with running(tmp_path, public) as gateway:
        response = await gateway.client.post("/v1/messages", json=ASKED)
        [decision] = gateway.audit("decision")

    message = strict(Message, response.json())
    assert [block.text for block in message.content] == ["Hello"]
    assert (message.stop_reason, message.usage.input_tokens, message.usage.output_tokens) == ("end_turn", 3, 2)
    assert response.headers["x-sepal-destination"] == "local"
    assert decision["endpoint"] == "messages"


@pytest.mark.parametrize("chunks", [HELLO, CALLS])
async def test_a_stream_is_of_the_types_that_the_client_knows(tmp_path: Path, chunks: tuple[Any, ...]) -> None:
    async with running(tmp_path, public, says(*chunks)) as gateway:
        told = await events(gateway)

    for event in told:
        strict(RawMessageStreamEvent, event)
    kinds = [event["type"] for event in told]
    assert kinds[0] == "message_start"
    assert kinds[-2:] == ["message_delta", "message_stop"]
    opened = [event["index"] for event in told if event["type"] == "content_block_start"]
    assert opened == list(range(len(opened)))
    assert [event["index"] for event in told if event["type"] == "content_block_stop"] == opened


async def test_the_same_is_told_streamed_and_whole(tmp_path: Path) -> None:
    async with running(tmp_path, public, says(*CALLS)) as gateway:
        told = await events(gateway)
        whole = (await gateway.client.post("/v1/messages", json=ASKED)).json()

    strict(Message, whole)
    starts = [event["content_block"] for event in told if event["type"] == "content_block_start"]
    assert [block["type"] for block in starts] == [block["type"] for block in whole["content"]]
    assert text_of(told) == whole["content"][0]["text"] == "Let me look."
    inputs = "".join(event["delta"].get("partial_json", "") for event in told if event["type"] == "content_block_delta")
    assert inputs == '{"zone": "UTC"}{}'
    assert [(block["id"], block["name"], block["input"]) for block in whole["content"][1:]] == [
        ("call_1", "clock", {"zone": "UTC"}),
        ("call_2", "now", {}),
    ]
    [end] = [event for event in told if event["type"] == "message_delta"]
    assert end["delta"]["stop_reason"] == whole["stop_reason"] == "tool_use"
    assert end["usage"] == whole["usage"]


async def test_an_answer_that_breaks_off_ends_with_an_error_event(tmp_path: Path) -> None:
    async with running(tmp_path, public, says(ROLE, delta("Hel"), None)) as gateway:
        told = await events(gateway)

    assert told[-1]["type"] == "error"
    assert told[-1]["error"]["type"] == "api_error"
    assert "message_stop" not in [event["type"] for event in told]


@pytest.mark.parametrize(
    ("answer", "changes", "status", "kind"),
    [
        (says(*HELLO), {"max_tokens": 0}, 400, "invalid_request_error"),
        (says(*HELLO), {"model": "nobody"}, 404, "not_found_error"),
        (fails(500, {}), {}, 503, "overloaded_error"),
    ],
)
async def test_errors_have_anthropics_form(
    tmp_path: Path, answer: Answer, changes: dict[str, Any], status: int, kind: str
) -> None:
    async with running(tmp_path, public, answer) as gateway:
        response = await gateway.client.post("/v1/messages", json={**ASKED, **changes})

    body = response.json()
    assert response.status_code == status
    assert (body["type"], body["error"]["type"]) == ("error", kind)
    assert body["request_id"] == response.headers["request-id"] == response.headers["x-request-id"]


FULL: dict[str, Any] = {
    **ASKED,
    "system": [{"type": "text", "text": "one", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "two"}],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "three"}]},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "not sent", "signature": "x"},
            {"type": "text", "text": "four"},
            {"type": "tool_use", "id": "t1", "name": "clock", "input": {"zone": "five"}},
        ]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "six"}], "is_error": True},
            {"type": "text", "text": "seven"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
            {"type": "document", "title": "eight", "source": {"type": "text", "media_type": "text/plain", "data": "nine"}},
            {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "BBBB"}},
        ]},
    ],
    "tools": [{"name": "clock", "description": "ten", "input_schema": {"type": "object", "title": "eleven"}}],
    "tool_choice": {"type": "tool", "name": "clock", "disable_parallel_tool_use": True},
    "stop_sequences": ["twelve"], "temperature": 0.5, "top_p": 0.9, "top_k": 5,
    "metadata": {"user_id": "thirteen"},
}  # fmt: skip


def test_everything_that_a_destination_sees_stands_in_the_chat_request() -> None:
    chat = read_messages(FULL).model_dump(by_alias=True, exclude_none=True)

    assert [message["role"] for message in chat["messages"]] == ["system", "user", "assistant", "tool", "user"]
    written = json.dumps(chat)
    for word in [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
    ]:
        assert word in written
    assert "not sent" not in written
    assert chat["messages"][2]["tool_calls"][0]["function"] == {"name": "clock", "arguments": '{"zone":"five"}'}
    assert chat["messages"][3]["tool_call_id"] == "t1"
    parts = chat["messages"][4]["content"]
    assert [part["type"] for part in parts] == ["text", "image_url", "text", "text", "file"]
    assert parts[1]["image_url"]["url"] == "data:image/png;base64,AAAA"
    assert parts[4]["file"]["file_data"] == "data:application/pdf;base64,BBBB"
    assert chat["tool_choice"] == {"type": "function", "function": {"name": "clock"}}
    assert chat["parallel_tool_calls"] is False
    assert (chat["max_tokens"], chat["stop"], chat["temperature"], chat["top_p"]) == (16, ["twelve"], 0.5, 0.9)


@pytest.mark.parametrize("content", ["Be brief.", [{"type": "text", "text": "Be brief."}]])
def test_instructions_may_stand_between_the_turns(content: Any) -> None:
    messages = [*ASKED["messages"], {"role": "system", "content": content}]
    chat = read_messages({**ASKED, "messages": messages}).model_dump(by_alias=True, exclude_none=True)

    assert chat["messages"][-1] == {"role": "system", "content": "Be brief."}


@pytest.mark.parametrize("name", ["output_config", "output_format"])
def test_a_schema_for_the_answer_is_asked_for_in_openais_form(name: str) -> None:
    wanted = {"type": "json_schema", "schema": {"type": "object", "properties": {"title": {"type": "string"}}}}
    given = {"effort": "low", "format": wanted} if name == "output_config" else wanted
    chat = read_messages({**ASKED, name: given}).model_dump(by_alias=True, exclude_none=True)

    assert chat["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": wanted["schema"]},
    }


@pytest.mark.parametrize(("choice", "expected"), [("auto", "auto"), ("any", "required"), ("none", "none")])
def test_tool_choices_have_openais_words(choice: str, expected: str) -> None:
    assert read_messages({**FULL, "tool_choice": {"type": choice}}).tool_choice == expected


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0].type"),
        ({"mcp_servers": [{"type": "url", "url": f"https://{CANARY}.example", "name": "x"}]}, "mcp_servers"),
        ({"messages": [{"role": CANARY, "content": "hello"}]}, "messages[0].role"),
        (
            {"messages": [{"role": "system", "content": [{"type": "tool_result", "tool_use_id": CANARY}]}]},
            "messages[0]",
        ),
        ({"messages": [{"role": "user", "content": [{"type": CANARY}]}]}, "messages[0].content[0]"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
        ({"messages": []}, "messages"),
        ({"stop_sequences": [CANARY] * 5}, "stop_sequences"),
        ({"temperature": 1.5}, "temperature"),
        ({"output_config": {"format": {"type": CANARY}}}, "output_config.format.type"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name_and_not_echoed(changes: dict[str, Any], param: str) -> None:
    with pytest.raises(ApiError) as refused:
        read_messages({**ASKED, **changes})

    assert refused.value.status == 400
    assert refused.value.param == param
    assert CANARY not in refused.value.message


async def test_a_prompt_is_inspected_wherever_it_stands(tmp_path: Path) -> None:
    card = "4111 1111 1111 1111"
    places: list[dict[str, Any]] = [
        {"system": card},
        {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": card}]}]},
        {"messages": [{"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "n", "input": {"a": card}}]}]},
        {"tools": [{"name": "n", "input_schema": {"type": "object", "description": card}}]},
        {"messages": [{"role": "user", "content": [
            {"type": "document", "context": card, "source": {"type": "text", "data": "x", "media_type": "text/plain"}}]}]},
    ]  # fmt: skip
    async with running(tmp_path, public) as gateway:
        for changes in places:
            await gateway.client.post("/v1/messages", json={**ASKED, **changes})
        decisions = gateway.audit("decision")

    assert [decision["findings"].get("CREDIT_CARD") for decision in decisions] == [1] * len(places)


async def test_tokens_are_counted_without_running_anything(tmp_path: Path) -> None:
    async with running(tmp_path, public) as gateway:
        counted = await gateway.client.post(
            "/v1/messages/count_tokens", json={"model": "auto", "messages": ASKED["messages"]}
        )
        longer = await gateway.client.post(
            "/v1/messages/count_tokens",
            json={"model": "auto", "messages": [{"role": "user", "content": "hello " * 50}]},
        )
        asked_the_engine = gateway.stub.seen

    assert 1 <= counted.json()["input_tokens"] < longer.json()["input_tokens"]
    assert not [request for request in asked_the_engine if request.method == "POST"]


@pytest.fixture
def client(product: Product) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=product.url, api_key="anything", max_retries=0)


def test_the_real_client_is_answered_by_real_engines(client: anthropic.Anthropic) -> None:
    for content, destination in (("Why is the sky blue?", "swarm"), ("My card is 4111 1111 1111 1111.", "local")):
        raw = client.messages.with_raw_response.create(
            model="auto", max_tokens=8, messages=[{"role": "user", "content": content}]
        )
        message = raw.parse()
        assert raw.headers["x-sepal-destination"] == destination
        assert message.content[0].type == "text"
        assert message.content[0].text
        assert message.usage.output_tokens > 0


def test_the_real_client_streams(client: anthropic.Anthropic) -> None:
    with client.messages.stream(
        model="local", max_tokens=8, messages=[{"role": "user", "content": "Say hello."}]
    ) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()

    assert text == "".join(block.text for block in final.content if block.type == "text")
    assert text
    assert final.stop_reason in ("max_tokens", "end_turn")


def test_the_real_client_reads_errors(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError) as refused:
        client.messages.create(model="claude-x", max_tokens=8, messages=[{"role": "user", "content": "hi"}])

    assert "auto" in str(refused.value)
