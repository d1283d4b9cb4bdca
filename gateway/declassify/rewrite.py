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
_ATTEMPTS = 8
_ONE_BY_ONE = 5
"""Attempts in which only what is in the way is drawn anew; then everything is."""
_CONTEXT = 40
_NEAR = 48
"""Characters around a place where restoring goes wrong in which the values stand that may be why."""
_TURN = re.compile(r"messages\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A rewritten request.

    Attributes:
        body: as the destination gets it.
        replaced: what stands for what.
        spans: path → where stand-ins are in the text there, half-open, ascending.
        counts: entity type → how many places were replaced.
        values: path → what stood there before, in the order of `spans`.
        attempts: value → how often another stand-in was drawn for it.
        turns: value → in which turn it is first said.
    """

    body: dict[str, Any] = field(repr=False)
    replaced: tuple[Replaced, ...] = field(repr=False)
    spans: Mapping[str, tuple[tuple[int, int], ...]]
    counts: Mapping[str, int]
    values: Mapping[str, tuple[str, ...]] = field(repr=False)
    attempts: Mapping[str, int] = field(repr=False)
    turns: Mapping[str, int] = field(repr=False)

    def again(self, places: Iterable[tuple[str, int, int]]) -> dict[str, int]:
        """The attempts with which the values near `places` get other stand-ins; all values if there are none.

        Args:
            places: path, start and end in the rewritten text.
        """
        near: set[str] = set()
        for path, start, end in places:
            spans = zip(self.spans.get(path, ()), self.values.get(path, ()), strict=True)
            near |= self.in_the_way(value for (begin, until), value in spans if _are_near(begin, until, start, end))
        return _once_more(self.attempts, near or {pair.original for pair in self.replaced})

    def in_the_way(self, values: Iterable[str]) -> set[str]:
        """Those of `values` that are drawn again: the ones said last, so that a conversation keeps the others."""
        turns = {value: self.turns[value] for value in values}
        newest = {value for value, turn in turns.items() if turn == max(turns.values())}
        return set(turns) if any(self.attempts.get(value) for value in newest) else newest


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
    attempts: Mapping[str, int] | None = None,
) -> Rewriting | None:
    """Replace what was found.

    Args:
        body: the request that `prompt` was read from.
        findings: those that count, each with its segment's path.
        method_of: how a type is replaced, or None to leave it.
        key: the conversation's.
        attempts: value → how often its stand-in would not do (`Rewriting.again`).

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
    if sum(map(len, spans.values())) > MAX_VALUES:
        raise CannotRewrite(f"more than {MAX_VALUES} values would have to be replaced")
    work = _Work(body, prompt, texts, spans, key)
    tried = dict(attempts or {})
    for attempt in range(_ATTEMPTS):
        pairs = work.assigned(tried)
        rewriting = work.rewritten(pairs, tried)
        in_the_way = work.not_restored(rewriting)
        if not in_the_way:
            return rewriting
        everything = attempt >= _ONE_BY_ONE
        tried = _once_more(tried, {pair.original for pair in pairs} if everything else in_the_way)
    raise CannotRewrite("no stand-ins could be found of which the answer's originals can be told for certain")


def _once_more(attempts: Mapping[str, int], values: Iterable[str]) -> dict[str, int]:
    return {**attempts, **{value: attempts.get(value, 0) + 1 for value in values}}


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


@dataclass(frozen=True, slots=True)
class _Work:
    """A request, and where its values are."""

    body: Mapping[str, Any] = field(repr=False)
    prompt: Prompt = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    spans: Mapping[str, list[Span]] = field(repr=False)
    key: bytes = field(repr=False)

    def assigned(self, attempts: Mapping[str, int]) -> tuple[Replaced, ...]:
        """What stands for what."""
        values = [
            (Value(span.entity, text[span.start : span.end], _around(text, span), _turn(path)), span.method)
            for path, text in self.texts.items()
            for span in self.spans[path]
        ]
        turns: dict[int, list[str]] = {}
        for segment in self.prompt.segments:
            turns.setdefault(_turn(segment.path), []).append(segment.text)
        said = ["\0".join(turns.get(turn, ())) for turn in range(max(turns) + 1)]
        try:
            return assign(values, texts=said, key=self.key, attempts=attempts)
        except CannotReplace as problem:
            raise CannotRewrite(str(problem)) from None

    def rewritten(self, pairs: Sequence[Replaced], attempts: Mapping[str, int]) -> Rewriting:
        surrogates = {pair.original: pair.surrogate for pair in pairs}
        changed: dict[str, str] = {}
        places: dict[str, tuple[tuple[int, int], ...]] = {}
        for path, text in self.texts.items():
            if self.spans[path]:
                changed[path], places[path] = _replace(text, self.spans[path], surrogates)
                if _is_json(text) and not _is_json(changed[path]):
                    raise CannotRewrite("a value can't be replaced without breaking the JSON that it stands in")
        counts = Counter(span.entity for some in self.spans.values() for span in some)
        values = {path: tuple(self.texts[path][span.start : span.end] for span in self.spans[path]) for path in places}
        turns: dict[str, int] = {}
        for path, some in values.items():
            turns |= {value: min(turns.get(value, _turn(path)), _turn(path)) for value in some}
        return Rewriting(
            replaced(self.body, changed), tuple(pairs), places, dict(counts), values, dict(attempts), turns
        )

    def not_restored(self, rewriting: Rewriting) -> set[str]:
        """Values near which a text does not come back as it was, but for what can't be told any more."""
        pairs, table = rewriting.replaced, forms(rewriting.replaced)
        back = {pair.original: pair.original if pair.reversible else pair.surrogate for pair in pairs}
        found: set[str] = set()
        for path, text in self.texts.items():
            wanted, places = _replace(text, self.spans[path], back)
            sent = text_at(rewriting.body, path) if path in rewriting.spans else text
            restored = restore(sent, table)
            if restored != wanted:
                at = _differs(restored, wanted)
                values = zip(places, rewriting.values.get(path, ()), strict=True)
                near = rewriting.in_the_way(value for (start, end), value in values if _are_near(start, end, at, at))
                near = near or {pair.original for pair in pairs if _may_be_in(pair, text)}
                found |= near or {pair.original for pair in pairs}
        return found


def _are_near(start: int, end: int, first: int, last: int) -> bool:
    return start - _NEAR < last and first < end + _NEAR


def _turn(path: str) -> int:
    """The turn of a conversation that a text belongs to: what stands beside the messages is said before them."""
    message = _TURN.match(path)
    return int(message[1]) + 1 if message else 0


def _differs(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _may_be_in(pair: Replaced, text: str) -> bool:
    """Whether a text has a part of a stand-in itself."""
    return any(part.surrogate in text for part in pair.parts)


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
