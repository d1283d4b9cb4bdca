"""Looks at a rewritten request once more: is an original left in it, and what is found there besides stand-ins?

Knows nothing of how it was rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.declassify.replaced import Replaced
from gateway.declassify.spans import POSSESSIVE
from gateway.declassify.traces import Traces
from gateway.detection.findings import Finding
from gateway.prompt import Prompt


def left_over(prompt: Prompt, pairs: Iterable[Replaced]) -> bool:
    """Whether an original still stands somewhere in the rewritten `prompt`, or gives itself away (`traces`)."""
    traces = Traces.of(pairs)
    return any(traces.stand_in(segment.text) for segment in prompt.segments)


def beyond(
    findings: Iterable[tuple[str, Finding]], spans: Mapping[str, tuple[tuple[int, int], ...]], prompt: Prompt
) -> list[tuple[str, Finding]]:
    """Those `findings` in the rewritten prompt that are not made of stand-ins alone."""
    texts = {segment.path: segment.text for segment in prompt.segments}
    kept = []
    for path, finding in findings:
        end = finding.end - 2 if POSSESSIVE.search(texts[path], finding.start, finding.end) else finding.end
        inside = bytearray(end - finding.start)
        for start, until in spans.get(path, ()):
            low, high = max(start, finding.start), min(until, end)
            if low < high:
                inside[low - finding.start : high - finding.start] = b"\1" * (high - low)
        outside = (
            character
            for covered, character in zip(inside, texts[path][finding.start : end], strict=False)
            if not covered
        )
        if not any(inside) or any(character.isalnum() for character in outside):
            kept.append((path, finding))
    return kept
