"""Reads decisions back from the audit trail, as `audit.recorded` wrote them, and compares two policies on them.

Knows nothing of terminals. Holds no text of anybody's: a record has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import orjson

from gateway.attachments.reading import Kind
from gateway.audit.query import records
from gateway.detection.findings import Finding
from gateway.policy.differences import Change, Record, Routed, Side, compare
from gateway.policy.facts import AUTO, Endpoint, Facts
from gateway.prompt import Unreadable

_MOST_FINDINGS = 100_000
_REMEMBERED = 10_000
_OF_FACTS = (
    "detected", "unreadable", "detection_failed", "endpoint", "model", "key", "key_groups", "hint", "floor", "sticky",
    "unable", "policy", "fired", "rules", "declassified", "kept",
)  # fmt: skip


@dataclass(slots=True)
class Replayed:
    """What two policies make of an audit trail.

    Attributes:
        records: how many the file holds; `junk`: its lines that are none, such as those that a crash cut off.
        decisions: how many of the records are; `unjudged`: of those, how many do not say what was found (an
            older version wrote them), or are not whole.
    """

    records: int = 0
    junk: int = 0
    decisions: int = 0
    unjudged: int = 0
    changes: list[Change] = field(default_factory=list)


def replay(path: Path, old: Side, new: Side) -> Replayed:
    """Compare the policies on every decision in the audit file."""
    result = Replayed()
    seen: dict[bytes, tuple[Routed, Routed, bool] | None] = {}
    for _, _, item in records(path):
        result.records += item is not None
        result.junk += item is None
        if item is None or item.get("event") != "decision":
            continue
        result.decisions += 1
        key = orjson.dumps([item.get(name) for name in _OF_FACTS])
        if key not in seen:
            record = read_record(item)
            if record is None:
                result.unjudged += 1
                continue
            if len(seen) >= _REMEMBERED:
                seen.clear()
            seen[key] = compare(old, new, record)
        difference = seen[key]
        if difference is not None:
            result.changes.append(Change(str(item.get("decision")), str(item.get("time")), *difference))
    return result


def read_record(item: dict[str, Any]) -> Record | None:
    """The facts in a decision's record; None if it does not hold them all."""
    try:
        findings, places = _findings(item["detected"])
        declassified = True if isinstance(item.get("declassified"), dict) else False if "kept" in item else None
        facts = Facts(
            findings=findings,
            places=places,
            unreadable=tuple(
                Unreadable("", str(reason)) for reason, number in item["unreadable"].items() for _ in range(number)
            ),
            detection_failed=_word(item["detection_failed"]),
            endpoint=_endpoint(item["endpoint"]),
            model=_word(item["model"]) or AUTO,
            key=_word(item["key"]),
            key_groups=frozenset(map(str, item.get("key_groups", ()))),
            hint=_word(item.get("hint")),
            floor=_word(item.get("floor")),
            sticky=_word(item.get("sticky")),
            attached=tuple(kind for kind in get_args(Kind) if kind in item.get("attached", ())),
        )
        fired = frozenset(map(str, [*item["fired"], *item["rules"]]))
        return Record(facts, frozenset(item["unable"]), str(item["policy"]["sha256"]), fired, declassified)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _findings(detected: list[list[Any]]) -> tuple[tuple[Finding, ...], tuple[frozenset[str], ...]]:
    kinds = [(str(entity), float(score), frozenset(places), int(number)) for entity, score, places, number in detected]
    if sum(number for *_, number in kinds) > _MOST_FINDINGS:
        raise ValueError
    all_of_them = [
        (Finding(0, 1, entity, score, ""), places) for entity, score, places, number in kinds for _ in range(number)
    ]
    return tuple(finding for finding, _ in all_of_them), tuple(places for _, places in all_of_them)


def _word(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError
    return value


def _endpoint(value: Any) -> Endpoint:
    for endpoint in get_args(Endpoint):
        if value == endpoint:
            return endpoint  # type: ignore[no-any-return]
    raise ValueError
