"""What the bridge offers beyond plain text, over a real private swarm."""

from __future__ import annotations

import math
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from tests.swarm.asked import LONG, PROMPTS, SKY
from tests.swarm.conftest import Answer, BridgeClient, PrivateSwarm

CANARY = "canary_7c1e"
ABILITIES = {
    "n", "logit_bias", "logprobs", "logprobs of completions", "echo", "max_tokens", "response_format", "tools",
    "messages", "logit_bias below 49152",
}  # fmt: skip
LIVELY = {"messages": SKY, "temperature": 1.0, "max_tokens": 6}


class City(BaseModel):
    model_config = ConfigDict(extra="forbid")
    city: str
    kind: Literal["big", "small"]


WEATHER = {"type": "function", "function": {"name": CANARY, "parameters": City.model_json_schema()}}


def _texts(answer: Answer) -> dict[int, str]:
    texts: dict[int, str] = {}
    for _, chunk in answer.chunks:
        for choice in chunk["choices"]:
            texts[choice["index"]] = texts.get(choice["index"], "") + (choice["delta"].get("content") or "")
    return texts


def test_several_answers_repeat_with_their_seed_and_are_streamed_side_by_side(bridge: BridgeClient) -> None:
    asked = LIVELY | {"n": 2, "seed": 7}
    whole = bridge.post(asked).json
    answers = {choice["index"]: choice["message"]["content"] for choice in whole["choices"]}
    streamed = bridge.post(asked | {"stream": True})
    assert _texts(streamed) == answers
    assert len(set(answers.values())) == 2
    assert answers[0] == bridge.post(asked | {"n": 1}).text
    alone = bridge.post(asked | {"n": 1, "max_tokens": 1}).json["usage"]["prompt_tokens"]
    assert whole["usage"] == {"prompt_tokens": alone, "completion_tokens": 12, "total_tokens": alone + 12}
    order = [choice["index"] for _, chunk in streamed.chunks for choice in chunk["choices"]]
    assert order != sorted(order)


def test_more_answers_than_run_at_once_come_all_the_same(bridge: BridgeClient) -> None:
    choices = bridge.post(LIVELY | {"n": 8, "max_tokens": 1}).json["choices"]
    assert [choice["index"] for choice in choices] == list(range(8))
    assert all(choice["message"]["content"] for choice in choices)
    assert bridge.health()["active_requests"] == 0


@pytest.fixture(scope="module")
def plain_logprobs(reference: dict[str, Any]) -> dict[str, list[float]]:
    """What the local Hugging Face model gives its own greedy answers."""
    return dict(zip(PROMPTS, reference["logprobs"], strict=True))


@pytest.fixture(scope="module")
def scored(reference: dict[str, Any]) -> dict[str, list[list[Any]]]:
    """What it says of texts: each token with its log probability."""
    return dict(zip(("plain text", "long"), reference["scored"], strict=True))


def test_log_probabilities_are_those_of_the_local_model(
    bridge: BridgeClient, plain_logprobs: dict[str, list[float]]
) -> None:
    name = "Chinese"
    asked = {"messages": PROMPTS[name][0], "temperature": 0, "max_tokens": 8, "logprobs": True, "top_logprobs": 3}
    [choice] = bridge.post(asked).json["choices"]
    tokens = choice["logprobs"]["content"]
    assert [token["logprob"] for token in tokens] == pytest.approx(plain_logprobs[name][: len(tokens)], abs=1e-3)
    assert (
        b"".join(bytes(token["bytes"]) for token in tokens).decode("utf-8", "replace") == choice["message"]["content"]
    )
    for token in tokens:
        assert [best["token"] for best in token["top_logprobs"]][:1] == [token["token"]]
        assert sum(math.exp(best["logprob"]) for best in token["top_logprobs"]) <= 1.0001
    streamed = bridge.post(asked | {"stream": True, "max_tokens": 4}).chunks
    parts = [choice["logprobs"] for _, chunk in streamed for choice in chunk["choices"] if choice["logprobs"]]
    assert [token["token"] for part in parts for token in part["content"]] == [token["token"] for token in tokens[:4]]


def test_log_probabilities_come_before_biases_penalties_and_temperature(bridge: BridgeClient) -> None:
    asked = {"prompt": PROMPTS["plain text"][0], "max_tokens": 1, "logprobs": 2, "temperature": 0}
    plain = bridge.post(asked, "/v1/completions").json["choices"][0]["logprobs"]
    first, second = plain["top_logprobs"][0].items()
    assert (plain["tokens"], plain["token_logprobs"], plain["text_offset"]) == ([first[0]], [first[1]], [0])
    hot = asked | {"temperature": 2.0, "top_p": 1e-6, "presence_penalty": 2.0}
    assert bridge.post(hot, "/v1/completions").json["choices"][0]["logprobs"] == plain
    assert second[1] < first[1]


@pytest.mark.parametrize("name", ["plain text", "long"])
def test_an_echo_says_what_the_local_model_says_of_each_token_of_the_prompt(
    bridge: BridgeClient, scored: dict[str, list[list[Any]]], name: str
) -> None:
    text = {"plain text": PROMPTS["plain text"][0], "long": LONG}[name]
    asked = {"prompt": text, "echo": True, "logprobs": 1, "max_tokens": 0}
    answer = bridge.post(asked, "/v1/completions").json
    [choice] = answer["choices"]
    told, expected = choice["logprobs"], scored[name]
    assert (choice["text"], choice["finish_reason"]) == (text, "length")
    assert told["tokens"] == [token for token, _ in expected]
    assert (told["token_logprobs"][0], told["top_logprobs"][0]) == (None, None)
    assert told["token_logprobs"][1:] == pytest.approx([logprob for _, logprob in expected[1:]], abs=1e-3)
    ends = [*told["text_offset"][1:], len(text)]
    assert [text[start:end] for start, end in zip(told["text_offset"], ends, strict=True)] == told["tokens"]
    assert answer["usage"]["completion_tokens"] == 0


def test_an_echo_and_its_answer_go_on_from_each_other(bridge: BridgeClient) -> None:
    plain = {"prompt": PROMPTS["plain text"][0], "max_tokens": 4, "temperature": 0}
    alone = bridge.post(plain | {"logprobs": 1}, "/v1/completions").json["choices"][0]
    echoed = bridge.post(plain | {"echo": True}, "/v1/completions")
    assert echoed.text == plain["prompt"] + alone["text"]
    answer = bridge.post(plain | {"echo": True, "logprobs": 1, "stream": True}, "/v1/completions")
    assert answer.text == echoed.text
    told = [choice["logprobs"] for _, chunk in answer.chunks for choice in chunk["choices"] if choice["logprobs"]]
    tokens = [token for one in told for token in one["tokens"]]
    offsets = [offset for one in told for offset in one["text_offset"]]
    assert "".join(tokens) == answer.text
    assert tokens[-4:] == alone["logprobs"]["tokens"]
    assert [offset - len(plain["prompt"]) for offset in offsets[-4:]] == alone["logprobs"]["text_offset"]


def test_a_banned_token_is_not_said_and_one_outside_of_the_vocabulary_is_refused(bridge: BridgeClient) -> None:
    # 504 is "The", with which the greedy answer begins.
    asked = {"messages": SKY, "temperature": 0, "max_tokens": 1}
    assert bridge.post(asked).text == "The"
    assert bridge.post(asked | {"logit_bias": {"504": -100}}).text not in ("", "The")
    refusal = bridge.post(asked | {"logit_bias": {"49152": 1}})
    assert (refusal.status, refusal.json["error"]["param"]) == (400, "logit_bias")


def _form(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": CANARY, "schema": schema, "strict": True}}


@pytest.mark.parametrize("settings", [{"stream": True}, {"logprobs": True}])
def test_an_answer_follows_the_schema(bridge: BridgeClient, settings: dict[str, Any]) -> None:
    asked = {"messages": SKY, "temperature": 0, "max_tokens": 18, "response_format": _form(City.model_json_schema())}
    answer = bridge.post(asked | settings)
    assert City.model_validate_json(answer.text)
    if settings.get("logprobs"):
        tokens = answer.json["choices"][0]["logprobs"]["content"]
        assert b"".join(bytes(token["bytes"]) for token in tokens).decode() == answer.text


def test_a_schema_that_cannot_be_followed_is_refused_without_its_words(bridge: BridgeClient) -> None:
    refusal = bridge.post({"messages": SKY, "response_format": _form({"type": CANARY})})
    assert (refusal.status, refusal.json["error"]["param"]) == (400, "response_format")
    assert CANARY not in refusal.body.decode()


def test_a_bridge_says_what_it_can(bridge: BridgeClient) -> None:
    assert set(bridge.health()["abilities"]) == ABILITIES


def test_a_forced_call_follows_its_schema(bridge: BridgeClient) -> None:
    asked = {"messages": SKY, "tools": [WEATHER], "tool_choice": "required", "max_tokens": 60, "temperature": 0}
    [choice] = bridge.post(asked | {"parallel_tool_calls": False}).json["choices"]
    [call] = choice["message"]["tool_calls"]
    assert choice["message"]["content"] is None
    assert call["function"]["name"] == CANARY
    assert City.model_validate_json(call["function"]["arguments"])
    streamed = bridge.post(asked | {"parallel_tool_calls": False, "stream": True}).chunks
    deltas = [choice["delta"] for _, chunk in streamed for choice in chunk["choices"]]
    first, *following = [delta["tool_calls"][0] for delta in deltas if "tool_calls" in delta]
    assert (first["index"], first["type"], first["function"]) == (0, "function", {"name": CANARY, "arguments": ""})
    assert "".join(part["function"]["arguments"] for part in following) == call["function"]["arguments"]
    assert streamed[-1][1]["choices"][0]["finish_reason"] == choice["finish_reason"]


def test_what_a_tool_gave_back_is_part_of_the_prompt(bridge: BridgeClient) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": CANARY, "arguments": '{"city": "Rome"}'}}
    answered = [
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
    ]
    lengths = [
        bridge.post({"messages": messages, "tools": [WEATHER], "max_tokens": 1}).json["usage"]["prompt_tokens"]
        for messages in (SKY, SKY + answered)
    ]
    assert lengths[1] > lengths[0] + 20


def test_no_word_of_a_schema_or_tool_is_logged(bridge: BridgeClient, swarm: PrivateSwarm) -> None:
    bad = {"type": "function", "function": {"name": CANARY, "parameters": {"type": CANARY}}}
    for tools in ([bad], [WEATHER]):
        bridge.post({"messages": SKY, "tools": tools, "tool_choice": "required", "max_tokens": 1})
    bridge.post({"messages": SKY, "response_format": _form({"$ref": CANARY})})
    logs = "".join(path.read_text() for path in swarm.place.glob("*.log"))
    assert "listening on" in logs
    assert CANARY not in logs
