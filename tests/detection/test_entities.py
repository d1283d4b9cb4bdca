"""The list of entity types is the one that the detectors have."""

from __future__ import annotations

from gateway.detection.engine import SepalDetector
from gateway.detection.entities import KNOWN_ENTITIES


def test_the_known_entities_are_those_of_the_built_detector(detector: SepalDetector) -> None:
    assert detector.entities == KNOWN_ENTITIES
