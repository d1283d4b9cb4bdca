"""Nothing sensitive ever enters the swarm: every byte into the bridge and every hidden state into the
# ruff: noqa: E501
first Petals server is recorded, while parts are killed, and searched for what must not be there."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.audit.query import verify
from gateway.swarm import tickets
from tests.test_up import started_below
from tests.wires.conftest import Tapped, tapped_product
from tests.wires.conversations import FIELDS, Conversation, generate

SEED = 20261124
COUNT = 220


def send(url: str, conversation: Conversation) -> tuple[Conversation, int, str, str]:
    """The conversation with the status, destination and body that it got; fails unless that is well-formed."""
    response = httpx.post(url + conversation.path, json=conversation.body, timeout=120, trust_env=False)
    if response.status_code != 200:
        assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    return conversation, response.status_code, response.headers.get("x-sepal-destination", "none"), response.text


PARTS = ("nothing", "gateway.swarm.bridge", "llama_cpp_server", "--blocks 0:")


def kill(tmpdir: Path, part: str) -> int:
    """SIGKILL the process of one part of the product; how many were killed."""
    found = [pid for pid, command in started_below(tmpdir).items() if part in command and "leash" not in command]
    for pid in found[:1]:
        os.kill(pid, signal.SIGKILL)
    return len(found[:1])


def wait_until_whole(url: str) -> None:
    """Wait until every destination is ready."""
    deadline = time.monotonic() + 120
    while True:
        report = httpx.get(f"{url}/health/ready", timeout=30, trust_env=False).json()
        if {item["state"] for item in report["destinations"].values()} == {"ready"}:
            return
        assert time.monotonic() < deadline, report
        time.sleep(0.2)


@pytest.fixture(scope="module")
def answers(tapped: Tapped) -> list[tuple[Conversation, int, str, str]]:
    conversations = generate(COUNT, SEED)
    assert {item.where for item in conversations if item.sensitive} == set(FIELDS)
    done: list[tuple[Conversation, int, str, str]] = []
    with ThreadPoolExecutor(6) as pool:
        for turn, part in enumerate(PARTS):
            wait_until_whole(tapped.url)
            running = [pool.submit(send, tapped.url, item) for item in conversations[turn :: len(PARTS)]]
            running[len(running) // 3].result()
            assert part == "nothing" or kill(tapped.tmpdir, part) == 1, part
            done += [item.result() for item in running]
    wait_until_whole(tapped.url)
    return done


def test_no_canary_reaches_the_bridge_or_the_first_server(
    tapped: Tapped, answers: list[tuple[Conversation, int, str, str]]
) -> None:
    bridge = tapped.tap.bridge().lower()
    server = "\n".join(tapped.tap.server()).lower()
    unescaped = re.sub(r"\\u([0-9a-f]{4})", lambda escape: chr(int(escape[1], 16)), bridge)
    sensitive = [item for item in answers if item[0].sensitive]

    leaked = [
        (conversation.where, wire)
        for conversation, *_ in sensitive
        for wire, text in (("bridge", bridge), ("unescaped", unescaped), ("server", server))
        if conversation.marker in text
    ]

    assert len(sensitive) >= 100
    assert leaked == []
    assert all(destination != "swarm" for _, _, destination, _ in sensitive)


def test_every_clean_prompt_that_went_to_the_swarm_is_found_on_both_wires(
    tapped: Tapped, answers: list[tuple[Conversation, int, str, str]]
) -> None:
    bridge, server = tapped.tap.bridge(), tapped.tap.server()
    routed = [item[0] for item in answers if item[2] == "swarm" and item[1] == 200]

    assert len(routed) >= 30
    for conversation in routed:
        assert conversation.marker in bridge, conversation.marker
        assert any(conversation.marker in text for text in server), conversation.marker


def test_every_request_was_answered_or_refused_in_words(answers: list[tuple[Conversation, int, str, str]]) -> None:
    for conversation, status, _, text in answers:
        assert status in (200, 400, 503), (conversation.where, status)
        assert "Traceback" not in text
    assert sum(status == 200 for _, status, _, _ in answers) > COUNT / 2


def test_the_audit_is_whole_and_says_nothing_of_what_was_said(
    tapped: Tapped, answers: list[tuple[Conversation, int, str, str]]
) -> None:
    time.sleep(1)
    audit = (tapped.state / "audit.jsonl").read_text()
    records = [json.loads(line) for line in audit.splitlines()]
    decided = Counter(record["decision"] for record in records if record["event"] == "decision")
    ended = Counter(record["decision"] for record in records if record["event"] == "outcome")

    assert decided == ended
    assert sum(decided.values()) >= COUNT * 0.9
    assert verify(tapped.state / "audit.jsonl")[1] == []
    for record in records:
        if record["event"] == "decision" and record["label"] != "public":
            assert record["destinations"] in (["local"], [])
    metrics = httpx.get(f"{tapped.url}/metrics", trust_env=False).text
    written = [audit, metrics, *(log.read_text(errors="replace") for log in (tapped.state / "logs").iterdir())]
    for conversation, *_ in answers:
        for text in written:
            assert conversation.marker not in text, conversation.where


def bridge_url(tapped: Tapped) -> str:
    log = (tapped.state / "logs" / "swarm-bridge.log").read_text()
    found: list[str] = re.findall(r"listening on (http://\S+)", log)
    return found[-1]


def test_a_gateway_that_goes_round_the_policy_is_stopped_at_the_bridge(
    tapped: Tapped, answers: list[tuple[Conversation, int, str, str]]
) -> None:
    body = json.dumps({"model": "x", "messages": [{"role": "user", "content": "go-round canary"}]}).encode()
    forged = tickets.mint(tickets.new_key(), destination="swarm", decision_id="dec_x", body=body, lifetime=30)
    reasons: list[Any] = []
    for headers in ({}, {tickets.HEADER: forged}, {tickets.HEADER: "let me in"}):
        deadline = time.monotonic() + 60
        while True:
            try:
                response = httpx.post(
                    f"{bridge_url(tapped)}/v1/chat/completions", content=body, headers=headers, trust_env=False
                )
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.5)
        assert response.status_code == 403
        reasons.append(response.json()["error"]["code"])

    assert reasons == ["ticket_missing", "ticket_wrong_mac", "ticket_malformed"]
    assert sum(httpx.get(f"{bridge_url(tapped)}/health", trust_env=False).json()["refusals"].values()) >= 3
    deadline = time.monotonic() + 10
    while (audit := (tapped.state / "audit.jsonl").read_text()).count('"ticket_refused"') < 3:
        assert time.monotonic() < deadline, "the refusals are not in the audit"
        time.sleep(0.1)
    assert "go-round" not in audit
    assert 'sepal_tickets_refused_total{reason="missing"}' in httpx.get(f"{tapped.url}/metrics", trust_env=False).text
    assert not any("go-round" in text for text in tapped.tap.server())


def test_the_tap_catches_a_gateway_whose_policy_is_broken(state_dir: Path, tmp_path: Path) -> None:
    conversations = [
        item for item in generate(24, SEED + 1) if item.sensitive and item.where in ("user", "system", "assistant")
    ]
    with tapped_product(state_dir, tmp_path, broken=True) as broken:
        for conversation in conversations:
            assert send(broken.url, conversation)[2] == "swarm"

        bridge, server = broken.tap.bridge(), "\n".join(broken.tap.server())

    assert conversations
    for conversation in conversations:
        assert conversation.marker in bridge
        assert conversation.marker in server.replace(" ", "") or conversation.marker in server
