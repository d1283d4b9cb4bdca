"""What detection says of a text: findings, and the interface of whatever makes them.

Knows nothing of levels, policies or requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

HIDDEN = "ENCODED_CONTENT"
"""The type of what is encoded too many times to be read."""
SPELLED = "SPELLED_NUMBER"
"""The type of a long number that somebody writes out in words, as nobody does with a number that is nobody's."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One entity in one text.

    Attributes:
        start, end: half-open span in code points of the text as it was given.
        entity: the type, e.g. ``PERSON`` or ``CN_RESIDENT_ID`` (upper snake case, Presidio's names
            where it has one).
        score: confidence from 0 to 1.
        recognizer: name of the recognizer that found it.
        undone: the disguises that had to be undone to see it, in alphabetical order.

    Never holds the text itself.
    """

    start: int
    end: int
    entity: str
    score: float
    recognizer: str
    undone: tuple[str, ...] = ()


class DetectionError(Exception):
    """A detector failed or ran out of time. The message names the part, never the text."""


class DetectionTimeout(DetectionError):
    """Detection did not finish before its deadline."""


class Detector(Protocol):
    """A pure function from text to findings, built once and shared by threads."""

    @property
    def version(self) -> str:
        """Identifies the recognizer set, models and thresholds; changes whenever results could."""
        ...

    @property
    def parts(self) -> dict[str, str]:
        """Name → version of the parts in use (presidio-analyzer, models, ...), for /health/ready."""
        ...

    @property
    def entities(self) -> frozenset[str]:
        """Every entity type that can be found."""
        ...

    def detect(
        self,
        texts: Sequence[str],
        *,
        deadline: float | None = None,
        rules_only: bool = False,
        answers: bool = False,
    ) -> list[tuple[Finding, ...]]:
        """Findings of each text, in the order of `texts`, each tuple sorted by span.

        Args:
            texts: any strings; empty ones yield no findings.
            deadline: `time.monotonic()` value after which to give up.
            rules_only: leave the statistical taggers out; for texts that are pieces of others.
            answers: the texts are a model's answers: whom they name in public was asked about.

        Raises:
            DetectionTimeout: the deadline passed.
            DetectionError: any recognizer or model failed.
        """
        ...
