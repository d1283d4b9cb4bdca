"""Reading the audit file: decisions with their outcomes, and proof that the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.audit.log import GENESIS, junk_hash, line_hash, parse_record


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
            yield number, raw, parse_record(raw)


def verify(path: Path) -> tuple[int, list[Break]]:
    """The number of records and every break in the chain.

    A line cut off by a crash counts as a break unless the `recovered` record after it names its
    hash. What a chain can't show by itself is that records are missing at its end: for that, compare
    the last hash with one that was noted elsewhere.
    """
    prev, count = GENESIS, 0
    breaks: list[Break] = []
    junk: list[tuple[int, bytes]] = []
    for number, raw, record in records(path):
        if record is None:
            junk.append((number, raw))
            continue
        recovered = record.get("cut_off") if record.get("event") == "recovered" else None
        if recovered != (junk_hash([line for _, line in junk]) if junk else None):
            where = junk[0][0] if junk else number
            breaks.append(Break(where, "is not a record" if junk else "tells of a cut-off line that is gone"))
        junk = []
        if record["prev"] != prev:
            breaks.append(Break(number, "does not follow from the record before it"))
        if record["seq"] != count + 1:
            breaks.append(Break(number, f"has number {record['seq']}, expected {count + 1}"))
        count, prev = record["seq"], line_hash(raw)
    if junk:
        breaks.append(Break(junk[0][0], "is not a whole record"))
    return count, breaks


def head_hash(path: Path) -> str:
    """The hash that the next record would carry."""
    last = GENESIS
    for _, raw, record in records(path):
        if record is not None:
            last = line_hash(raw)
    return last


def decisions(path: Path) -> Iterator[dict[str, Any]]:
    """Each decision merged with its outcome, in the order of the decisions' completion or, for
    those without an outcome yet, at the end."""
    waiting: dict[str, dict[str, Any]] = {}
    for _, _, record in records(path):
        if record is None:
            continue
        if record.get("event") == "decision":
            waiting[str(record.get("decision"))] = record
        elif record.get("event") == "outcome":
            started = waiting.pop(str(record.get("decision")), None)
            if started is not None:
                timings = {**started.get("timings", {}), **record.get("timings", {})}
                keep = {key: value for key, value in record.items() if key not in ("event", "seq", "time", "prev")}
                yield {**started, **keep, "timings": timings}
        else:
            yield record
    yield from waiting.values()
