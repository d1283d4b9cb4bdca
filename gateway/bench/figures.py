"""Numbers out of samples: medians, percentiles, quartiles. Pure; knows nothing of what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

__all__ = ["Spread", "median", "percentile"]


def percentile(samples: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of `samples` (not empty), `share` from 0 to 1."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and quartiles of samples, in the samples' own unit."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, samples: Sequence[float]) -> Spread:
        """The spread of `samples`, which are not empty."""
        return cls(median(samples), percentile(samples, 0.25), percentile(samples, 0.75), len(samples))

    def to_json(self) -> dict[str, Any]:
        """Plain data, rounded to what can be told apart."""
        values = {"median": self.median, "low": self.low, "high": self.high}
        return {**{name: round(value, 4) for name, value in values.items()}, "count": self.count}
