"""Where the values of a request stand that are to be replaced: what was found, and other mentions of the same.

Knows nothing of stand-ins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.declassify.alike import alike, joined
from gateway.declassify.assign import Method
from gateway.declassify.grown import grown
from gateway.declassify.surrogates.names import parse
from gateway.detection.findings import Finding
from gateway.detection.scripts import HAN, has_han

MethodOf = Callable[[str], Method | None]
POSSESSIVE = re.compile(r"['’]s\Z")
_MIN_PART = 2
_LONGEST_WORD = 200
"""So far a span grows to the edges of its word; what is longer is no word, and is not rewritten."""
_ROUNDS = 3
"""How often names are completed by what was found of others."""
_PEOPLE = frozenset({"PERSON", "PUBLIC_FIGURE"})
_HAN_NAME = 3  # characters; of a shorter one the given name alone is no name
_HAN_ONLY = re.compile(f"[{HAN}]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


class CannotRewrite(Exception):
    """A request can't be rewritten safely; the message says why and holds no content."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text that is one value."""

    start: int
    end: int
    entity: str
    method: Method


def found_spans(
    texts: Mapping[str, str], findings: Iterable[tuple[str, Finding]], method_of: MethodOf
) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {path: [] for path in texts}
    for path, finding in findings:
        method = method_of(finding.entity)
        if method is None or finding.start >= finding.end:
            continue
        if path not in texts:
            raise CannotRewrite(
                f"a {finding.entity} stands where nothing can be replaced: in a number, a key or another part that is "
                "no text"
            )
        start, end = _word_edges(texts[path], finding.start, finding.end)
        if finding.entity in _PEOPLE and POSSESSIVE.search(texts[path], start, end):
            end -= 2
        if start < end:
            found[path].append(Span(start, end, finding.entity, method))
    return {path: _apart(spans) for path, spans in found.items()}


def _word_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends, grown to whole words."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    first, last = max(0, start - _LONGEST_WORD), min(len(text), end + _LONGEST_WORD)
    while first < start < end and joined(alike(text[start - 1]), alike(text[start])):
        start -= 1
    while start < end < last and joined(alike(text[end - 1]), alike(text[end])):
        end += 1
    return start, end


def _apart(spans: list[Span]) -> list[Span]:
    """Overlapping spans as one, of the type of the longest."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda item: (item.start, -item.end)):
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
            continue
        main = max(last, span, key=lambda item: item.end - item.start)
        result[-1] = Span(last.start, max(last.end, span.end), main.entity, main.method)
    return result


def sweep(texts: Mapping[str, str], spans: dict[str, list[Span]]) -> None:
    """Add what detection missed: other mentions of the same values, in any case, parts of names, and the other half of
    a name that was found in half."""
    for _ in range(_ROUNDS):
        _add_mentions(texts, spans)
        if not _grow(texts, spans):
            return
    _add_mentions(texts, spans)


def _grow(texts: Mapping[str, str], spans: dict[str, list[Span]]) -> bool:
    """Complete names that were found in half; whether there were any."""
    before = {path: list(some) for path, some in spans.items()}
    for path, some in spans.items():
        ends = [0, *(span.end for span in some)]
        starts = [*(span.start for span in some[1:]), len(texts[path])]
        for index, span in enumerate(some):
            if span.entity in _PEOPLE:
                start, end = grown(texts[path], span.start, span.end)
                start = start if start >= ends[index] else span.start
                end = end if end <= starts[index] else span.end
                some[index] = Span(start, end, span.entity, span.method)
        spans[path] = _apart(some)
    return spans != before


def _add_mentions(texts: Mapping[str, str], spans: dict[str, list[Span]]) -> None:
    wanted: dict[str, tuple[str, Method]] = {}
    for path, some in spans.items():
        for span in some:
            value = texts[path][span.start : span.end]
            wanted.setdefault(value.casefold(), (span.entity, span.method))
            if span.entity in _PEOPLE:
                for part in _called(value):
                    if len(part) >= _MIN_PART and not part[:1].islower() and not has_han(part):
                        wanted.setdefault(part, (span.entity, span.method))
                        wanted.setdefault(part.upper(), (span.entity, span.method))
                for initials in _initials(value, texts):
                    wanted.setdefault(initials, (span.entity, span.method))
                if len(value) == _HAN_NAME and _HAN_ONLY.fullmatch(value):
                    wanted.setdefault(value[1:], (span.entity, span.method))
    for path, text in texts.items():
        more = [span for span in _mentions(text, wanted) if not _overlaps(span, spans[path])]
        spans[path] = _apart([*spans[path], *more])


def _called(name: str) -> list[str]:
    """The words of `name` that may stand for the person: no titles, particles and suffixes."""
    kept = {part for word in parse(name).words if not word.is_named for part in _WORD.findall(word.text)}
    return [part for part in _WORD.findall(name) if part not in kept]


def _initials(name: str, texts: Mapping[str, str]) -> list[str]:
    """How a person's initials are written, where they can be nothing else: with points, of three letters or more, or
    introduced in brackets behind the name."""
    letters = [part[0] for part in _called(name)]
    if len(letters) < _MIN_PART or not all(letter.isupper() for letter in letters):
        return []
    forms = ["".join(f"{letter}." for letter in letters), " ".join(f"{letter}." for letter in letters)]
    for bare in dict.fromkeys(("".join(letters), letters[0] + letters[-1])):
        if len(bare) > _MIN_PART or any(f"{name} ({bare})" in text for text in texts.values()):
            forms.append(bare)
    return forms


def _mentions(text: str, wanted: Mapping[str, tuple[str, Method]]) -> Iterable[Span]:
    folded = text.casefold()
    same_length = len(folded) == len(text)
    for value, (entity, method) in wanted.items():
        # A value is looked for in any case; a part of a name only as it was written, since it may be a word, too.
        haystack = folded if value == value.casefold() and same_length else text
        start = haystack.find(value)
        while start >= 0 and value.strip():
            end = start + len(value)
            if _stands_alone(text, start, end):
                yield Span(start, end, entity, method)
            start = haystack.find(value, start + 1)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether `start`..`end` begins and ends where a word does."""
    if text[start].isspace() or text[end - 1].isspace():
        return False
    before, after = alike(text[start - 1 : start]), alike(text[end : end + 1])
    return not joined(before, alike(text[start])) and not joined(alike(text[end - 1]), after)


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
