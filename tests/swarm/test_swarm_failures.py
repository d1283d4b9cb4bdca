"""Servers that die, leave, stay silent or come back. Last of the swarm's tests, since they disturb it."""

from __future__ import annotations

import json
import signal
import time
from typing import Any

import pytest

from tests.swarm.conftest import REQUEST_TIMEOUT

SKY = {"messages": [{"role": "user", "content": "Why is the sky blue?"}], "temperature": 0}


def _until(condition: Any, within: float = 30.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def spare(swarm: Any, bridge_process: Any) -> None:
    """A third server that holds the second half too, from the first test that wants it on."""
    swarm.start_servers(spare="15:30")
    _until(lambda: bridge_process[1].health()["blocks"]["replicas"][-1] == 2)


def _break_in_mid_answer(bridge: Any, swarm: Any, number: int, tokens: int) -> tuple[str, float, Any]:
    """Send the signal to the last server on the route after some tokens: text, longest gap, server's name."""
    names = {peer: name for name, peer in swarm.peer_ids.items()}
    text, gap, last = "", 0.0, time.monotonic()
    with bridge.open(SKY | {"stream": True, "max_tokens": tokens}) as response:
        name = names[response.getheader("x-sepal-swarm-route").split(",")[-1]]
        for count, line in enumerate(line for line in response if line.startswith(b"data: {")):
            chunk = json.loads(line[6:])
            assert "error" not in chunk
            gap, last = max(gap, time.monotonic() - last), time.monotonic()
            text += chunk["choices"][0]["delta"].get("content", "")
            if count == 10:
                swarm.servers[name].send(number)
    return text, gap, name


def test_an_answer_goes_on_when_a_server_falls_silent(bridge: Any, swarm: Any, spare: Any) -> None:
    whole = bridge.post(SKY | {"max_tokens": 20}).text
    text, gap, name = _break_in_mid_answer(bridge, swarm, signal.SIGSTOP, 20)
    swarm.servers[name].send(signal.SIGCONT)
    assert text == whole
    # One request time-out of this bridge.
    assert REQUEST_TIMEOUT - 1 < gap < REQUEST_TIMEOUT + 12


def test_an_answer_goes_on_when_a_server_dies_in_the_middle(bridge: Any, swarm: Any, spare: Any) -> None:
    _until(lambda: bridge.health()["blocks"]["replicas"][-1] == 2)
    whole = bridge.post(SKY | {"max_tokens": 24}).text
    text, gap, name = _break_in_mid_answer(bridge, swarm, signal.SIGKILL, 24)
    swarm.servers.pop(name).stop()
    assert text == whole
    assert gap < 5


def test_missing_blocks_are_refused_at_once_until_their_server_returns(bridge: Any, swarm: Any) -> None:
    for name in swarm.servers.keys() - {"first"}:
        assert swarm.servers.pop(name).stop() < 8
    _until(lambda: bridge.health()["state"] == "degraded")
    began = time.monotonic()
    refusal = bridge.post(SKY)
    assert time.monotonic() - began < 3
    assert (refusal.status, refusal.json["error"]["code"]) == (503, "swarm_unavailable")
    assert refusal.headers["retry-after"]
    assert bridge.health()["blocks"]["covered"] == 15
    swarm.start_servers(second="15:30")
    _until(lambda: bridge.health()["state"] == "ready")
    assert bridge.post(SKY | {"max_tokens": 2}).status == 200


def test_a_bridge_outlives_its_whole_swarm_and_finds_it_again(bridge: Any, swarm: Any) -> None:
    for name in ("first", "second"):
        swarm.servers[name].kill()
    _until(lambda: bridge.health()["state"] == "degraded")
    assert bridge.post(SKY).status == 503
    swarm.start_servers(first="0:15", second="15:30")
    _until(lambda: bridge.health()["state"] == "ready", 40)
    assert bridge.post(SKY | {"max_tokens": 2}).status == 200


def test_only_allowed_servers_are_used(swarm: Any, bridge: Any) -> None:
    child, stranger = swarm.start_bridge("--allowed-server", swarm.peer_ids["first"])
    try:
        _until(lambda: stranger.health()["state"] == "degraded")
        states = {server["public_name"]: server["state"] for server in stranger.health()["servers"]}
        assert states == {"first": "online", "second": "not_allowed"}
        assert stranger.post(SKY).status == 503
    finally:
        child.stop()


def test_a_bridge_starts_without_its_swarm_and_ends_in_time(swarm: Any) -> None:
    elsewhere = "/ip4/127.0.0.1/tcp/9/p2p/" + swarm.peer_ids["first"]
    addresses, swarm.addresses = swarm.addresses, {"nobody": elsewhere}
    child, lonely = swarm.start_bridge()
    swarm.addresses = addresses
    try:
        health = lonely.health()
        assert (health["state"], health["blocks"]["covered"]) == ("starting", 0)
        refusal = lonely.post(SKY)
        assert (refusal.status, refusal.json["error"]["code"]) == (503, "swarm_unavailable")
    finally:
        assert child.stop() < 8
