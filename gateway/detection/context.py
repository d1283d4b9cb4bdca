"""Whether the words around a number say what it is.

Presidio's `ContextAwareEnhancer` without its need for lemmas: words are looked for in the
characters around a result, whole words in alphabets, anywhere in Chinese. A number that proves
nothing by itself (no check digit, or one that every tenth number passes) needs such a word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import regex

from gateway.detection.presidio import ContextAwareEnhancer, EntityRecognizer, RecognizerResult
from gateway.detection.recognizers.rule import name_of

BEFORE = 64
"""Code points before a result in which a context word counts: about ten words."""
AFTER = 24
"""Code points after a result in which a context word counts."""
BOOST = 0.35
"""What a context word adds to a score; Presidio's own value."""
FLOOR = 0.4
"""The least score of a result with a context word; Presidio's own value."""
UNPROVEN = 0.3
"""The most that a result may score that needs a context word and has none: below every threshold."""


def compile_words(words: Iterable[str]) -> Any:
    """A pattern that finds any of `words`, whole words where the script has spaces."""
    parts = []
    for word in sorted(set(words), key=len, reverse=True):
        part = r"[\s_-]*".join(map(regex.escape, word.split()))
        ascii_edges = word.strip()[:1].isascii() and word.strip()[-1:].isascii()
        parts.append(rf"(?<![^\W_]){part}(?![^\W_])" if ascii_edges else part)
    return regex.compile("|".join(parts), regex.IGNORECASE)


def words_of(recognizers: Iterable[EntityRecognizer]) -> dict[Any, Any]:
    """By recognizer, a pattern that finds its context words; those without any are left out."""
    return {item.id: compile_words(item.context) for item in recognizers if item.context}


class NearbyWords(ContextAwareEnhancer):  # type: ignore[misc, unused-ignore]
    """Raises results that have a context word nearby, and lowers those that need one and have none.

    Args:
        recognizers: those whose results will come; their `context` words are compiled here, once.
        required: names of the recognizers whose results prove nothing without such a word.
        compiled: what `words_of` gave for some of them, if it is known already.
    """

    def __init__(
        self,
        recognizers: Iterable[EntityRecognizer],
        required: Collection[str],
        compiled: Mapping[Any, Any] | None = None,
    ) -> None:
        super().__init__(
            context_similarity_factor=BOOST,
            min_score_with_context_similarity=FLOOR,
            context_prefix_count=BEFORE,
            context_suffix_count=AFTER,
        )
        known = compiled or {}
        self._words = {**known, **words_of(item for item in recognizers if item.id not in known)}
        self._required = {item.id for item in recognizers if name_of(item) in required}

    def mentions(self, recognizer: EntityRecognizer, text: str) -> bool:
        """Whether any context word of `recognizer` stands in `text`."""
        words = self._words.get(recognizer.id)
        return words is not None and words.search(text) is not None

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: Any,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Presidio's interface; works on the results in place. `context` counts as standing nearby."""
        for result in raw_results:
            identifier = (result.recognition_metadata or {}).get(RecognizerResult.RECOGNIZER_IDENTIFIER_KEY)
            words = self._words.get(identifier)
            if words is None:
                continue
            around = (text[max(0, result.start - BEFORE) : result.start], text[result.end : result.end + AFTER])
            if any(words.search(part) for part in (*around, *(context or []))):
                result.score = min(max(result.score + BOOST, FLOOR), 1.0)
            elif identifier in self._required:
                result.score = min(result.score, UNPROVEN)
        return raw_results
