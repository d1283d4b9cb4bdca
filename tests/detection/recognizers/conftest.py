"""What one recognizer is believed to find: run where it needs to be, the words around it weighed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.context import NearbyWords
from gateway.detection.findings import Finding
from gateway.detection.overlaps import settle
from gateway.detection.thresholds import least


@pytest.fixture(scope="session")
def believed() -> Callable[[Any, str], list[str]]:
    """The texts that a recognizer (given as its class) finds with a score over the threshold."""

    def run(rule: Any, text: str) -> list[str]:
        recognizer = rule() if isinstance(rule, type) else rule
        if not recognizer.NEEDS.met(text):
            return []
        results = recognizer.analyze(text, recognizer.supported_entities, None)
        NearbyWords([recognizer], set()).enhance_using_context(text, results, None, [recognizer])
        findings = (
            Finding(item.start, item.end, item.entity_type, item.score, "")
            for item in results
            if item.score >= least(item.entity_type)
        )
        return [text[item.start : item.end] for item in settle(findings)]

    return run
