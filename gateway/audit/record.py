"""Audit records: the decision before dispatch, the outcome after. Plain data, no text of anybody's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Outcome = Literal["completed", "denied", "failed", "cancelled", "interrupted"]


@dataclass(slots=True)
class Timings:
    """Milliseconds from the arrival of the whole request; None for what did not happen."""

    detect_ms: float | None = None
    first_token_ms: float | None = None
    total_ms: float | None = None

    def to_json(self) -> dict[str, float]:
        """Only what is known, rounded to microseconds."""
        values = {name: getattr(self, name) for name in ("detect_ms", "first_token_ms", "total_ms")}
        return {name: round(value, 3) for name, value in values.items() if value is not None}


@dataclass(slots=True)
class OutcomeRecord:
    """How a request ended."""

    decision_id: str
    outcome: Outcome
    destination: str | None = None
    model: str | None = None
    fallbacks: list[dict[str, str]] = field(default_factory=list)
    usage: dict[str, Any] | None = None
    timings: Timings = field(default_factory=Timings)
    error: str | None = None
    rewritten: bool = False

    def to_json(self) -> dict[str, Any]:
        """The record as it is written, without what the log adds."""
        return {
            "event": "outcome",
            "decision": self.decision_id,
            "outcome": self.outcome,
            "destination": self.destination,
            "engine_model": self.model,
            "fallbacks": self.fallbacks,
            "usage": self.usage,
            "timings": self.timings.to_json(),
            "error": self.error,
            **({"rewritten": True} if self.rewritten else {}),
        }


def now() -> str:
    """The time as RFC 3339 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
