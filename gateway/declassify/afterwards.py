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


def left_over(
    prompt: Prompt, pairs: Iterable[Replaced], spans: Mapping[str, tuple[tuple[int, int], ...]] | None = None
) -> bool:
    """Whether an original still stands somewhere in the rewritten `prompt`, or gives itself away (`traces`).

    Args:
        spans: path → where stand-ins are in the text there: what they hold by chance gives nothing away.
    """
    traces = Traces.of(pairs)
    texts = [_without(segment.text, (spans or {}).get(segment.path, ())) for segment in prompt.segments]
    return (
        any(traces.are_whole_in(segment.text) for segment in prompt.segments)
        or any(map(traces.stand_in, texts))
        or traces.stand_over(texts)
    )


def _without(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """`text` with a space for each stand-in."""
    ends, starts = (0, *(end for _, end in spans)), (*(start for start, _ in spans), len(text))
    return " ".join(text[end:start] for end, start in zip(ends, starts, strict=True))


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
