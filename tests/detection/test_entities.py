"""The list of entity types is the one that the detectors have."""

from __future__ import annotations

from pathlib import Path

from gateway.detection.engine import build_detector
from gateway.detection.entities import KNOWN_ENTITIES


def test_the_known_entities_are_those_of_the_built_detector(state_dir: Path) -> None:
    assert build_detector(state_dir / "models").entities == KNOWN_ENTITIES
