"""What is built in: made once in a process, and shared by all its detectors.

A policy that brings recognizers of its own gets another detector whenever these change; only they are new in it.
What is built in keeps nothing of a text or of the detector that runs it. Knows nothing of people's own recognizers.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.detection import builtin
from gateway.detection.context import words_of
from gateway.detection.encoder import MODEL, Encoder
from gateway.detection.presidio import EntityRecognizer, PatternRecognizer
from gateway.detection.recognizers import own_rules
from gateway.detection.recognizers.lac import LacRecognizer
from gateway.detection.recognizers.own_model import OwnModelRecognizer
from gateway.detection.recognizers.rule import compile_patterns
from gateway.detection.version import fingerprint, parts


@dataclass(frozen=True, slots=True)
class Shared:
    """What is built in, with its models loaded and its expressions compiled; nobody changes it.

    Attributes:
        recognizers: in the order in which they are run.
        words: by recognizer, its context words as `context.words_of` compiles them.
        version, parts: as `Detector` describes them.
    """

    recognizers: tuple[EntityRecognizer, ...]
    words: Mapping[Any, Any]
    version: str
    parts: Mapping[str, str]


def shared(model: Path = MODEL) -> Shared:
    """What is built in; a model other than the one that ships with this package is read each time.

    Raises:
        DetectionError: a model is missing or is not the one this version was made for.
    """
    return _shipped() if model == MODEL else _with(model)


@functools.cache
def _shipped() -> Shared:
    return _with(MODEL)


def _with(model: Path) -> Shared:
    lac, encoder = _lac(), Encoder(model)
    rules, words = _rules()
    digests = {"sepal": encoder.digest, "lac": lac.digest}
    return Shared((*rules, lac, OwnModelRecognizer(encoder)), words, fingerprint(digests), parts(digests))


@functools.cache
def _lac() -> LacRecognizer:
    return LacRecognizer()


@functools.cache
def _rules() -> tuple[tuple[EntityRecognizer, ...], Mapping[Any, Any]]:
    """All that need no model, and their context words."""
    rules = (*own_rules(), *map(builtin.load, builtin.BUILTINS))
    for rule in rules:
        if isinstance(rule, PatternRecognizer):
            compile_patterns(rule)
    return rules, words_of(rules)
