"""Requests a second of several sides in turn, and the processor time that a request takes there.

Knows nothing of what the sides are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.bench.figures import Spread
from gateway.bench.rig import Side
from gateway.bench.workers import Worker

Rates = dict[str, list["Rate"]]
_APART = 1_000_000
"""Numbers of prompts kept for one slice, so that no two slices share a prompt."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One slice of one side. `cpu` is of its own process, in seconds a request; None where nobody says."""

    per_second: float
    cpu: float | None


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked. `fields` are laid over each request."""

    connections: int
    tokens: int
    cold: bool
    fields: Mapping[str, Any] = field(default_factory=dict)


class Numbers:
    """Numbers of prompts that nobody was given before."""

    def __init__(self) -> None:
        self._next = _APART

    def take(self) -> int:
        """The first of a million of them."""
        self._next += _APART
        return self._next


async def in_turn(
    client: Worker, sides: Sequence[Side], load: Load, numbers: Numbers, *, slices: int, seconds: float
) -> Rates:
    """Ask each side for `seconds`, in slices; which one is first changes from slice to slice."""
    rates: Rates = {side["name"]: [] for side in sides}
    for turn in range(slices):
        for side in sides if turn % 2 == 0 else sides[::-1]:
            # The sides have nothing in common that could remember a prompt, but each has its own all the same.
            seed = numbers.take() if load.cold else None
            rates[side["name"]].append(await _slice(client, side, load, seed, seconds / slices))
    return rates


async def _slice(client: Worker, side: Side, load: Load, seed: int | None, seconds: float) -> Rate:
    before = _cpu(side.get("pid"))
    reply = await client.ask(
        do="flood",
        side=side,
        connections=load.connections,
        seconds=seconds,
        tokens=load.tokens,
        seed=seed,
        fields=dict(load.fields),
    )
    used = _cpu(side.get("pid"))
    answered = reply["requests"] + load.connections  # Those that warm up.
    cpu = None if before is None or used is None else (used - before) / answered
    return Rate(reply["requests"] / reply["seconds"], cpu)


def _cpu(pid: int | None) -> float | None:
    """Seconds of processor time that a process has had; None where the system does not say (proc(5), utime, stime)."""
    if pid is None:
        return None
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spreads(rates: Rates) -> dict[str, Any]:
    """Plain data: side → median and quartiles, and the median of milliseconds of processor time a request."""
    result: dict[str, Any] = {}
    for name, found in rates.items():
        cpu = [1000 * item.cpu for item in found if item.cpu is not None]
        spent = {"cpu_ms": round(Spread.of(cpu).median, 3)} if cpu else {}
        result[name] = {**Spread.of([item.per_second for item in found]).to_json(), **spent}
    return result


def ratio(rates: Rates, name: str, other: str) -> dict[str, Any]:
    """How many times as many as `other` the side `name` answers: the spread over slices that ran side by side."""
    pairs = zip(rates[name], rates[other], strict=True)
    return Spread.of([one.per_second / two.per_second for one, two in pairs]).to_json()
