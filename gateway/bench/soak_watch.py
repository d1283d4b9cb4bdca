"""Watches processes from outside, by what Linux tells of them in /proc. Knows nothing of what they do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import linear_regression
from typing import Any

PROC = Path("/proc")
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Sample:
    """One process at one moment.

    Attributes:
        at: seconds, by the monotonic clock.
        rss: resident memory in MiB.
        tasks: of its event loop, where it tells.
    """

    at: float
    descriptors: int
    sockets: int
    threads: int
    rss: float
    tasks: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data without the time."""
        values = {name: getattr(self, name) for name in ("descriptors", "sockets", "threads", "tasks")}
        return {**{name: value for name, value in values.items() if value is not None}, "rss_mib": round(self.rss, 1)}


def look(pid: int, tasks: int | None = None) -> Sample:
    """How process `pid` stands.

    Raises:
        OSError: it is gone.
    """
    process = PROC / str(pid)
    targets = [_target(entry) for entry in (process / "fd").iterdir()]
    status = dict(line.split(":", 1) for line in (process / "status").read_text("ascii").splitlines() if ":" in line)
    return Sample(
        time.monotonic(),
        descriptors=sum(target is not None for target in targets),
        sockets=sum(target is not None and target.startswith("socket:") for target in targets),
        threads=int(status["Threads"]),
        rss=int(status["VmRSS"].split()[0]) * 1024 / _MIB,
        tasks=tasks,
    )


def _target(descriptor: Path) -> str | None:
    """What a descriptor stands for; None where it was closed meanwhile."""
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:
        return None


def youngest(pid: int) -> int:
    """The last process of the chain that `pid` began: the engine below the leash of its only one."""
    for _ in count():
        children = [child for task in (PROC / str(pid) / "task").iterdir() for child in _children(task)]
        if not children:
            return pid
        pid = children[-1]
    raise AssertionError  # `count` has no end


def _children(task: Path) -> list[int]:
    return [int(child) for child in (task / "children").read_text("ascii").split()]


@dataclass(frozen=True, slots=True)
class Growth:
    """How memory grew, by a line through its samples (least squares).

    Attributes:
        first, last: MiB, of the line where it begins and ends.
        a_minute: MiB.
    """

    first: float
    last: float
    a_minute: float

    def to_json(self) -> dict[str, float]:
        """Plain data."""
        values = {"first_mib": self.first, "last_mib": self.last, "mib_a_minute": self.a_minute}
        return {name: round(value, 2) for name, value in values.items()}


def growth(samples: Sequence[Sample]) -> Growth | None:
    """The growth after the first fifth, in which caches and pools fill; None of too few samples."""
    if len(samples) < 2:
        return None
    start = samples[0].at + (samples[-1].at - samples[0].at) / 5
    rest = [sample for sample in samples if sample.at >= start]
    if len(rest) < 2:
        return None
    slope, base = linear_regression([sample.at - start for sample in rest], [sample.rss for sample in rest])
    return Growth(base, base + slope * (rest[-1].at - start), slope * 60)
