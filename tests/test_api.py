"""The API as a client sees it, on the whole running product."""
# ruff: noqa: E501

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from tests.conftest import Product

HARMLESS = "Why is the sky blue?"
PERSONAL = "Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy"
CANARY = "Zanzibarquartz"


def ask(**changes: Any) -> dict[str, Any]:
    """A request for two tokens, the likeliest: the same each time, and none of them the last."""
    return {
        "model": "auto",
        "messages": [{"role": "user", "content": HARMLESS}],
        "max_tokens": 2,
        "temperature": 0,
        **changes,
    }


@pytest.fixture
def http(product: Product) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=product.url, timeout=60, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(("prompt", "destination", "label"), [
    (HARMLESS, "swarm", "public"),
    (PERSONAL, "local", "confidential"),
    ("天空为什么是蓝色的？", "swarm", "public"),
    ("给我的病人张伟写一封信，他的手机号是13812345678", "local", "confidential"),
])  # fmt: skip
def test_a_prompt_goes_where_its_label_allows(product: Product, prompt: str, destination: str, label: str) -> None:
    raw = product.client.chat.completions.with_raw_response.create(
        **ask(messages=[{"role": "user", "content": prompt}], max_tokens=8)
    )

    assert raw.headers["x-sepal-destination"] == destination
    assert raw.headers["x-sepal-label"] == label
    assert raw.headers["x-sepal-decision"].startswith("dec_")
    assert raw.headers["x-request-id"].startswith("req_")
    answer = raw.parse()
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason in ("length", "stop")
    assert answer.usage is not None
    assert 1 <= answer.usage.completion_tokens <= 8
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


@pytest.mark.parametrize("prompt", [HARMLESS, PERSONAL])
def test_a_stream_arrives_token_by_token_in_the_order_that_clients_rely_on(http: httpx.Client, prompt: str) -> None:
    body = ask(
        messages=[{"role": "user", "content": prompt}],
        max_tokens=24,
        stream=True,
        stream_options={"include_usage": True},
    )
    arrivals, events = [], []
    with http.stream("POST", "/v1/chat/completions", json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line.startswith("data: "):
                arrivals.append(time.monotonic())
                events.append(line.removeprefix("data: "))

    assert events[-1] == "[DONE]"
    chunks = [json.loads(event) for event in events[:-1]]
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert all("role" not in chunk["choices"][0]["delta"] for chunk in chunks[1:-1])
    assert [bool(chunk["choices"][0]["finish_reason"]) for chunk in chunks[:-1]] == [False] * (len(chunks) - 2) + [True]
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["completion_tokens"] == 24
    assert all(chunk["usage"] is None for chunk in chunks[:-1])
    assert len({chunk["id"] for chunk in chunks}) == 1
    contents = [chunk for chunk in chunks[:-1] if chunk["choices"][0]["delta"].get("content")]
    assert len(contents) > 5
    assert arrivals[-1] - arrivals[0] > 0.02


def test_usage_is_streamed_only_to_those_who_ask(http: httpx.Client) -> None:
    text = http.post("/v1/chat/completions", json=ask(stream=True)).text

    assert '"usage"' not in text
    assert text.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize("destination", ["swarm", "local"])
def test_sampling_parameters_are_honoured(product: Product, destination: str) -> None:
    def text(**changes: Any) -> str:
        asked = ask(model=destination, max_tokens=8, **changes)
        return product.client.chat.completions.create(**asked).choices[0].message.content or ""

    likeliest = text(temperature=0)
    assert likeliest == text(temperature=0)
    assert text(temperature=1.5, seed=7) == text(temperature=1.5, seed=7)
    first_word = likeliest.split()[1]
    stopped = product.client.chat.completions.create(
        **ask(model=destination, max_tokens=8, temperature=0, stop=[first_word])
    )
    assert stopped.choices[0].finish_reason == "stop"
    assert first_word not in (stopped.choices[0].message.content or "")
    newer = ask(model=destination, max_completion_tokens=3)
    del newer["max_tokens"]
    assert product.client.chat.completions.create(**newer).usage.completion_tokens == 3


@pytest.mark.parametrize("destination", ["swarm", "local"])
def test_completions_are_answered_too(product: Product, destination: str) -> None:
    answer = product.client.completions.create(model=destination, prompt="The sky is", max_tokens=3, temperature=0)
    streamed = product.client.completions.create(
        model=destination, prompt="The sky is", max_tokens=3, temperature=0, stream=True
    )

    assert answer.object == "text_completion"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 3
    assert "".join(chunk.choices[0].text for chunk in streamed) == answer.choices[0].text


def test_models_lists_what_may_be_asked_for(product: Product) -> None:
    names = [model.id for model in product.client.models.list()]

    assert names == ["auto", "swarm", "local", "smollm2-135m-instruct", "multilingual-e5-small"]
    assert product.client.models.retrieve("swarm").id == "swarm"
    with pytest.raises(openai.NotFoundError):
        product.client.models.retrieve("gpt-99")


def test_asking_for_the_swarm_never_overrides_the_policy(product: Product) -> None:
    asked = ask(model="swarm", messages=[{"role": "user", "content": PERSONAL}])
    raw = product.client.chat.completions.with_raw_response.create(**asked)

    assert raw.headers["x-sepal-destination"] == "local"


def test_headers_and_fields_that_only_the_gateway_may_set_are_dropped(http: httpx.Client) -> None:
    body = ask(messages=[{"role": "user", "content": PERSONAL}], sepal_level="public", x_sepal_destination="swarm")
    claims = {
        "x-sepal-destination": "swarm",
        "x-sepal-label": "public",
        "x-sepal-ticket": "v1;swarm",
        "x-request-id": CANARY,
    }

    response = http.post("/v1/chat/completions", json=body, headers=claims)

    assert response.headers["x-sepal-destination"] == "local"
    assert response.headers["x-sepal-label"] == "confidential"
    assert CANARY not in str(response.headers)


def test_a_conversation_stays_sensitive_as_long_as_the_turn_is_sent_along(product: Product) -> None:
    turns = [
        {"role": "user", "content": PERSONAL},
        {"role": "assistant", "content": "Of course."},
        {"role": "user", "content": HARMLESS},
    ]

    with_turn = product.client.chat.completions.with_raw_response.create(**ask(messages=turns))
    without = product.client.chat.completions.with_raw_response.create(**ask(messages=turns[1:]))

    assert with_turn.headers["x-sepal-destination"] == "local"
    assert without.headers["x-sepal-destination"] == "swarm"


def test_the_swarm_gives_several_answers_with_what_each_token_was_worth(product: Product) -> None:
    raw = product.client.chat.completions.with_raw_response.create(**ask(n=2, logprobs=True, top_logprobs=2))

    assert raw.headers["x-sepal-destination"] == "swarm"
    choices = raw.parse().choices
    assert [choice.index for choice in choices] == [0, 1]
    for choice in choices:
        assert choice.logprobs is not None
        assert choice.logprobs.content
        assert all(len(token.top_logprobs) == 2 for token in choice.logprobs.content)


def test_the_swarm_answers_by_a_schema(product: Product) -> None:
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["blue", "green"]}, "sure": {"type": "boolean"}},
        "required": ["colour", "sure"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "sky", "strict": True, "schema": schema}}
    raw = product.client.chat.completions.with_raw_response.create(**ask(response_format=form, max_tokens=40))

    assert raw.headers["x-sepal-destination"] == "swarm"
    answer = json.loads(raw.parse().choices[0].message.content or "")
    assert answer["colour"] in ("blue", "green")
    assert isinstance(answer["sure"], bool)


TOOL_TURN = [
    {"role": "user", "content": "What is the weather like?"},
    {"role": "assistant", "content": None, "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "call_1", "content": "It is raining."},
]  # fmt: skip


def test_what_only_one_destination_can_do_goes_there(product: Product) -> None:
    raw = product.client.embeddings.with_raw_response.create(model="auto", input=HARMLESS)

    assert raw.headers["x-sepal-label"] == "public"
    assert raw.headers["x-sepal-destination"] == "local"


def test_what_the_only_cleared_destination_can_not_do_is_refused(product: Product) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        product.client.chat.completions.create(**ask(messages=[{"role": "user", "content": PERSONAL}], n=6))

    assert refused.value.param == "n"


def tool(name: str, **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "parameters": schema}}


UNITS = {"enum": ["celsius", "fahrenheit"]}
DEGREES = {"type": "integer", "minimum": 10, "maximum": 30}
TOOLS = [tool("look", unit=UNITS), tool("heat", degrees=DEGREES)]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", ["local", "swarm"])
@pytest.mark.parametrize("choice", ["required", "heat"])
def test_the_model_is_held_to_a_call_that_it_must_make(product: Product, model: str, choice: str, stream: bool) -> None:
    wanted = choice if choice == "required" else {"type": "function", "function": {"name": choice}}
    asked = ask(model=model, tools=TOOLS, tool_choice=wanted, parallel_tool_calls=False, max_tokens=80)
    if stream:
        with product.client.chat.completions.stream(**asked) as events:
            events.until_done()
            answer = events.get_final_completion().choices[0]
    else:
        answer = product.client.chat.completions.create(**asked).choices[0]

    assert (answer.finish_reason, answer.message.content or None) == ("tool_calls", None)
    call = (answer.message.tool_calls or [])[0]
    arguments = json.loads(call.function.arguments)
    if choice == "heat" or call.function.name == "heat":
        assert call.function.name == "heat"
        assert 10 <= arguments["degrees"] <= 30
    else:
        assert arguments["unit"] in UNITS["enum"]


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_what_a_tool_gave_back_is_answered(product: Product, model: str) -> None:
    raw = product.client.chat.completions.with_raw_response.create(
        **ask(model=model, messages=TOOL_TURN, tools=TOOLS, max_tokens=6)
    )

    assert raw.headers["x-sepal-destination"] == model
    assert raw.parse().choices[0].message.content


MALFORMED: dict[str, tuple[bytes, int, str | None]] = {
    "nothing": (b"", 400, None),
    "no JSON": (b'{"model": "auto", ' + CANARY.encode(), 400, None),
    "a list": (json.dumps([CANARY]).encode(), 400, None),
    "no UTF-8": (b'{"model": "\xff\xfe' + CANARY.encode() + b'"}', 400, None),
    "messages missing": (json.dumps({"model": "auto"}).encode(), 400, "messages"),
    "messages empty": (json.dumps(ask(messages=[])).encode(), 400, "messages"),
    "messages of a wrong type": (json.dumps(ask(messages=CANARY)).encode(), 400, "messages"),
    "a message of a wrong type": (json.dumps(ask(messages=[CANARY])).encode(), 400, "messages[0]"),
    "an unknown role": (json.dumps(ask(messages=[{"role": CANARY, "content": "x"}])).encode(), 400, "messages[0].role"),
    "no content": (json.dumps(ask(messages=[{"role": "user"}])).encode(), 400, "messages[0]"),
    "a number as content": (json.dumps(ask(messages=[{"role": "user", "content": 5}])).encode(), 400, "messages[0].content"),
    "a hot temperature": (json.dumps(ask(temperature=CANARY)).encode(), 400, "temperature"),
    "too many stops": (json.dumps(ask(stop=[CANARY] * 5)).encode(), 400, "stop"),
    "an unknown model": (json.dumps(ask(model=CANARY)).encode(), 404, "model"),
    "a lone surrogate": (b'{"model":"auto","messages":[{"role":"user","content":"\\ud800 ' + CANARY.encode() + b'"}]}', 400, None),
    "a NUL": (json.dumps(ask(messages=[{"role": "user", "content": f"{CANARY}\0"}])).encode(), 400, "messages"),
    "deep nesting": (b'{"model":"auto","messages":' + b"[" * 50_000 + b"]" * 50_000 + b"}", 400, None),
    "less deep nesting": (b'{"model":"auto","messages":' + b"[" * 200 + b"]" * 200 + b"}", 400, "messages"),
    "10,000 messages": (json.dumps(ask(messages=[{"role": "user", "content": CANARY}] * 10_000)).encode(), 400, "messages"),
    "9 MiB": (json.dumps(ask(messages=[{"role": "user", "content": "x" * 9 * 1024 * 1024}])).encode(), 413, None),
    "NaN": (b'{"model":"auto","temperature":NaN,"messages":[{"role":"user","content":"x"}]}', 400, None),
    "n at the swarm": (json.dumps(ask(model="swarm", n=9)).encode(), 400, "n"),
    "an image": (json.dumps(ask(messages=[{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{CANARY}"}}]}])).encode(), 400, "messages[0].content[0]"),
    "a million characters": (json.dumps(ask(messages=[{"role": "user", "content": "a b " * 250_000}])).encode(), 400, "messages"),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_bad_input_gets_an_error_that_names_the_parameter_and_echoes_nothing(http: httpx.Client, case: str) -> None:
    body, status, param = MALFORMED[case]

    response = http.post("/v1/chat/completions", content=body, headers={"content-type": "application/json"})

    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["param"] == param
    assert error["type"] == "invalid_request_error"
    assert len(error["message"]) > 20
    assert CANARY not in response.text
    assert response.headers["x-should-retry"] == "false"
    assert http.get("/health/live").status_code == 200


def test_a_body_over_the_limit_is_refused_while_it_streams_in(http: httpx.Client) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 65536
            yield b" " * 65536

    try:
        status = http.post("/v1/chat/completions", content=endless()).status_code
    except httpx.WriteError:
        status = 413
    assert status == 413
    assert sent < 32 * 1024 * 1024


@pytest.mark.parametrize("path", ["/v1/audio/speech", "/v1/files", "/v1/nothing/here", "/v1/chat/completions/", "/v2"])
def test_an_unknown_path_is_an_openai_shaped_404(http: httpx.Client, path: str) -> None:
    response = http.post(path, json=ask())

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "unknown_url"


def test_decide_says_what_would_happen_and_runs_nothing(http: httpx.Client, product: Product) -> None:
    before = http.get("/metrics").text.count("sepal_answers_total{")

    decision = http.post("/v1/sepal/decide", json={"messages": [{"role": "user", "content": PERSONAL}]}).json()

    assert (decision["label"], decision["destination"]) == ("confidential", "local")
    assert {finding["entity"] for finding in decision["findings"]} == {"PERSON", "DATE_OF_BIRTH", "HEALTH"}
    assert "Gonzalez" not in json.dumps(decision)
    assert http.get("/metrics").text.count("sepal_answers_total{") == before


def test_ready_names_what_is_really_in_use(http: httpx.Client) -> None:
    report = http.get("/health/ready").json()

    assert report["status"] == "ready"
    assert "sepal" in report["detector"]["parts"]
    assert len(report["policy"]["sha256"]) == 64
    assert report["destinations"]["swarm"]["swarm"]["blocks"]["covered"] == 30
    assert len(report["destinations"]["swarm"]["swarm"]["servers"]) == 2


def test_an_audit_record_holds_no_text_and_the_chain_is_whole(product: Product) -> None:
    secret = "Persephone Quillfeather"
    asked = ask(messages=[{"role": "user", "content": f"Letter to {secret}, phone +49 30 901820"}], user=CANARY)
    raw = product.client.chat.completions.with_raw_response.create(**asked)
    decision = raw.headers["x-sepal-decision"]
    records: list[dict[str, Any]] = []
    deadline = time.monotonic() + 10
    while len(records) < 2 and time.monotonic() < deadline:
        trail = (product.state / "audit.jsonl").read_text()
        records = [json.loads(line) for line in trail.splitlines() if decision in line]

    assert [record["event"] for record in records] == ["decision", "outcome"]
    assert records[0]["findings"]["PERSON"] == 1
    assert records[0]["destinations"] == ["local"]
    assert records[1]["outcome"] == "completed"
    assert records[1]["usage"]["completion_tokens"] == 2
    for text in (trail, product.output.read_text(), *(log.read_text() for log in (product.state / "logs").iterdir())):
        assert "Quillfeather" not in text
        assert "30 901820" not in text  # Six digits alone may stand in a hash.
        assert CANARY not in text
    assert product.sepal("audit", "verify").returncode == 0


def test_the_command_line_shows_the_running_product(product: Product) -> None:
    status = product.sepal("status")
    tail = product.sepal("audit", "tail", "--json")

    assert status.returncode == 0
    assert "30/30" in status.stdout
    assert tail.returncode == 0
    assert json.loads(tail.stdout.splitlines()[-1])["label"]
