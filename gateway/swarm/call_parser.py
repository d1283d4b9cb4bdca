"""Finds calls of tools in an answer's text while it is being written.

A call counts as one as soon as its name and the beginning of its arguments are there; until then its text
is held back, and given out as text if it becomes none, or calls what was not offered. Pure.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import regex

from gateway.swarm.call_format import CallFormat
from gateway.swarm.text_stream import possible_beginning

_HEAD = r'\s*\{\s*(?:"type"\s*:\s*"function"\s*,\s*)?"name"\s*:\s*(?P<name>"(?:[^"\\]|\\.)*")\s*,\s*"KEY"\s*:\s*(?=\{)'


@dataclass(frozen=True, slots=True)
class CallBegun:
    """The answer's call number `index` begins."""

    index: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CallArguments:
    """More of the arguments of call number `index`, JSON as the model wrote it."""

    index: int
    text: str


Part = str | CallBegun | CallArguments


class CallParser:
    """Splits one answer's text into text and calls.

    Args:
        names: the tools that were offered.

    Attributes:
        begun: how many calls have begun.
        ended: how many of them are whole.
    """

    def __init__(self, form: CallFormat, names: Collection[str]) -> None:
        self._form, self._names = form, names
        self._head = regex.compile(_HEAD.replace("KEY", form.arguments))
        self._held = ""
        self._step = self._first
        self._object, self._seen = _Extent(), 0
        self._prefix = ""
        self.begun = self.ended = 0

    def push(self, text: str) -> list[Part]:
        """What `text` makes certain, in order."""
        self._held += text
        return self._run()

    def flush(self) -> list[Part]:
        """What is left when no text follows."""
        rest, self._held = self._prefix + self._held, ""
        in_call = self._step in (self._arguments, self._tail, self._between)
        meant = rest and not in_call and (rest.strip() or not self.begun)
        return [rest] if meant else []

    def _run(self) -> list[Part]:
        parts: list[Part] = []
        while (found := self._step()) is not None:
            parts += found
        return parts

    # Each step takes what it can from `_held`; None: it needs more text.

    def _first(self) -> list[Part] | None:
        """The beginning of an answer, or what follows a call: a call may begin, whitespace alone means nothing."""
        begins = self._held.lstrip()
        silent = self._form.silent
        if not begins or (silent and silent.startswith(begins) and begins != silent):
            return None
        if silent and begins.startswith(silent):
            begins = begins.removeprefix(silent)
            if not begins.strip():
                return None
        opening = self._form.opening
        if opening and opening.startswith(begins) and begins != opening:
            return None
        if begins.lstrip().startswith(opening or "{"):
            self._held, self._prefix = begins.lstrip().removeprefix(opening), opening
            self._step = self._name
        elif self._form.opening:
            self._step = self._text
        else:
            self._step = self._plain
        return []

    def _text(self) -> list[Part] | None:
        """Text, in which a call may begin."""
        opening = self._form.opening
        at = self._held.find(opening)
        end = at if at >= 0 else len(self._held) - possible_beginning(self._held, [opening])
        shown, self._held = self._held[:end], self._held[end:]
        if at >= 0:
            self._held, self._prefix = self._held.removeprefix(opening), opening
            self._step = self._name
        elif not shown:
            return None
        return [shown] if shown else []

    def _plain(self) -> list[Part] | None:
        """Text, in which no call can begin any more."""
        shown, self._held = self._held, ""
        return [shown] if shown else None

    def _name(self) -> list[Part] | None:
        """The beginning of a call's object, up to its arguments."""
        if self._form.listed and self._held.lstrip().startswith("["):
            self._prefix += self._held[: self._held.index("[") + 1]
            self._held = self._held.lstrip()[1:]
        found = self._head.match(self._held, partial=True)
        if found is None:
            self._object, self._seen = _Extent(), 0
            self._step = self._whole
            return []
        if found.partial:
            return None
        name = _text_of(found["name"])
        if name is None or name not in self._names:
            return self._no_call()
        self._held = self._held[found.end() :]
        self._object = _Extent()
        self._step = self._arguments
        return [self._begin(name)]

    def _whole(self) -> list[Part] | None:
        """A call whose name does not come first: all of its object."""
        if not self._seen and not self._held.lstrip().startswith("{"):
            return self._no_call() if self._held.strip() else None
        end = self._object.end(self._held[self._seen :])
        if end is None:
            self._seen = len(self._held)
            return None
        end += self._seen
        call = _object_of(self._held[:end])
        arguments = call.get(self._form.arguments)
        if isinstance(arguments, str):
            arguments = _object_of(arguments)
        if call.get("name") not in self._names or not isinstance(arguments, dict):
            return self._no_call()
        self._held = self._held[end:]
        begun = self._begin(str(call["name"]))
        return [begun, CallArguments(begun.index, json.dumps(arguments, ensure_ascii=False)), *self._end()]

    def _arguments(self) -> list[Part] | None:
        """A call's arguments, as far as they are there."""
        if not self._held:
            return None
        end = self._object.end(self._held)
        shown, self._held = self._held[:end], "" if end is None else self._held[end:]
        if end is not None:
            self._object = _Extent(depth=1)
            self._step = self._tail
        return [CallArguments(self.begun - 1, shown)]

    def _tail(self) -> list[Part] | None:
        """The rest of a call's object, which may hold further keys that mean nothing here."""
        end = self._object.end(self._held)
        self._held = "" if end is None else self._held[end:]
        return None if end is None else self._end()

    def _between(self) -> list[Part] | None:
        """What stands between two calls, or after the last."""
        held = self._held.lstrip()
        closing = "," if self._form.listed else self._form.closing or ";"
        if not held or (closing.startswith(held) and held != closing):
            return None
        self._held = held.removeprefix(closing)
        again = self._form.listed and self._held != held
        if self._form.listed and not again:
            self._held = held.removeprefix("]")
        self._step = self._name if again else self._first
        return []

    def _begin(self, name: str) -> CallBegun:
        self.begun += 1
        self._prefix = ""
        return CallBegun(self.begun - 1, f"call_{secrets.token_hex(12)}", name)

    def _end(self) -> list[Part]:
        self.ended += 1
        self._step = self._between
        return []

    def _no_call(self) -> list[Part]:
        text, self._prefix, self._held = self._prefix + self._held[:1], "", self._held[1:]
        self._step = self._text if self._form.opening else self._plain
        return [text] if text else []


class _Extent:
    """Finds where a JSON object or list ends, in a text that comes in pieces."""

    def __init__(self, depth: int = 0) -> None:
        self._depth = depth
        self._quoted = self._escaped = False

    def end(self, text: str) -> int | None:
        """The index after the end, if it is in `text`, the next piece."""
        for index, character in enumerate(text):
            if self._escaped:
                self._escaped = False
            elif self._quoted:
                self._escaped = character == "\\"
                self._quoted = character != '"'
            elif character == '"':
                self._quoted = True
            elif character in "{[":
                self._depth += 1
            elif character in "}]":
                self._depth -= 1
                if self._depth <= 0:
                    return index + 1
        return None


def _text_of(quoted: str) -> str | None:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return None


def _object_of(text: str) -> dict[str, Any]:
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return loaded if isinstance(loaded, dict) else {}
