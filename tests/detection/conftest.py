"""The detector with its real models, built once, and a way to see what one recognizer finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.engine import SepalDetector, build_detector

Found = set[tuple[str, str]]


@pytest.fixture(scope="session")
def detector() -> SepalDetector:
    return build_detector()


@pytest.fixture(scope="session")
def detected(detector: SepalDetector) -> Callable[[str], Found]:
    """(type, text) of every finding of the whole detector."""

    def run(text: str) -> Found:
        return {(item.entity, text[item.start : item.end]) for item in detector.detect([text])[0]}

    return run


@pytest.fixture(scope="session")
def found() -> Callable[[Any, str], list[str]]:
    """The texts that one recognizer finds by itself, whatever they score."""

    def run(recognizer: Any, text: str) -> list[str]:
        results = recognizer.analyze(text, recognizer.supported_entities, None)
        return [text[item.start : item.end] for item in results]

    return run
