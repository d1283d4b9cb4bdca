"""Prometheus metrics. Labels come from closed sets: destinations, levels, outcomes; never from callers."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gateway.audit.record import OutcomeRecord
from gateway.detection.inspect import Inspection

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)


class Metrics:
    """The gateway's own registry; nothing of the process or platform is exported."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._decisions = Counter("sepal_decisions", "Decisions by label.", ["label"], registry=registry)
        self._findings = Counter("sepal_findings", "Findings by entity type.", ["entity"], registry=registry)
        self._failed = Counter("sepal_detection_failures", "Prompts whose inspection failed.", registry=registry)
        self._detect = Histogram("sepal_detect_seconds", "Inspection time.", buckets=_SECONDS, registry=registry)
        self._answers = Counter(
            "sepal_answers", "Answers by destination and outcome.", ["destination", "outcome"], registry=registry
        )
        self._fallbacks = Counter("sepal_fallbacks", "Destinations passed over.", ["destination"], registry=registry)
        self._first = Histogram(
            "sepal_first_token_seconds",
            "Time to the first token.",
            ["destination"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._total = Histogram(
            "sepal_answer_seconds", "Time to the whole answer.", ["destination"], buckets=_SECONDS, registry=registry
        )
        self._tokens = Counter("sepal_tokens", "Tokens by kind.", ["destination", "kind"], registry=registry)
        self._refused = Counter(
            "sepal_tickets_refused", "Requests the swarm bridge turned away.", ["reason"], registry=registry
        )
        self._reloads = Counter(
            "sepal_policy_reloads",
            "Changes of the policy's files, by what became of them.",
            ["outcome"],
            registry=registry,
        )
        self._loaded = Gauge(
            "sepal_policy_loaded_timestamp_seconds", "When the policy in force was loaded.", registry=registry
        )
        self._valid = Gauge(
            "sepal_policy_file_valid", "1 while the policy's files are those in force.", registry=registry
        )
        self._valid.set(1)
        self._loaded.set(time.time())
        self._shadow = Counter(
            "sepal_shadow_decisions",
            "Decisions of the shadow policy, by whether it agrees.",
            ["agrees"],
            registry=registry,
        )
        self._audit = Counter("sepal_audit_failures", "Outcome records that could not be written.", registry=registry)

    def decided(self, label: str, inspection: Inspection) -> None:
        """Count one decision."""
        self._decisions.labels(label).inc()
        self._detect.observe(inspection.elapsed_ms / 1000)
        if inspection.failed:
            self._failed.inc()
        for _, finding in inspection.findings:
            self._findings.labels(finding.entity).inc()

    def answered(self, outcome: OutcomeRecord) -> None:
        """Count one ended request."""
        destination = outcome.destination or "none"
        self._answers.labels(destination, outcome.outcome).inc()
        for passed in outcome.fallbacks:
            self._fallbacks.labels(passed["destination"]).inc()
        if outcome.timings.first_token_ms is not None:
            self._first.labels(destination).observe(outcome.timings.first_token_ms / 1000)
        if outcome.timings.total_ms is not None:
            self._total.labels(destination).observe(outcome.timings.total_ms / 1000)
        for kind in ("prompt", "completion"):
            count = (outcome.usage or {}).get(f"{kind}_tokens")
            if isinstance(count, int) and count >= 0:
                self._tokens.labels(destination, kind).inc(count)

    def ticket_refused(self, reason: str) -> None:
        """Count one request that the bridge turned away."""
        self._refused.labels(reason).inc()

    def policy_reloaded(self, *, valid: bool, new: bool = False) -> None:
        """Count one change of the policy's files; `new` if another policy is in force now."""
        self._reloads.labels("ok" if valid else "failed").inc()
        self._valid.set(valid)
        if new:
            self._loaded.set(time.time())

    def shadowed(self, *, agrees: bool) -> None:
        """Count one decision of the shadow policy."""
        self._shadow.labels(str(agrees).lower()).inc()

    def audit_failed(self) -> None:
        """Count one outcome that could not be recorded."""
        self._audit.inc()

    def exposition(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self._registry)
