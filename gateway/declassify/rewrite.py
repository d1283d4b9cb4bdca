"""Rewrites a request: values that may not travel become stand-ins, everywhere where they stand.

What is rewritten can be undone: the stand-ins are drawn again until restoring the rewritten texts gives the
originals. Knows nothing of levels; it is told which types are replaced and how.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.declassify.assign import CannotReplace, Value, assign
from gateway.declassify.body import NoSuchText, replaced, text_at
from gateway.declassify.forms import forms
from gateway.declassify.replaced import Replaced
from gateway.declassify.restore import restore
from gateway.declassify.spans import CannotRewrite, MethodOf, Span, found_spans, sweep
from gateway.detection.findings import Finding
from gateway.prompt import Prompt

MAX_VALUES = 400
"""More places to replace in one request would take seconds."""
_ATTEMPTS = 6
_CONTEXT = 40


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


def conversation_key(secret: bytes, body: Mapping[str, Any]) -> bytes:
    """The secret of a conversation: the same for each of its requests, which all begin alike.

    Args:
        secret: lives and dies with the process.
        body: the request; its first user message, or a prompt's first line, says which conversation it is. (System
            messages may tell the time.)
    """
    messages = body.get("messages") or ()
    first: Any = next((message for message in messages if message.get("role") == "user"), None)
    if first is None:
        prompt = body.get("prompt")
        first = prompt.strip().split("\n", 1)[0] if isinstance(prompt, str) else prompt or list(messages)
    raw = json.dumps(first, sort_keys=True, ensure_ascii=True).encode()
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
    spans = found_spans(texts, findings, method_of)
    if not any(spans.values()):
        return None
    sweep(texts, spans)
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


def _rewritten(
    body: Mapping[str, Any],
    texts: Mapping[str, str],
    spans: Mapping[str, list[Span]],
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


def _around(text: str, span: Span) -> str:
    return text[max(0, span.start - _CONTEXT) : span.end + _CONTEXT]


def _replace(
    text: str, spans: Sequence[Span], surrogates: Mapping[str, str]
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
    spans: Mapping[str, Sequence[Span]],
    pairs: Sequence[Replaced],
) -> bool:
    """Whether every text comes back as it was, but for what can't be told any more."""
    table = forms(pairs)
    back = {pair.original: pair.original if pair.reversible else pair.surrogate for pair in pairs}
    return all(
        restore(changed.get(path, text), table) == _replace(text, spans[path], back)[0] for path, text in texts.items()
    )
