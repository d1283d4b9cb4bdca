"""How much longer answers take on other sides than on the first one. Pure; knows nothing of what the sides are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.bench.figures import percentile

Answers = Mapping[str, Mapping[str, float]]
"""Side → seconds until the first bytes of its answer (``first``) and to its end (``total``)."""


def added(rounds: Sequence[Answers]) -> dict[str, Any]:
    """Milliseconds until the end of the answer (``whole``) and until its first bytes, on each side.

    Args:
        rounds: one request each, given to every side; the side that others are compared with comes first.
    """
    if not rounds:
        return {}
    result: dict[str, Any] = {}
    for key, moment in (("total", "whole"), ("first", "first_byte")):
        sides = {name: _figures([answers[name][key] * 1000 for answers in rounds]) for name in rounds[0]}
        direct = next(iter(sides.values()))
        for figures in list(sides.values())[1:]:
            figures["added"] = {share: round(figures[share] - direct[share], 3) for share in ("p50", "p99")}
        result[moment] = sides
    return result


def _figures(samples: list[float]) -> dict[str, Any]:
    return {
        "p50": round(percentile(samples, 0.5), 3),
        "p99": round(percentile(samples, 0.99), 3),
        "quartiles": [round(percentile(samples, share), 3) for share in (0.25, 0.75)],
    }
