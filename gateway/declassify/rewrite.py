"""Rewrites a request: values that may not travel become stand-ins, everywhere where they stand.

What is rewritten can be undone: the stand-ins are drawn again until restoring the rewritten texts gives the
originals. Knows nothing of levels; it is told which types are replaced and how.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.declassify.alike import alike, joined
from gateway.declassify.assign import CannotReplace, Method, Value, assign
from gateway.declassify.body import NoSuchText, replaced, text_at
from gateway.declassify.forms import forms
from gateway.declassify.replaced import Replaced
from gateway.declassify.restore import restore
from gateway.detection.findings import Finding
from gateway.detection.normalise import normalise
from gateway.detection.scripts import HAN
from gateway.prompt import Prompt

MethodOf = Callable[[str], Method | None]
MAX_VALUES = 3000
"""More places to replace in one request would take seconds."""
_TELLING = 7
"""So many letters or digits do not stand one behind the other by chance."""
_ATTEMPTS = 6
_CONTEXT = 40
_MIN_PART = 2
_PEOPLE = frozenset({"PERSON", "PUBLIC_FIGURE"})
_POSSESSIVE = re.compile(r"['’]s\Z")
_HAN_NAME = 3  # characters; of a shorter one the given name alone is no name
_HAN_ONLY = re.compile(f"[{HAN}]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


class CannotRewrite(Exception):
    """A request can't be rewritten safely; the message says why and holds no content."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A rewritten request.

    Attributes:
        body: as the destination gets it.
        replaced: what stands for what.
        spans: path → where stand-ins are in the text there, half-open, ascending.
        counts: entity type → how many places were replaced.
    """

    body: dict[str, Any] = field(repr=False)
    replaced: tuple[Replaced, ...] = field(repr=False)
    spans: Mapping[str, tuple[tuple[int, int], ...]]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, order=True)
class _Span:
    start: int
    end: int
    entity: str
    method: Method


def conversation_key(secret: bytes, body: Mapping[str, Any]) -> bytes:
    """The secret of a conversation: the same for each of its requests, which all begin alike.

    Args:
        secret: lives and dies with the process.
        body: the request; what stands up to the first user message says which conversation it is.
    """
    beginning: list[Any] = [body.get("prompt"), body.get("suffix")]
    for message in body.get("messages") or ():
        beginning.append(message)
        if message.get("role") == "user":
            break
    raw = json.dumps(beginning, sort_keys=True, ensure_ascii=True).encode()
    return hmac.digest(secret, raw, hashlib.sha256)


def rewrite(
    body: Mapping[str, Any],
    prompt: Prompt,
    findings: Iterable[tuple[str, Finding]],
    method_of: MethodOf,
    key: bytes,
    *,
    first: int = 0,
) -> Rewriting | None:
    """Replace what was found.

    Args:
        body: the request that `prompt` was read from.
        findings: those that count, each with its segment's path.
        method_of: how a type is replaced, or None to leave it.
        key: the conversation's.
        first: which of the stand-ins that may be drawn to begin with.

    Returns:
        None when nothing is to be replaced.

    Raises:
        CannotRewrite: a value stands where nothing can be replaced, or has no stand-in.
    """
    texts = _texts(body, prompt)
    spans = _spans(texts, findings, method_of)
    if not any(spans.values()):
        return None
    _sweep(texts, spans)
    for attempt in range(first, first + _ATTEMPTS):
        rewriting = _rewritten(body, texts, spans, prompt, key, attempt)
        if rewriting is not None:
            return rewriting
    raise CannotRewrite("no stand-ins could be found of which the answer's originals can be told for certain")


def _texts(body: Mapping[str, Any], prompt: Prompt) -> dict[str, str]:
    """Path → text, of all texts that can be replaced."""
    texts = {}
    for segment in prompt.segments:
        try:
            if text_at(body, segment.path) == segment.text:
                texts[segment.path] = segment.text
        except NoSuchText:
            continue
    return texts


def _spans(
    texts: Mapping[str, str], findings: Iterable[tuple[str, Finding]], method_of: MethodOf
) -> dict[str, list[_Span]]:
    found: dict[str, list[_Span]] = {path: [] for path in texts}
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
        if finding.entity in _PEOPLE and _POSSESSIVE.search(texts[path], start, end):
            end -= 2
        if start < end:
            found[path].append(_Span(start, end, finding.entity, method))
    return {path: _apart(spans) for path, spans in found.items()}


def _word_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends, grown to whole words."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while 0 < start < end and joined(alike(text[start - 1]), alike(text[start])):
        start -= 1
    while start < end < len(text) and joined(alike(text[end - 1]), alike(text[end])):
        end += 1
    return start, end


def _apart(spans: list[_Span]) -> list[_Span]:
    """Overlapping spans as one, of the type of the longest."""
    result: list[_Span] = []
    for span in sorted(spans, key=lambda item: (item.start, -item.end)):
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
            continue
        main = max(last, span, key=lambda item: item.end - item.start)
        result[-1] = _Span(last.start, max(last.end, span.end), main.entity, main.method)
    return result


def _sweep(texts: Mapping[str, str], spans: dict[str, list[_Span]]) -> None:
    """Add what detection missed of the same values: other mentions, in any case, and parts of names."""
    wanted: dict[str, tuple[str, Method]] = {}
    for path, some in spans.items():
        for span in some:
            value = texts[path][span.start : span.end]
            wanted.setdefault(value.casefold(), (span.entity, span.method))
            if span.entity in _PEOPLE:
                for part in _WORD.findall(value):
                    if len(part) >= _MIN_PART and part[:1].isupper():
                        wanted.setdefault(part, (span.entity, span.method))
                        wanted.setdefault(part.upper(), (span.entity, span.method))
                if len(value) == _HAN_NAME and _HAN_ONLY.fullmatch(value):
                    wanted.setdefault(value[1:], (span.entity, span.method))
    for path, text in texts.items():
        more = [span for span in _mentions(text, wanted) if not _overlaps(span, spans[path])]
        spans[path] = _apart([*spans[path], *more])


def _mentions(text: str, wanted: Mapping[str, tuple[str, Method]]) -> Iterable[_Span]:
    folded = text.casefold()
    same_length = len(folded) == len(text)
    for value, (entity, method) in wanted.items():
        # A value is looked for in any case; a part of a name only as it was written, since it may be a word, too.
        haystack = folded if value == value.casefold() and same_length else text
        start = haystack.find(value)
        while start >= 0 and value.strip():
            end = start + len(value)
            if _word_edges(text, start, end) == (start, end):
                yield _Span(start, end, entity, method)
            start = haystack.find(value, start + 1)


def _overlaps(span: _Span, others: Sequence[_Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _rewritten(
    body: Mapping[str, Any],
    texts: Mapping[str, str],
    spans: Mapping[str, list[_Span]],
    prompt: Prompt,
    key: bytes,
    attempt: int,
) -> Rewriting | None:
    """One attempt; None when the stand-ins drawn can't be told from the rest."""
    if sum(map(len, spans.values())) > MAX_VALUES:
        raise CannotRewrite(f"more than {MAX_VALUES} values would have to be replaced")
    values = [
        (Value(span.entity, text[span.start : span.end], _around(text, span)), span.method)
        for path, text in texts.items()
        for span in spans[path]
    ]
    try:
        pairs = assign(values, texts=[segment.text for segment in prompt.segments], key=key, attempt=attempt)
    except CannotReplace as problem:
        raise CannotRewrite(str(problem)) from None
    surrogates = {pair.original: pair.surrogate for pair in pairs}
    changed: dict[str, str] = {}
    places: dict[str, tuple[tuple[int, int], ...]] = {}
    for path, text in texts.items():
        if spans[path]:
            changed[path], places[path] = _replace(text, spans[path], surrogates)
            if _is_json(text) and not _is_json(changed[path]):
                raise CannotRewrite("a value can't be replaced without breaking the JSON that it stands in")
    if not _restorable(texts, changed, spans, pairs):
        return None
    counts = Counter(span.entity for some in spans.values() for span in some)
    return Rewriting(replaced(body, changed), pairs, places, dict(counts))


def _around(text: str, span: _Span) -> str:
    return text[max(0, span.start - _CONTEXT) : span.end + _CONTEXT]


def _replace(
    text: str, spans: Sequence[_Span], surrogates: Mapping[str, str]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    position = length = 0
    for span in spans:
        surrogate = surrogates[text[span.start : span.end]]
        parts += [text[position : span.start], surrogate]
        length += span.start - position
        places.append((length, length + len(surrogate)))
        length += len(surrogate)
        position = span.end
    return "".join([*parts, text[position:]]), tuple(places)


def _is_json(text: str) -> bool:
    if text[:1] not in "{[":
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _restorable(
    texts: Mapping[str, str],
    changed: Mapping[str, str],
    spans: Mapping[str, Sequence[_Span]],
    pairs: Sequence[Replaced],
) -> bool:
    """Whether every text comes back as it was, but for what can't be told any more."""
    table = forms(pairs)
    back = {pair.original: pair.original if pair.reversible else pair.surrogate for pair in pairs}
    return all(
        restore(changed.get(path, text), table) == _replace(text, spans[path], back)[0] for path, text in texts.items()
    )


def left_over(prompt: Prompt, pairs: Iterable[Replaced]) -> bool:
    """Whether an original still stands somewhere in the rewritten `prompt`.

    In any case; a long one, or a long part of a name, also with other characters between its own (g-o-n-z-a-l-e-z).
    """
    originals = {pair.original.casefold() for pair in pairs if pair.original.strip()}
    values = {*originals, *(part.original for pair in pairs for part in pair.parts)}
    squeezed = {short for value in values if len(short := _squeezed(value)) >= _TELLING}
    for segment in prompt.segments:
        folded, bare = segment.text.casefold(), _squeezed(segment.text)
        if any(original in folded for original in originals) or any(short in bare for short in squeezed):
            return True
    return False


def _squeezed(text: str) -> str:
    """Only the letters and digits of `text`, without differences of case and width."""
    return "".join(filter(str.isalnum, normalise(text).text.casefold()))


def beyond(findings: Iterable[tuple[str, Finding]], rewriting: Rewriting, prompt: Prompt) -> list[tuple[str, Finding]]:
    """Those `findings` in the rewritten prompt that are not made of stand-ins alone."""
    texts = {segment.path: segment.text for segment in prompt.segments}
    kept = []
    for path, finding in findings:
        end = finding.end - 2 if _POSSESSIVE.search(texts[path], finding.start, finding.end) else finding.end
        inside = bytearray(end - finding.start)
        for start, until in rewriting.spans.get(path, ()):
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
