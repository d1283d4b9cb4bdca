"""The record of a decision: what must be on disk before anything leaves. No text of anybody's.

Holds all of the facts that a policy may look at and that are no text, so that another policy can be tried on it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from gateway.policy.facts import Facts

if TYPE_CHECKING:
    from gateway.verdict import Verdict


def decision_record(
    verdict: Verdict,
    *,
    decision_id: str,
    request_id: str,
    detector: str,
    stream: bool,
    shadow: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The record as it is written, without what the log adds.

    `destinations` are those that will be tried, in order: nothing outside this list sees the prompt.
    `unable` are those passed over for what they can't do: destination → parameters. `barred` are those that the
    caller's key may not use.
    `shadow` is what the policy that is tried beside it said.
    """
    decision, facts = verdict.decision, verdict.facts
    record: dict[str, Any] = {
        "event": "decision",
        "decision": decision_id,
        "request": request_id,
        "key": facts.key,
        "endpoint": facts.endpoint,
        "model": facts.model,
        "stream": stream,
        "policy": {"name": decision.policy.name, "sha256": decision.policy.sha256},
        "detector": detector,
        "findings": dict(sorted(decision.counts.items())),
        "detected": detected(facts),
        "messages": facts.messages,
        "unreadable": dict(Counter(item.reason for item in facts.unreadable)),
        "detection_failed": facts.detection_failed,
        "label": decision.label.name,
        "rule": decision.rule,
        "rules": [reason.rule for reason in decision.reasons],
        "fired": list(decision.fired),
        "why": decision.why,
        "denied": decision.denied is not None,
        "destinations": list(verdict.attempts),
        "unable": dict(verdict.unable),
        "timings": {"detect_ms": round(verdict.inspection.elapsed_ms, 3)},
    }
    if verdict.barred:
        record["barred"] = list(verdict.barred)
    if decision.tags:
        record["tags"] = list(decision.tags)
    caller = {"hint": facts.hint, "floor": facts.floor, "sticky": facts.sticky, "key_groups": sorted(facts.key_groups)}
    record |= {name: value for name, value in caller.items() if value}
    if facts.attached:
        record["attached"] = list(facts.attached)
    if facts.asked:
        record["asked"] = list(facts.asked)
    if verdict.declassified is not None:
        rewriting = verdict.declassified
        record["declassified"] = {
            "to": rewriting.decision.label.name,
            "rules": list(dict.fromkeys(item.rule for item in rewriting.by)),
            "methods": list(rewriting.methods),
            "replaced": dict(sorted(rewriting.counts.items())),
            "destinations": [name for name in verdict.attempts if verdict.sees_rewritten(name)],
        }
    elif verdict.kept is not None:
        record["kept"] = verdict.kept
    if shadow is not None:
        record["shadow"] = shadow
    return record


def detected(facts: Facts) -> list[list[Any]]:
    """Each kind of finding as [type, score, places, number]: what a policy may ask of findings, without their spans."""
    places = facts.places or (frozenset[str](),) * len(facts.findings)
    kinds = Counter(
        (finding.entity, round(finding.score, 4), tuple(sorted(place)))
        for finding, place in zip(facts.findings, places, strict=True)
    )
    return [[entity, score, list(place), number] for (entity, score, place), number in sorted(kinds.items())]
