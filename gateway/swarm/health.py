"""What the swarm's table says about a model: which blocks are held, by whom, and who answers.

Pure functions over what was read; knows nothing of how it is read. Everything in the table was written
by the servers themselves and is taken as a claim: texts are cut to a length and to printable characters.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["starting", "ready", "degraded"]

_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The swarm at one moment. `replicas` counts, for each block, the servers that could run it."""

    state: State
    replicas: tuple[int, ...] = ()
    servers: tuple[dict[str, Any], ...] = field(default=())

    @property
    def missing(self) -> list[int]:
        """Blocks that nobody runs."""
        return [block for block, count in enumerate(self.replicas) if not count]

    def as_json(self) -> dict[str, Any]:
        """The part of `/health` that describes the swarm."""
        covered = sum(1 for count in self.replicas if count)
        blocks = {"total": len(self.replicas), "covered": covered, "replicas": list(self.replicas)}
        return {"state": self.state, "blocks": blocks, "servers": list(self.servers)}


def starting(blocks: int) -> Snapshot:
    """Before the swarm was seen for the first time."""
    return Snapshot("starting", (0,) * blocks)


def unseen(last: Snapshot) -> Snapshot:
    """When the table can't be read any more: nothing is known to be there."""
    return last if last.state == "starting" else Snapshot("degraded", (0,) * len(last.replicas))


def summarise(infos: Sequence[Any], round_trips: Mapping[Any, float], allowed: Collection[Any] | None) -> Snapshot:
    """A snapshot from the table.

    Args:
        infos: Petals' RemoteModuleInfo of each block, in order.
        round_trips: seconds to each server that was tried; infinite where it did not answer.
        allowed: ids of servers that may be used; None = all. Others are listed but cover nothing.
    """
    replicas = []
    servers: dict[Any, dict[str, Any]] = {}
    for block, info in enumerate(infos):
        usable = 0
        for peer, server in info.servers.items():
            known = servers.setdefault(peer, _describe(peer, server, block, round_trips, allowed))
            known["end"] = block + 1
            usable += known["state"] == "online"
        replicas.append(usable)
    state: State = "ready" if replicas and all(replicas) else "degraded"
    ordered = sorted(servers.values(), key=lambda server: (server["start"], server["peer_id"]))
    return Snapshot(state, tuple(replicas), tuple(ordered))


def _describe(
    peer: Any, server: Any, block: int, round_trips: Mapping[Any, float], allowed: Collection[Any] | None
) -> dict[str, Any]:
    round_trip = round_trips.get(peer)
    state = server.state.name.lower()
    if state == "online" and allowed is not None and peer not in allowed:
        state = "not_allowed"
    elif state == "online" and round_trip is not None and math.isinf(round_trip):
        state = "unreachable"
    return {
        "peer_id": str(peer),
        "public_name": _printable(server.public_name),
        "start": block,
        "end": block + 1,
        "state": state,
        "throughput": server.throughput,
        "version": _printable(server.version),
        "torch_dtype": _printable(server.torch_dtype),
        "quant_type": _printable(server.quant_type),
        "cache_tokens_left": server.cache_tokens_left,
        "round_trip_ms": None if round_trip is None or math.isinf(round_trip) else round(round_trip * 1000, 1),
    }


def _printable(text: str | None) -> str | None:
    if text is None:
        return None
    return "".join(character for character in text[:_LONGEST_NAME] if character.isprintable())
