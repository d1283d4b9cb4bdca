"""What a request would expose: every text in it, and whatever can't be read.

Reads the validated body of a request as plain data. Knows nothing of detection or policy.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Segment:
    """One text with its place in the request, e.g. ``messages[0].content[1].text``."""

    path: str
    text: str

    def __repr__(self) -> str:
        return f"Segment(path={self.path!r}, <{len(self.text)} characters>)"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Content that could not be inspected; `reason` says what it is, not what it holds."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that a destination would see of a request."""

    segments: tuple[Segment, ...]
    unreadable: tuple[Unreadable, ...]


# Values that steer the engine and carry no text of the user's: numbers, switches, and words that
# validation has checked against a closed list. Everything else in a request is inspected.
_CONTROLS = frozenset(
    {
        "model", "stream", "stream_options", "temperature", "top_p", "max_tokens", "max_completion_tokens",
        "seed", "n", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "parallel_tool_calls",
        "store", "echo", "best_of", "reasoning_effort",
    }
)  # fmt: skip
_CLOSED_WORDS = frozenset({"role", "type"})
# JSON Schema's own type names (draft 2020-12, validation, 6.1.1) and OpenAI's kinds of objects.
_TYPE_NAMES = frozenset(
    {"object", "string", "number", "integer", "boolean", "array", "null", "function", "json_schema", "json_object"}
)
_TEXT_PARTS = frozenset({"text", "refusal"})
_OPAQUE_PARTS = {"image_url": "image", "input_audio": "audio", "file": "file"}
# Numbers with fewer digits identify nobody; longer ones may be a telephone or an account.
_MIN_DIGITS = 7
# Rounds of decoding; text that is escaped more often than this is hiding something.
_MAX_ROUNDS = 5
_ESCAPE = re.compile(r"\\+(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_CONTROL_ESCAPE = re.compile(r"\\+[nrtbf]")
_QUOTE_ESCAPE = re.compile(r"""\\+(["/])""")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")


# Keys of the wire format and of JSON Schema: safe to show in a path. Any other key is the caller's text.
_WIRE_WORDS = frozenset(
    {
        "type", "properties", "items", "required", "description", "enum", "function", "name", "parameters",
        "arguments", "content", "text", "id", "title", "default", "examples", "const", "anyOf", "oneOf", "allOf",
        "additionalProperties", "format", "pattern", "minimum", "maximum", "strict", "schema", "json_schema",
        "tool_calls", "tool_call_id", "refusal", "image_url", "url", "detail", "input_audio", "data", "file",
        "file_id", "filename", "file_data", "$defs", "$ref", "definitions", "minLength", "maxLength", "minItems",
        "maxItems", "audio", "index",
    }
)  # fmt: skip


def read_prompt(body: Mapping[str, Any]) -> Prompt:
    """Collect the texts of a chat or completion request.

    Args:
        body: the request as plain data, its field types already validated.

    Returns:
        Segments in the order of the request. Keys of free-form objects count as text, as do long
        numbers. A text with escapes (JSON in tool arguments, URLs, HTML) stands there a second time as
        its reader would decode it, and parts of one message a second time as one text.
    """
    segments: list[Segment] = []
    unreadable: list[Unreadable] = []
    for field, value in body.items():
        if field in _CONTROLS:
            continue
        for item in _field(field, value):
            (segments if isinstance(item, Segment) else unreadable).append(item)  # type: ignore[arg-type]
    return Prompt(tuple(segments), tuple(unreadable))


def _field(field: str, value: Any) -> Iterator[Segment | Unreadable]:
    if field == "messages" and isinstance(value, list):
        for index, message in enumerate(value):
            yield from _message(message, f"messages[{index}]")
    elif field == "prompt" and not _is_text(value):
        yield Unreadable("prompt", "token ids")
    elif field == "logit_bias":
        # Token ids spell text as well as a prompt of token ids does.
        if value:
            yield Unreadable("logit_bias", "token ids")
    else:
        yield from _walk(value, field, frozenset())


def _is_text(prompt: Any) -> bool:
    return isinstance(prompt, str) or (isinstance(prompt, list) and all(isinstance(item, str) for item in prompt))


def _message(message: Mapping[str, Any], path: str) -> Iterator[Segment | Unreadable]:
    for key, value in message.items():
        where = f"{path}.{key}"
        if key == "role":
            continue
        if key == "content" and isinstance(value, list):
            for index, part in enumerate(value):
                yield from _part(part, f"{where}[{index}]")
            yield from _joined(value, where)
        elif key == "audio" and value is not None:
            yield Unreadable(where, "audio")
        else:
            yield from _walk(value, where, _CLOSED_WORDS if key == "tool_calls" else frozenset())


def _part(part: Mapping[str, Any], path: str) -> Iterator[Segment | Unreadable]:
    kind = str(part.get("type"))
    if kind in _OPAQUE_PARTS:
        yield Unreadable(path, _OPAQUE_PARTS[kind])
        return
    if kind not in _TEXT_PARTS:
        yield Unreadable(path, "unknown")
    yield from _walk(part, path, _CLOSED_WORDS if kind in _TEXT_PARTS else frozenset())


def _joined(parts: list[Mapping[str, Any]], path: str) -> Iterator[Segment | Unreadable]:
    """What stands on both sides of a seam between parts: engines put them together before the model reads."""
    texts = [text for part in parts if isinstance(text := part.get("text"), str)]
    if len(texts) > 1:
        for seam in ("", "\n"):
            yield from _walk(seam.join(texts), f"{path}(joined)", frozenset())


def _walk(value: Any, path: str, skip: frozenset[str]) -> Iterator[Segment | Unreadable]:
    """Every text below `value`, without recursion, since the depth is the caller's to choose."""
    stack: list[tuple[Any, str, frozenset[str]]] = [(value, path, skip)]
    while stack:
        item, where, closed = stack.pop()
        if isinstance(item, str):
            if item:
                yield Segment(where, item)
                yield from _decoded(item, where)
        elif isinstance(item, Mapping):
            children = []
            for index, (key, child) in enumerate(item.items()):
                if key in closed:
                    continue
                if key == "type" and isinstance(child, str) and child in _TYPE_NAMES:
                    continue
                if key in _WIRE_WORDS:
                    children.append((child, f"{where}.{key}", closed))
                else:
                    yield from _key(str(key), f"{where}.(key {index})")
                    children.append((child, f"{where}.(value {index})", closed))
            stack.extend(reversed(children))
        elif isinstance(item, list | tuple):
            stack.extend((child, f"{where}[{index}]", closed) for index, child in reversed(list(enumerate(item))))
        elif isinstance(item, int | float) and not isinstance(item, bool):
            digits = repr(int(item) if isinstance(item, float) and item.is_integer() else item).lstrip("-")
            if sum(map(str.isdigit, digits)) >= _MIN_DIGITS:
                yield Segment(where, digits)


def _key(key: str, path: str) -> Iterator[Segment | Unreadable]:
    yield Segment(path, key)
    if "_" in key:
        yield Segment(path, key.replace("_", " "))
    yield from _decoded(key, path)


def _decoded(text: str, path: str) -> Iterator[Segment | Unreadable]:
    """The text as a reader of JSON, URLs and HTML would decode it, round by round."""
    for _ in range(_MAX_ROUNDS):
        plain = _decode_once(text)
        if plain == text:
            return
        yield Segment(f"{path}(decoded)", plain)
        text = plain
    if _decode_once(text) != text:
        yield Unreadable(path, "escapes inside escapes")


def _decode_once(text: str) -> str:
    plain = text
    if "\\" in plain:
        if plain.lstrip()[:1] in ("{", "[", '"') or _ESCAPE.search(plain):
            plain = _QUOTE_ESCAPE.sub(r"\1", _CONTROL_ESCAPE.sub("\n", plain))
        plain = _ESCAPE.sub(_character, plain)
        if not plain.isascii():
            # Two escapes that are one character (RFC 8259, section 7) come together; a lone half is none.
            plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if "%" in plain and _PERCENT.search(plain):
        plain = unquote(plain, errors="replace")
    if "&" in plain:
        plain = html.unescape(plain)
    return plain


def _character(escape: re.Match[str]) -> str:
    code = int(next(group for group in escape.groups() if group), 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
