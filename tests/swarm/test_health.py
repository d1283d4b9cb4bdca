from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum

from gateway.swarm import health


class _State(Enum):
    JOINING = 1
    ONLINE = 2


@dataclass
class _Server:
    """As Petals' ServerInfo."""

    state: _State = _State.ONLINE
    throughput: float = 10.0
    public_name: str | None = None
    version: str | None = "2.2.0"
    torch_dtype: str | None = "float32"
    quant_type: str | None = "none"
    cache_tokens_left: int | None = 100


@dataclass
class _Block:
    servers: dict[str, _Server] = field(default_factory=dict)


def test_a_swarm_is_ready_when_every_block_is_run() -> None:
    blocks = [_Block({"a": _Server()}), _Block({"a": _Server(), "b": _Server()}), _Block({"b": _Server()})]
    snapshot = health.summarise(blocks, {}, None)
    assert (snapshot.state, snapshot.replicas, snapshot.missing) == ("ready", (1, 2, 1), [])
    spans = [(server["peer_id"], server["start"], server["end"]) for server in snapshot.servers]
    assert spans == [("a", 0, 2), ("b", 1, 3)]


def test_a_block_is_missing_when_its_server_is_away_joining_or_not_allowed() -> None:
    blocks = [_Block({"a": _Server()}), _Block({"b": _Server(_State.JOINING)}), _Block({"c": _Server()}), _Block()]
    snapshot = health.summarise(blocks, {"a": math.inf, "c": 0.01}, {"a", "b"})
    assert (snapshot.state, snapshot.missing) == ("degraded", [0, 1, 2, 3])
    assert [server["state"] for server in snapshot.servers] == ["unreachable", "joining", "not_allowed"]


def test_what_servers_say_of_themselves_is_cut() -> None:
    snapshot = health.summarise([_Block({"a": _Server(public_name="\x1b[31m" + "x" * 500)})], {"a": 0.0015}, None)
    assert snapshot.servers[0]["public_name"] == "[31m" + "x" * 59
    assert snapshot.servers[0]["round_trip_ms"] == 1.5


def test_a_swarm_that_is_seen_no_more_covers_nothing() -> None:
    ready = health.summarise([_Block({"a": _Server()})], {}, None)
    assert health.unseen(ready).missing == [0]
    assert health.unseen(health.starting(1)).state == "starting"
