"""Reading the audit file: decisions with their outcomes, and proof that the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from gateway.audit.log import GENESIS, line_hash


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold. `line` counts from 1."""

    line: int
    what: str


def records(path: Path) -> Iterator[tuple[int, bytes, dict[str, Any] | None]]:
    """Line number, raw line and record of each line; None for a line that is no record."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            raw = line.rstrip(b"\n")
            try:
                parsed = orjson.loads(raw)
            except orjson.JSONDecodeError:
                parsed = None
            yield number, raw, parsed if isinstance(parsed, dict) else None


def verify(path: Path) -> tuple[int, list[Break]]:
    """The number of records and every break in the chain.

    A line cut off by a crash counts as a break unless a `recovered` record follows it.
    """
    prev, count = GENESIS, 0
    breaks: list[Break] = []
    torn: int | None = None
    for number, raw, record in records(path):
        if record is None:
            torn = number
            continue
        if record.get("prev") != prev:
            breaks.append(Break(number, "does not follow from the record before it"))
        if torn is not None and record.get("event") != "recovered":
            breaks.append(Break(torn, "is not a record"))
        torn = None
        if record.get("seq") != count + 1:
            breaks.append(Break(number, f"has number {record.get('seq')}, expected {count + 1}"))
        count = int(record.get("seq") or count + 1)
        prev = line_hash(raw)
    if torn is not None:
        breaks.append(Break(torn, "is not a whole record"))
    return count, breaks


def decisions(path: Path) -> Iterator[dict[str, Any]]:
    """Each decision merged with its outcome, in the order of the decisions' completion or, for
    those without an outcome yet, at the end."""
    waiting: dict[str, dict[str, Any]] = {}
    for _, _, record in records(path):
        if record is None:
            continue
        if record.get("event") == "decision":
            waiting[str(record["decision"])] = record
        elif record.get("event") == "outcome":
            started = waiting.pop(str(record["decision"]), None)
            if started is not None:
                timings = {**started.get("timings", {}), **record.get("timings", {})}
                keep = {key: value for key, value in record.items() if key not in ("event", "seq", "time", "prev")}
                yield {**started, **keep, "timings": timings}
        else:
            yield record
    yield from waiting.values()
