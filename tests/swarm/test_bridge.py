"""The bridge over a real private swarm: what a client of it sees.

First what can be seen while the plain model, whose answers the last tests compare, is still at work.
"""

from __future__ import annotations

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gateway.swarm import tickets
from tests.swarm.asked import PROMPTS, SKY


@pytest.fixture(scope="module")
def plain_answers(reference: dict[str, Any]) -> dict[str, tuple[str, int, int]]:
    """Text, tokens and prompt tokens from the local Hugging Face model, greedy."""
    return {name: tuple(answer) for name, answer in zip(PROMPTS, reference["answers"], strict=True)}


def _ask(bridge: Any, prompt: Any, most: int, **fields: Any) -> Any:
    settings = {"temperature": 0, "max_tokens": most, **fields}
    if isinstance(prompt, str):
        return bridge.post({"prompt": prompt, **settings}, "/v1/completions")
    return bridge.post({"messages": prompt, **settings})


def test_an_answer_names_the_servers_that_its_prompt_passed(bridge: Any, swarm: Any) -> None:
    answer = _ask(bridge, SKY, 1)
    assert answer.headers["x-sepal-swarm-route"] == ",".join([swarm.peer_ids["first"], swarm.peer_ids["second"]])


def test_a_seed_gives_the_same_answer_whatever_else_runs(bridge: Any) -> None:
    asked = {"messages": SKY, "max_tokens": 12, "temperature": 1.0, "top_p": 0.9}
    alone = bridge.post(asked | {"seed": 7}).text
    seeds = [7, 8, 7, 9]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: bridge.post(asked | {"seed": seed}).text, seeds))
    assert [text == alone for text in together] == [True, False, True, False]
    assert together[1] != together[3]


def test_an_answer_ends_soon_after_its_client_has_left(bridge: Any) -> None:
    fields = {"messages": SKY, "temperature": 0, "max_tokens": 400}
    for settings in ({"stream": True}, {}):
        connection = bridge.connect()
        body = json.dumps(fields | settings).encode()
        connection.request("POST", "/v1/chat/completions", body, {tickets.HEADER: bridge.ticket(body)})
        while bridge.health()["active_requests"] != 1:
            time.sleep(0.02)
        if settings:
            connection.getresponse().readline()
        connection.close()
        left = time.monotonic()
        while bridge.health()["active_requests"]:
            time.sleep(0.02)
        assert time.monotonic() - left < 4


def test_a_prompt_longer_than_the_context_is_refused_with_numbers(bridge: Any) -> None:
    began = time.monotonic()
    refusal = bridge.post({"messages": [{"role": "user", "content": "word " * 200_000}]})
    assert time.monotonic() - began < 10
    error = refusal.json["error"]
    assert (refusal.status, error["code"], error["param"]) == (400, "context_length_exceeded", "messages")
    assert (error["n_ctx"], error["n_prompt_tokens"] > 8192) == (8192, True)
    assert refusal.headers["x-should-retry"] == "false"


def test_each_wrong_ticket_is_refused_counted_and_reported(bridge: Any, bridge_process: Any) -> None:
    body = json.dumps({"messages": SKY, "max_tokens": 1}).encode()
    used = bridge.ticket(body)
    assert bridge.raw(body, {tickets.HEADER: used}).status == 200
    offered = {
        "missing": None,
        "malformed": "v1;none",
        "wrong_mac": bridge.ticket(body + b" "),
        "wrong_destination": bridge.ticket(body, destination="friends"),
        "expired": bridge.ticket(body, lifetime=-1.0),
        "replayed": used,
    }
    before = bridge.health()["refusals"]
    for reason, ticket in offered.items():
        refusal = bridge.raw(body, {} if ticket is None else {tickets.HEADER: ticket})
        assert (refusal.status, refusal.json["error"]["code"]) == (403, f"ticket_{reason}")
        assert bridge_process[0].wait_for("ticket_refused")["reason"] == reason
    assert bridge.health()["refusals"] == {reason: count + 1 for reason, count in before.items()}


def test_nothing_is_parsed_without_a_ticket(bridge: Any) -> None:
    assert bridge.raw(b"{broken", {}).status == 403


def test_bad_requests_get_openais_error_and_no_echo(bridge: Any) -> None:
    canary = "canary-5b1e"
    refusals = [
        bridge.post({"messages": [{"role": canary, "content": canary}]}),
        bridge.post({"messages": SKY, "tools": [{"name": canary}]}),
        bridge.post(b'{"messages": "' + canary.encode()),
        bridge.get(f"/v1/{canary}"),
    ]
    assert [refusal.status for refusal in refusals] == [400, 400, 400, 404]
    for refusal in refusals:
        assert set(refusal.json["error"]) >= {"message", "type", "param", "code"}
        assert canary.encode() not in refusal.body


def test_a_body_over_the_limit_is_refused_while_it_is_read(bridge: Any) -> None:
    connection = bridge.connect()
    connection.putrequest("POST", "/v1/chat/completions")
    connection.putheader("transfer-encoding", "chunked")
    connection.endheaders()
    block = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    for _ in range(17):
        connection.send(block)
    response = connection.getresponse()
    assert (response.status, json.load(response)["error"]["code"]) == (413, "request_too_large")
    connection.close()


def test_models_and_health_tell_what_the_gateway_asks_for(bridge: Any, swarm: Any) -> None:
    [model] = bridge.get("/v1/models").json["data"]
    assert (model["id"], model["max_model_len"]) == ("smollm2", 8192)
    health = bridge.health()
    assert (health["model"], health["context_length"], health["active_requests"]) == ("smollm2", 8192, 0)
    assert health["blocks"] == {"total": 30, "covered": 30, "replicas": [1] * 30}
    described = {server["public_name"]: server for server in health["servers"]}
    assert {name: (server["start"], server["end"]) for name, server in described.items()} == {
        "first": (0, 15),
        "second": (15, 30),
    }
    assert {server["peer_id"] for server in health["servers"]} == set(swarm.peer_ids.values())


def test_no_word_of_a_prompt_or_answer_is_logged(bridge: Any, swarm: Any) -> None:
    canary = "Zanzibarcanary"
    fields = {"messages": [{"role": "user", "content": f"Repeat: {canary}"}], "max_tokens": 8, "temperature": 0}
    assert bridge.post(fields).status == 200
    bridge.post({"messages": [{"role": canary, "content": canary}]})
    bridge.raw(canary.encode(), {})
    logs = "".join(path.read_text() for path in swarm.place.glob("*.log"))
    assert "listening on" in logs
    assert canary not in logs
    assert "sky" not in logs


def test_the_bridge_listens_on_loopback_only(petals_python: str) -> None:
    command = [petals_python, "-m", "gateway.swarm.bridge", "--destination", "swarm", "--checkpoint", "x"]
    command += ["--dht-prefix", "p", "--initial-peer", "q", "--host", "0.0.0.0", "--key-fd", "0"]
    run = subprocess.run(command, input=b"k" * 32, capture_output=True, timeout=30)
    assert run.returncode == 1
    assert b"not a loopback address" in run.stderr


@pytest.mark.parametrize("name", PROMPTS)
def test_greedy_answers_equal_the_local_model_token_for_token(
    bridge: Any, plain_answers: dict[str, tuple[str, int, int]], name: str
) -> None:
    answer = _ask(bridge, *PROMPTS[name])
    text, tokens, prompt_tokens = plain_answers[name]
    assert (answer.status, answer.text) == (200, text)
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": tokens, "total_tokens": prompt_tokens + tokens}
    assert answer.json["usage"] == usage


def test_a_stream_comes_token_by_token_in_the_order_clients_rely_on(
    bridge: Any, plain_answers: dict[str, tuple[str, int, int]]
) -> None:
    answer = _ask(bridge, *PROMPTS["a question"], stream=True, stream_options={"include_usage": True})
    assert answer.text == plain_answers["a question"][0]
    chunks = [chunk for _, chunk in answer.chunks]
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert len(chunks) > 20
    assert answer.chunks[-1][0] - answer.chunks[0][0] > 0.2
    assert chunks[-2]["choices"][0]["finish_reason"] == "length"
    assert chunks[-2]["choices"][0]["delta"] == {}
    assert (chunks[-1]["choices"], chunks[-1]["usage"]["completion_tokens"]) == ([], 24)
    assert answer.body.endswith(b"data: [DONE]\n\n")
    assert {chunk["id"] for chunk in chunks} == {chunks[0]["id"]}


def test_a_completion_streams_text(bridge: Any, plain_answers: dict[str, tuple[str, int, int]]) -> None:
    answer = _ask(bridge, *PROMPTS["plain text"], stream=True)
    assert answer.text == plain_answers["plain text"][0]
    assert {chunk["object"] for _, chunk in answer.chunks} == {"text_completion"}


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_ends_before_a_stop_string_that_tokens_share(
    bridge: Any, plain_answers: dict[str, tuple[str, int, int]], stream: bool
) -> None:
    text = plain_answers["a question"][0]
    start = text.index(" ", len(text) // 2) - 2
    stop = text[start : start + 5]
    answer = _ask(bridge, SKY, 24, stop=["never", stop], stream=stream)
    assert answer.text == text[: text.index(stop)]
    ends = answer.chunks[-1][1] if stream else answer.json
    assert ends["choices"][0]["finish_reason"] == "stop"


def test_several_answers_are_written_at_once(bridge: Any, plain_answers: dict[str, tuple[str, int, int]]) -> None:
    names = ["a question", "Chinese", "plain text"]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda name: _ask(bridge, *PROMPTS[name], stream=True), names))
    assert [answer.text for answer in answers] == [plain_answers[name][0] for name in names]
    assert max(answer.chunks[0][0] for answer in answers) < min(answer.chunks[-1][0] for answer in answers)
