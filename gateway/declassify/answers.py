"""Restores an answer's chunks: every text in them, each on its own.

Takes and yields chunks as `gateway.openai.stream` normalises them. Knows nothing of HTTP, and of stand-ins only that
`restore` puts the originals back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.declassify.forms import Forms, forms
from gateway.declassify.replaced import Replaced
from gateway.declassify.restore import Restorer, restore
from gateway.openai.stream import Chunk

Choice = dict[str, Any]
Delta = dict[str, Any]
Logprobs = dict[str, Any]

# In the order in which a message says them: where a later one begins, the earlier ones have ended.
_TEXTS = ("reasoning_content", "content", "refusal", "tool_calls")


@dataclass(frozen=True, slots=True)
class _Tables:
    """The forms for each kind of text."""

    plain: Forms
    content: Forms
    arguments: Forms


@dataclass(slots=True)
class _Message:
    """One choice's message on its way: what is held back of it."""

    tables: _Tables
    texts: dict[str, Restorer] = field(default_factory=dict, repr=False)
    calls: dict[int, Restorer] = field(default_factory=dict, repr=False)
    logprobs: Logprobs | None = field(default=None, repr=False)
    """Those of text that is held back altogether."""

    def chat(self, choice: Choice) -> Iterator[Choice]:
        """What may be said now of a chat's `choice`."""
        given: Delta = choice["delta"]
        finish = choice["finish_reason"] is not None
        delta, before = dict(given), Delta()
        for place, key in enumerate(_TEXTS[:-1]):
            ending = finish or any(given.get(later) for later in _TEXTS[place + 1 :])
            text = self._text(key, given.get(key) or "", ending=ending)
            if given.get(key):
                delta[key] = text
            elif text:
                before[key] = text
        if given.get("tool_calls"):
            delta["tool_calls"] = self._tool_calls(given["tool_calls"])
        if finish and (calls := self._rest_of_calls()):
            before["tool_calls"] = calls
        delta = {key: value for key, value in delta.items() if value or not given[key]}
        if before:
            yield self._sent({"index": choice["index"], "delta": before, "logprobs": None, "finish_reason": None})
        yield from self._unless_held({**choice, "delta": delta}, held=not delta and bool(given) and not finish)

    def completion(self, choice: Choice) -> Iterator[Choice]:
        """What may be said now of a completion's `choice`."""
        finish = choice["finish_reason"] is not None
        text = self._text("text", choice["text"], ending=finish)
        if finish and text and not choice["text"]:
            yield self._sent({**choice, "text": text, "logprobs": None, "finish_reason": None})
            text = ""
        yield from self._unless_held({**choice, "text": text}, held=bool(choice["text"]) and not text and not finish)

    def rest(self, index: int) -> Iterator[Choice]:
        """What is still held back where a stream ends without a reason."""
        delta: Delta = {key: text for key in self.texts if (text := self._text(key, "", ending=True))}
        if calls := self._rest_of_calls():
            delta["tool_calls"] = calls
        if "text" in delta:
            yield self._sent({"index": index, "text": delta["text"], "logprobs": None, "finish_reason": None})
        elif delta:
            yield self._sent({"index": index, "delta": delta, "logprobs": None, "finish_reason": None})

    def _text(self, key: str, piece: str, *, ending: bool) -> str:
        restorer = self.texts.get(key)
        if restorer is None:
            if not piece:
                return ""
            restorer = self.texts[key] = Restorer(self.tables.content if key == "content" else self.tables.plain)
        return restorer.feed(piece) + (restorer.finish() if ending else "")

    def _tool_calls(self, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """`calls`, restored; a call of which everything is held back is left out."""
        restored = []
        for call in calls:
            function = dict(call.get("function") or {})
            piece = function.get("arguments")
            if function.get("name"):
                function["name"] = restore(function["name"], self.tables.plain)
            if piece:
                restorer = self.calls.setdefault(call.get("index") or 0, Restorer(self.tables.arguments))
                function["arguments"] = restorer.feed(piece)
                if not function["arguments"] and not function.get("name") and not call.get("id"):
                    continue
            restored.append({**call, "function": function} if function else call)
        return restored

    def _rest_of_calls(self) -> list[dict[str, Any]]:
        rests = ((index, restorer.finish()) for index, restorer in self.calls.items())
        return [{"index": index, "function": {"arguments": rest}} for index, rest in rests if rest]

    def _unless_held(self, choice: Choice, *, held: bool) -> Iterator[Choice]:
        """`choice`, unless all its text is `held`: then its log probabilities wait for the next one that is sent."""
        if not held:
            yield self._sent(choice)
        elif choice.get("logprobs"):
            self.logprobs = _both(self.logprobs, choice["logprobs"])

    def _sent(self, choice: Choice) -> Choice:
        if self.logprobs is None:
            return choice
        waiting, self.logprobs = self.logprobs, None
        return {**choice, "logprobs": _both(waiting, choice.get("logprobs") or {})}


def _both(earlier: Logprobs | None, later: Logprobs) -> Logprobs:
    """Two texts' log probabilities in one: lists follow each other."""
    both = dict(earlier or {})
    for key, value in later.items():
        if isinstance(value, list) and isinstance(both.get(key), list):
            both[key] = [*both[key], *value]
        elif both.get(key) is None:
            both[key] = value
    return both


class AnswerRestorer:
    """Restores the chunks of one answer."""

    def __init__(self, replaced: Sequence[Replaced], *, json_content: bool = False) -> None:
        """Build the tables of forms.

        Args:
            replaced: what was replaced in the request.
            json_content: whether the answer's content is a JSON document.
        """
        plain = forms(replaced)
        escaped = plain.in_json()
        self._tables = _Tables(plain, escaped if json_content else plain, escaped)
        self._messages: dict[int, _Message] = {}

    async def restored(self, chunks: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
        """Yield `chunks` with the originals in their texts; what was held back comes in chunks of its own."""
        chunk: Chunk = {}
        async for chunk in chunks:
            choices = chunk["choices"]
            if not choices or (len(choices) == 1 and self._passes(choices[0])):
                yield chunk
                continue
            for choice in choices:
                for restored in self._restored(choice):
                    yield {**chunk, "choices": [restored]}
        for index, message in self._messages.items():
            for rest in message.rest(index):
                yield {**chunk, "choices": [rest]}

    def _passes(self, choice: Choice) -> bool:
        """Whether `choice` is a piece of content alone, as most are, in which nothing is to be done."""
        message = self._messages.get(choice["index"])
        if message is None or choice["finish_reason"] is not None or message.logprobs is not None or message.calls:
            return False
        delta = choice.get("delta")
        restorer = message.texts.get("content")
        if delta is None or restorer is None or len(message.texts) > 1 or len(delta) != 1:
            return False
        content = delta.get("content")
        return bool(content) and restorer.passes(content)

    def _restored(self, choice: Choice) -> Iterator[Choice]:
        message = self._messages.setdefault(choice["index"], _Message(self._tables))
        return message.completion(choice) if "text" in choice else message.chat(choice)
