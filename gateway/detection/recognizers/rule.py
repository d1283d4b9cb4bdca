"""Runs the patterns of rule-based recognizers, ours and Presidio's, so that no failure stays silent.

Presidio's own loop logs a pattern that ran out of time and goes on without it; here it is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import regex

from gateway.detection.presidio import Pattern, PatternRecognizer, RecognizerResult
from gateway.detection.recognizers.needs import Needs, triggers

MATCH_SECONDS = 1.0
"""How long one pattern may take on one window; thousands of times what it needs."""


def matches(pattern: Any, text: str) -> Iterator[Any]:
    """Matches of a compiled pattern.

    Raises:
        TimeoutError: the pattern took more than `MATCH_SECONDS`.
    """
    iterator: Iterator[Any] = pattern.finditer(text, timeout=MATCH_SECONDS)
    return iterator


def _compiled(pattern: Any, flags: int) -> Any:
    # By flags: recognizers of one class may share their patterns, and threads run them side by side.
    kept: dict[int, Any] = vars(pattern).setdefault("compiled_by_flags", {})
    if flags not in kept:
        kept[flags] = regex.compile(pattern.regex, flags=flags)
    return kept[flags]


def name_of(recognizer: Any) -> str:
    """The recognizer's name, as findings and errors give it."""
    return str(recognizer.name)


def compile_patterns(recognizer: Any) -> None:
    """Compile now what would else be compiled at the first text."""
    for pattern in recognizer.patterns:
        _compiled(pattern, recognizer.global_regex_flags)


def run_patterns(recognizer: Any, text: str) -> list[RecognizerResult]:
    """What `PatternRecognizer.analyze` finds, validation included, without explanations or silence.

    A pattern may name the part that counts `value`; the result then spans only that. A right check digit
    makes a result certain, except for recognizers that need a context word all the same (`REQUIRED`).

    Raises:
        TimeoutError: a pattern took more than `MATCH_SECONDS`.
    """
    results = []
    for pattern in recognizer.patterns:
        compiled = _compiled(pattern, recognizer.global_regex_flags)
        group = "value" if "value" in compiled.groupindex else 0
        for match in matches(compiled, text):
            found = match.group(group)
            if not found:
                continue
            valid = recognizer.validate_result(found)
            score = float(bool(valid)) if valid is not None else pattern.score
            if valid and getattr(recognizer, "REQUIRED", False):
                score = pattern.score  # one number in ten or so is as right
            if score > 0 and not recognizer.invalidate_result(found):
                start, end = match.span(group)
                results.append(result(recognizer, recognizer.supported_entities[0], start, end, score))
    return results


def result(recognizer: Any, entity: str, start: int, end: int, score: float) -> RecognizerResult:
    """A result of `recognizer` that holds no text."""
    metadata = {
        RecognizerResult.RECOGNIZER_NAME_KEY: recognizer.name,
        RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recognizer.id,
    }
    return RecognizerResult(entity, start, end, score, recognition_metadata=metadata)


class Rule(PatternRecognizer):  # type: ignore[misc, unused-ignore]
    """A recognizer made of patterns, for any language. Subclasses set the class attributes.

    Attributes:
        ENTITY: the type found.
        PATTERNS: (name, regular expression, score); a group `value` is the part that counts.
        CONTEXT: words that make a result more certain.
        REQUIRED: whether a result without such a word nearby proves nothing. Scores of patterns are then
            at most 0.3, so that the word decides.
        FLAGS: for the expressions.
        NEEDS: what a text must hold to be worth looking at; words are those of `CONTEXT` where required.
        LANGUAGES: of the words that it knows; "any" for forms that no language changes.
        EXAMPLE: a made-up text in which it finds something.
        STANDARD: the standard, law or vendor's document that it follows.
    """

    ENTITY: ClassVar[str]
    PATTERNS: ClassVar[tuple[tuple[str, str, float], ...]]
    CONTEXT: ClassVar[tuple[str, ...]] = ()
    REQUIRED: ClassVar[bool] = False
    FLAGS: ClassVar[int] = regex.IGNORECASE
    NEEDS: Needs = Needs()
    LANGUAGES: ClassVar[tuple[str, ...]] = ("any",)
    EXAMPLE: ClassVar[str] = ""
    STANDARD: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(
            supported_entity=self.ENTITY,
            patterns=[Pattern(*pattern) for pattern in self.PATTERNS],
            context=list(self.CONTEXT),
            supported_language="any",
            global_regex_flags=self.FLAGS,
        )
        if self.REQUIRED:
            self.NEEDS = replace(self.NEEDS, words=triggers(self.CONTEXT))

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: a pattern took too long.
        """
        return run_patterns(self, text)
