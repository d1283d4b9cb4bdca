"""Decisions and readiness as JSON for people and machines. Holds no text of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway import __version__
from gateway.detection.topics import TOPICS

if TYPE_CHECKING:
    from gateway.pipeline import Pipeline
    from gateway.policy.policy import Policy
    from gateway.verdict import Decider, Verdict


def explain(verdict: Verdict, decider: Decider) -> dict[str, Any]:
    """A decision with its findings: paths, types, spans in code points, scores; never the text."""
    decision = verdict.decision
    policy = decision.policy
    return {
        "object": "sepal.decision",
        "label": decision.label.name,
        "destination": verdict.attempts[0] if verdict.attempts else None,
        "destinations": list(verdict.attempts),
        "rule": decision.rule,
        "why": decision.why,
        "denied": decision.denied,
        "reasons": [
            {"rule": reason.rule, "level": reason.level.name, "why": reason.words} for reason in decision.reasons
        ],
        "findings": [
            {
                "path": path,
                "entity": finding.entity,
                "level": policy.entity(finding.entity).level.name,
                "start": finding.start,
                "end": finding.end,
                "score": round(finding.score, 4),
                "recognizer": finding.recognizer,
                "undone": list(finding.undone),
                "counts": finding.score >= policy.entity(finding.entity).min_score,
            }
            for path, finding in verdict.inspection.findings
        ],
        "topics": _topics(verdict, policy),
        "unreadable": [{"path": item.path, "reason": item.reason} for item in verdict.prompt.unreadable],
        "detection_failed": verdict.inspection.failed,
        "unable": verdict.unable,
        "fired": list(decision.fired),
        "tags": list(decision.tags),
        "declassified": _declassified(verdict),
        "kept": verdict.kept,
        "policy": {"name": policy.name, "sha256": policy.sha256},
        "detector": decider.inspector.detector.version,
    }


def _declassified(verdict: Verdict) -> dict[str, Any] | None:
    """What was replaced, how, and who gets it; types and counts, never a value."""
    rewriting = verdict.declassified
    if rewriting is None:
        return None
    return {
        "to": rewriting.decision.label.name,
        "why": rewriting.decision.why,
        "rules": list(dict.fromkeys(item.rule for item in rewriting.by)),
        "methods": list(rewriting.methods),
        "replaced": dict(sorted(rewriting.counts.items())),
        "destinations": [name for name in verdict.attempts if verdict.sees_rewritten(name)],
    }


def _topics(verdict: Verdict, policy: Policy) -> list[dict[str, Any]]:
    """What the prompt is about, each topic once at its highest score, the surest first."""
    scores: dict[str, float] = {}
    for _, finding in verdict.inspection.findings:
        if finding.entity in TOPICS and finding.score >= policy.entity(finding.entity).min_score:
            scores[finding.entity] = max(scores.get(finding.entity, 0.0), finding.score)
    return [
        {"entity": entity, "level": policy.entity(entity).level.name, "score": round(score, 4)}
        for entity, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    ]


def _shadow(pipeline: Pipeline) -> dict[str, Any] | None:
    """The policy that is tried beside the one in force, if one is to be; without a name while none could be loaded."""
    if pipeline.shadow_file is None:
        return None
    policy = pipeline.shadow.policy if pipeline.shadow is not None else None
    return {
        "name": policy.name if policy is not None else None,
        "sha256": policy.sha256 if policy is not None else None,
        "reload": pipeline.shadow_file.to_json(),
    }


def readiness(pipeline: Pipeline, engines: dict[str, Any]) -> dict[str, Any]:
    """What is in use and whether a prompt of any label can be answered now."""
    policy = pipeline.decider.policy
    detector = pipeline.decider.inspector.detector
    everything = [name for name in policy.prefer if policy.levels.highest <= policy.destinations[name].clearance]
    able = any(engines.get(name, {}).get("state") == "ready" for name in everything or policy.prefer)
    return {
        "status": "ready" if able else "not_ready",
        "version": __version__,
        "policy": {
            "name": policy.name,
            "sha256": policy.sha256,
            "levels": list(policy.levels.names),
            "reload": pipeline.file.to_json(),
        },
        "shadow": _shadow(pipeline),
        "detector": {"version": detector.version, "parts": detector.parts},
        "destinations": {
            name: {
                "engine": destination.spec.engine,
                "model": pipeline.backends[name].model if name in pipeline.backends else None,
                "clearance": destination.clearance.name,
                **engines.get(name, {"state": "unknown"}),
            }
            for name, destination in policy.destinations.items()
        },
        "audit": {"path": str(pipeline.audit.path)},
    }
