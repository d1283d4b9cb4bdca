"""Reads labelled prompts from JSON Lines, one row after the other, so that a file of any length can be read.

A line becomes a `Row`, or a sentence on what is wrong with it and what to write instead; a mistake costs
only its own line. Quotes nothing of a line. Knows nothing of detection or policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

EXAMPLE = '{"text": "Why is the sky blue?", "sensitive": false}'
TEXT_PATH = "messages[0].content"
"""Where the text of a row without messages stands in its request."""
_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "true or false", int: "a number", float: "a number"}


@dataclass(frozen=True, slots=True)
class Span:
    """What should be found: half-open, in code points of the text at `path`. `kind` may be empty."""

    path: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """A prompt with the right answer.

    Attributes:
        name: the row's id; its line number where it has none.
        messages, tools: as a chat request has them, unchecked beyond their being lists.
        spans: None where the row does not say what stands in it.
    """

    file: str
    line: int
    name: str
    sensitive: bool
    messages: list[Any]
    tools: list[Any] | None = None
    category: str | None = None
    spans: tuple[Span, ...] | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The request that this row is, without a model."""
        return {"messages": self.messages, **({"tools": self.tools} if self.tools is not None else {})}

    @property
    def text(self) -> str | None:
        """The text, where it is a row with a text alone."""
        only = self.messages[0] if len(self.messages) == 1 else None
        content = only.get("content") if isinstance(only, dict) else None
        return content if isinstance(content, str) else None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that can't be measured; `problem` says what to write instead."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Textless:
    """Feedback on a decision whose text was not kept: nothing to measure."""

    line: int


class _Problem(Exception):
    pass


def read_rows(lines: Iterable[bytes], file: str = "") -> Iterator[Row | BadRow | Textless]:
    """The rows in `lines`, in order; empty lines are passed over. `file` is only noted in each row."""
    for number, line in enumerate(lines, 1):
        raw = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not raw.strip():
            continue
        try:
            yield _row(file, number, raw)
        except _Problem as problem:
            yield BadRow(number, str(problem))


def _row(file: str, number: int, raw: bytes) -> Row | Textless:
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _Problem(_json_problem(error)) from None
    if not isinstance(data, dict):
        raise _Problem(f"the line is {_kind(data)}; write an object, such as {EXAMPLE}")
    if "decision" in data and data.get("text") is None and data.get("messages") is None:
        return Textless(number)
    sensitive = data.get("sensitive")
    if not isinstance(sensitive, bool):
        found = f"is {_kind(sensitive)}" if "sensitive" in data else "is missing"
        raise _Problem(f'"sensitive" {found}; write true or false')
    messages, alone = _messages(data)
    if (tools := data.get("tools")) is not None and not isinstance(tools, list):
        raise _Problem(f'"tools" is {_kind(tools)}; write a list, as in a chat request')
    spans = _spans(data["spans"], messages, alone) if data.get("spans") is not None else None
    category = _word(data, "class" if "class" in data else "category")
    return Row(file, number, _name(data, number), sensitive, messages, tools, category, spans)


def _json_problem(error: orjson.JSONDecodeError) -> str:
    if "utf-8" in error.msg.lower():
        return "the line is not UTF-8; save the file as UTF-8"
    if "surrogate" in error.msg:
        return "the line holds half a character (an unpaired \\uD800-\\uDFFF); write valid Unicode"
    return f"not valid JSON at column {error.colno}; write one object a line, such as {EXAMPLE}"


def _kind(value: Any) -> str:
    return "null" if value is None else _KINDS[type(value)]


def _messages(data: dict[str, Any]) -> tuple[list[Any], bool]:
    text, messages = data.get("text"), data.get("messages")
    if text is not None and messages is not None:
        raise _Problem('has both "text" and "messages"; keep one of them')
    if messages is not None:
        if not isinstance(messages, list):
            raise _Problem(f'"messages" is {_kind(messages)}; write a list, as in a chat request')
        return messages, False
    if text is None:
        raise _Problem(f'has neither "text" nor "messages"; write one of them, such as {EXAMPLE}')
    if not isinstance(text, str):
        raise _Problem(f'"text" is {_kind(text)}; write a string')
    return [{"role": "user", "content": text}], True


def _name(data: dict[str, Any], number: int) -> str:
    found = data.get("id")
    if found is None:
        return str(number)
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise _Problem(f'"id" is {_kind(found)}; write a string or a whole number')
    return str(found)


def _word(data: dict[str, Any], key: str) -> str | None:
    found = data.get(key)
    if found is not None and not isinstance(found, str):
        raise _Problem(f'"{key}" is {_kind(found)}; write a string')
    return found


def _spans(found: Any, messages: list[Any], alone: bool) -> tuple[Span, ...]:
    if not isinstance(found, list):
        raise _Problem(f'"spans" is {_kind(found)}; write a list of [start, end, type]')
    return tuple(_span(item, index, messages, alone) for index, item in enumerate(found))


def _span(item: Any, index: int, messages: list[Any], alone: bool) -> Span:
    if isinstance(item, list) and len(item) in (2, 3):
        item = dict(zip(("start", "end", "type"), item, strict=False))
    if not isinstance(item, dict):
        raise _Problem(f'"spans"[{index}] is not a span; write [start, end, type]')
    start, end, kind = item.get("start"), item.get("end"), item.get("type", "")
    path = item.get("path", TEXT_PATH if alone else None)
    if not isinstance(path, str):
        raise _Problem(f'"spans"[{index}] has no "path"; say which text it is in, such as "{TEXT_PATH}"')
    if type(start) is not int or type(end) is not int or not isinstance(kind, str) or not 0 <= start < end:
        raise _Problem(f'"spans"[{index}] is not a span; write [start, end, type] with 0 <= start < end')
    if alone and end > len(messages[0]["content"]):
        raise _Problem(
            f'"spans"[{index}] ends after the text does; count code points, not bytes, and leave the end out'
        )
    return Span(path, start, end, kind)
