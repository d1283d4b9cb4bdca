"""Plain completions on the whole running product: what OpenAI's clients and evaluations of models send."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import openai
import orjson
import pytest
from aiohttp import web
from openai.types import Completion
from openai.types.chat import ChatCompletion

from tests.conftest import Product
from tests.running_gateway import Running, running
from tests.strict_models import strict

SKY = "The sky is"
PERSONAL = "Letter to my patient Maria Gonzalez, born 3 May 1961, about her biopsy:"
BOTH = pytest.mark.parametrize("model", ["swarm", "local"])
EXTRA = frozenset({".sepal"})


@pytest.fixture
def client(product: Product) -> Iterator[openai.OpenAI]:
    with product.client as client:
        yield client


def complete(client: openai.OpenAI, **changes: Any) -> Any:
    """The raw response to a request for two tokens, the likeliest."""
    asked = {"model": "auto", "prompt": SKY, "max_tokens": 2, "temperature": 0, **changes}
    return client.completions.with_raw_response.create(**asked)


def answer(client: openai.OpenAI, **changes: Any) -> Completion:
    data = json.loads(complete(client, **changes).text)
    completion: Completion = strict(Completion, data, allowed=EXTRA)
    return completion


@BOTH
def test_several_prompts_have_their_answers_in_order(client: openai.OpenAI, model: str) -> None:
    prompts = [SKY, "One, two,", SKY]
    together = answer(client, model=model, prompt=prompts)
    alone = [answer(client, model=model, prompt=prompt) for prompt in prompts[:2]]
    texts = [one.choices[0].text for one in alone]
    assert [(choice.index, choice.text) for choice in together.choices] == list(enumerate([*texts, texts[0]]))
    assert together.usage is not None
    counted = [one.usage.total_tokens for one in alone if one.usage is not None]
    assert together.usage.total_tokens == counted[0] * 2 + counted[1]


@BOTH
def test_several_answers_to_several_prompts_are_counted_once_each(client: openai.OpenAI, model: str) -> None:
    together = answer(client, model=model, prompt=[SKY, "One, two,"], n=2, temperature=1, seed=3)
    assert [choice.index for choice in together.choices] == [0, 1, 2, 3]
    prompts = [answer(client, model=model, prompt=prompt).usage for prompt in (SKY, "One, two,")]
    assert together.usage is not None
    assert together.usage.prompt_tokens == sum(one.prompt_tokens for one in prompts if one is not None)
    assert together.usage.completion_tokens == 8


@BOTH
def test_they_are_streamed_side_by_side(client: openai.OpenAI, model: str) -> None:
    asked = {"model": model, "prompt": [SKY, "One, two,"], "max_tokens": 2, "temperature": 0}
    with client.completions.with_streaming_response.create(
        **asked, stream=True, stream_options={"include_usage": True}
    ) as response:
        *events, done = [line.removeprefix("data: ") for line in response.iter_lines() if line]
    assert done == "[DONE]"
    *chunks, last = map(json.loads, events)
    said = {0: "", 1: ""}
    for chunk in chunks:
        (choice,) = chunk["choices"]
        assert set(choice) == {"index", "text", "logprobs", "finish_reason"}
        said[choice["index"]] += choice["text"]
    assert last["choices"] == []
    whole = answer(client, **asked)
    assert [said[choice.index] for choice in whole.choices] == [choice.text for choice in whole.choices]
    assert whole.usage is not None
    assert last["usage"]["total_tokens"] == whole.usage.total_tokens
    assert {(chunk["object"], chunk["id"]) for chunk in [*chunks, last]} == {("text_completion", last["id"])}


@BOTH
@pytest.mark.parametrize("top", [0, 2, 5])
def test_each_token_says_what_it_was_worth(client: openai.OpenAI, model: str, top: int) -> None:
    (choice,) = answer(client, model=model, logprobs=top).choices
    told = choice.logprobs
    assert told is not None
    assert told.tokens is not None
    assert "".join(told.tokens) == choice.text
    assert told.text_offset == [0, len(told.tokens[0])]
    assert told.token_logprobs is not None
    assert all(logprob <= 0 for logprob in told.token_logprobs)
    assert told.top_logprobs is not None
    assert [len(likeliest) for likeliest in told.top_logprobs] == [top, top]


@BOTH
def test_the_prompt_is_echoed(client: openai.OpenAI, model: str) -> None:
    prompts = [SKY, "One, two,"]
    texts = [choice.text for choice in answer(client, model=model, prompt=prompts).choices]
    echoed = [choice.text for choice in answer(client, model=model, prompt=prompts, echo=True).choices]
    assert echoed == [prompt + text for prompt, text in zip(prompts, texts, strict=True)]
    stream = client.completions.create(model=model, prompt=SKY, max_tokens=2, temperature=0, echo=True, stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == echoed[0]


def test_texts_are_scored_where_the_model_can_be_asked_for_it(client: openai.OpenAI) -> None:
    """As evaluations of models do: the prompt's own tokens, and no answer."""
    raw = complete(client, prompt=[SKY, "One, two, three"], echo=True, logprobs=1, max_tokens=0)
    assert raw.headers["x-sepal-destination"] == "swarm"
    choices = json.loads(raw.text)["choices"]
    assert [choice["text"] for choice in choices] == [SKY, "One, two, three"]
    for choice in choices:
        told = choice["logprobs"]
        assert "".join(told["tokens"]) == choice["text"]
        assert told["token_logprobs"][0] is None
        assert all(logprob < 0 for logprob in told["token_logprobs"][1:])
        assert choice["finish_reason"] == "length"


def test_a_sensitive_prompt_keeps_all_of_its_request_at_home(client: openai.OpenAI) -> None:
    raw = complete(client, prompt=[SKY, PERSONAL])
    assert (raw.headers["x-sepal-destination"], raw.headers["x-sepal-label"]) == ("local", "confidential")
    assert len(json.loads(raw.text)["choices"]) == 2


def test_several_prompts_are_one_decision_and_one_outcome_in_the_audit(product: Product, client: openai.OpenAI) -> None:
    raw = complete(client, prompt=[SKY, SKY, SKY])
    records: list[dict[str, Any]] = []
    deadline = time.monotonic() + 10
    while len(records) < 2 and time.monotonic() < deadline:
        trail = (product.state / "audit.jsonl").read_text()
        records = [json.loads(line) for line in trail.splitlines() if raw.headers["x-sepal-decision"] in line]
    assert [record["event"] for record in records] == ["decision", "outcome"]
    assert records[1]["usage"] == json.loads(raw.text)["usage"]


def test_token_ids_are_answered_at_home(client: openai.OpenAI) -> None:
    raw = complete(client, prompt=[[504, 6376, 314], [504]])
    assert raw.headers["x-sepal-destination"] == "local"
    assert [choice["index"] for choice in json.loads(raw.text)["choices"]] == [0, 1]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"model": "local", "echo": True, "logprobs": 1}, "echo"),
        ({"model": "local", "max_tokens": 0}, "max_tokens"),
        ({"model": "local", "suffix": "blue"}, "suffix"),
        ({"model": "swarm", "suffix": "blue"}, "suffix"),
        ({"model": "local", "best_of": 3}, "best_of"),
        ({"model": "swarm", "best_of": 3, "n": 2}, "best_of"),
        ({"model": "local", "logprobs": 6}, "logprobs"),
        ({"model": "local", "prompt": [SKY] * 129}, "prompt"),
        ({"model": "local", "logit_bias": {"49152": 1}}, "logit_bias"),
    ],
)
def test_what_can_not_be_done_is_refused_by_its_name(client: openai.OpenAI, fields: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        complete(client, **fields)
    assert refused.value.param == param


def test_a_choice_of_all_is_the_same_as_none(client: openai.OpenAI) -> None:
    assert len(answer(client, n=2, best_of=2, temperature=1).choices) == 2


@BOTH
def test_a_chats_answer_with_log_probabilities_is_openais_to_the_last_field(client: openai.OpenAI, model: str) -> None:
    asked: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": "Why is the sky blue?"}]}
    for more, top in (({}, 0), ({"top_logprobs": 2}, 2)):
        raw = client.chat.completions.with_raw_response.create(
            **asked, max_tokens=2, temperature=0, n=2, logprobs=True, **more
        )
        chat: ChatCompletion = strict(ChatCompletion, json.loads(raw.text), allowed=EXTRA)
        assert chat.usage is not None
        assert chat.usage.completion_tokens == 4
        for choice in chat.choices:
            assert choice.logprobs is not None
            assert choice.logprobs.content is not None
            assert [len(token.top_logprobs) for token in choice.logprobs.content] == [top, top]


POLICY = """version: 1
levels: [public, secret]
destinations:
  cloud: {clearance: public, engine: openai, base_url: "URL/v1", model: m}
  local: {clearance: secret, engine: openai, base_url: "http://127.0.0.1:1/v1", model: m}
entities: {default: secret}
rules:
  - {name: names, when: {only: [PERSON, EMAIL_ADDRESS]}, declassify: {method: pseudonym, to: public}}
route: {prefer: [cloud, local]}
"""


async def say_it_again(request: web.Request) -> web.StreamResponse:
    """An engine whose answer is the prompt."""
    if request.method == "GET":  # is it there?
        return web.json_response({"data": []})
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    prompt = orjson.loads(await request.read())["prompt"]
    choice = {"index": 0, "text": f" {prompt}", "finish_reason": "stop"}
    await response.write(b"data: " + orjson.dumps({"id": "c", "choices": [choice]}) + b"\n\n")
    return response


@pytest.fixture
async def rewriting(tmp_path: Path) -> AsyncIterator[Running]:
    """A gateway that lets names travel as stand-ins."""
    async with running(tmp_path, lambda url: POLICY.replace("URL", url), say_it_again) as gateway:
        yield gateway


async def test_prompts_that_travel_with_stand_ins_are_answered_and_echoed_with_their_own_names(
    rewriting: Running,
) -> None:
    prompts = ["Write a birthday card to Maria Gonzalez.", "Email John Smith at john.smith@acme-corp.com."]
    asked = {"model": "auto", "prompt": prompts, "echo": True}
    response = await rewriting.client.post("/v1/completions", json=asked)
    assert response.headers["x-sepal-destination"] == "cloud"
    sent = [orjson.loads(request.body) for request in rewriting.stub.seen if request.method == "POST"]
    assert len(sent) == 2
    assert not any("echo" in body for body in sent)
    for name in ("Maria", "Gonzalez", "Smith", "acme"):
        assert not any(name in body["prompt"] for body in sent)
    texts = [choice["text"] for choice in response.json()["choices"]]
    assert texts == [f"{prompt} {prompt}" for prompt in prompts]
