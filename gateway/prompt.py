"""What a request would expose: every text in it, and whatever can't be read.

Reads the validated body of a request as plain data, and says which texts a reader would read
together. Knows nothing of detection or policy.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.attachments.part import part_digest
from gateway.attachments.reading import Reading

# Lives and dies with the process, so that a digest says nothing of a prompt to anybody else.
_DIGEST_KEY = secrets.token_bytes(32)


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
class Field:
    """A value in an object of the caller's, by its index among the segments, and what the object calls it."""

    label: str
    value: int

    def __repr__(self) -> str:
        return f"Field(<{len(self.label)} characters>, {self.value})"


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that a destination would see of a request.

    Attributes:
        segments: every text.
        unreadable: whatever else there is.
        parts: indices of segments that engines put together before the model reads: parts of a message.
        sequences: indices of segments that are read one after the other: all values in the order of the
            request, those that stand at like places, and what each role said.
        records: the fields of each object.
        answers: indices of segments that a model wrote in answer to others.
        readings: by the digest of a part that is no text, what was read of it.
    """

    segments: tuple[Segment, ...]
    unreadable: tuple[Unreadable, ...]
    parts: tuple[tuple[int, ...], ...] = ()
    sequences: tuple[tuple[int, ...], ...] = ()
    records: tuple[tuple[Field, ...], ...] = ()
    answers: frozenset[int] = frozenset()
    readings: Mapping[bytes, Reading] = field(default_factory=dict, repr=False, compare=False)

    def digest(self) -> bytes:
        """A MAC (keyed BLAKE2b, RFC 7693) over every text and whatever can't be read, in order: 32 bytes.

        The same for two prompts that say the same, within this process.
        """
        mac = hashlib.blake2b(key=_DIGEST_KEY, digest_size=32)
        for kind, items in (
            (b"t", [(item.path, item.text) for item in self.segments]),
            (b"u", [(item.path, item.reason) for item in self.unreadable]),
        ):
            for pair in items:
                for part in (kind, *(one.encode("utf-8", "surrogatepass") for one in pair)):
                    mac.update(len(part).to_bytes(8, "big") + part)
        return mac.digest()


# Values that steer the engine and carry no text of the user's: switches, words that validation has checked
# against a closed list, and numbers, of which long whole ones (a seed) are inspected like everything else.
_CONTROLS = frozenset(
    {
        "model", "stream", "stream_options", "temperature", "top_p", "max_tokens", "max_completion_tokens",
        "seed", "n", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "parallel_tool_calls",
        "store", "echo", "best_of", "reasoning_effort", "encoding_format", "dimensions",
    }
)  # fmt: skip
_CLOSED_WORDS = frozenset({"role", "type"})
# JSON Schema's own type names (draft 2020-12, validation, 6.1.1) and OpenAI's kinds of objects.
_TYPE_NAMES = frozenset(
    {"object", "string", "number", "integer", "boolean", "array", "null", "function", "json_schema", "json_object"}
)
_TOOL_CHOICES = ("none", "auto", "required")
_TEXT_PARTS = frozenset({"text", "refusal"})
_OPAQUE_PARTS = {"image_url": "image", "input_audio": "audio", "file": "file"}
# Numbers with fewer digits identify nobody; longer ones may be a telephone or an account.
_MIN_DIGITS = 7
_INDEX = re.compile(r"\[\d+\]")


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


# Fields of the caller's own making: what their keys say of their values holds even for words of the wire format.
_WIRE_FIELDS = frozenset(
    {"messages", "tools", "functions", "tool_choice", "function_call", "response_format", "prompt", "input"}
)


@dataclass(frozen=True, slots=True)
class _Item:
    """A segment on its way, with what is known of its place.

    Attributes:
        record: names the object that it is a value of, together with `label`.
        is_key: whether it is a key, not a value.
        said_by: the role whose words these are; None outside of messages.
    """

    segment: Segment
    record: str | None = None
    label: str | None = None
    is_key: bool = False
    said_by: str | None = None


def read_prompt(body: Mapping[str, Any], readings: Mapping[bytes, Reading] | None = None) -> Prompt:
    """Collect the texts of a chat or completion request.

    Args:
        body: the request as plain data, its field types already validated.
        readings: by the digest of a part that is no text, what was read of it.

    Returns:
        Segments in the order of the request. Keys of free-form objects count as text, as do long numbers.
    """
    known = readings or {}
    items: list[_Item] = []
    unreadable: list[Unreadable] = []
    for name, value in body.items():
        if name not in _CONTROLS:
            for item in _field(name, value, known):
                (items if isinstance(item, _Item) else unreadable).append(item)  # type: ignore[arg-type]
        elif isinstance(value, int):
            items += _walk(value, name, frozenset())
    return replace(_arranged(items, tuple(unreadable)), readings=known)


def _arranged(items: list[_Item], unreadable: tuple[Unreadable, ...]) -> Prompt:
    together: defaultdict[str, list[int]] = defaultdict(list)
    parts: defaultdict[str, list[int]] = defaultdict(list)
    records: defaultdict[str, list[Field]] = defaultdict(list)
    for index, item in enumerate(items):
        if item.is_key:
            continue
        together[""].append(index)
        together[_INDEX.sub("[]", item.segment.path)].append(index)
        if item.said_by is not None:
            together[f"said by {item.said_by}"].append(index)
            parts[item.segment.path.partition(".")[0]].append(index)
        if item.record is not None and item.label is not None:
            records[item.record].append(Field(item.label, index))
    return Prompt(
        tuple(item.segment for item in items),
        unreadable,
        tuple(tuple(indices) for indices in parts.values() if len(indices) > 1),
        tuple(dict.fromkeys(tuple(indices) for indices in together.values() if len(indices) > 1)),
        tuple(map(tuple, records.values())),
        frozenset(index for index, item in enumerate(items) if item.said_by == "assistant"),
    )


def _field(field: str, value: Any, known: Mapping[bytes, Reading]) -> Iterator[_Item | Unreadable]:
    if field == "messages" and isinstance(value, list):
        for index, message in enumerate(value):
            yield from _message(message, f"messages[{index}]", known)
    elif field in ("prompt", "input") and not _is_text(value):
        yield Unreadable(field, "token ids")
    elif field == "logit_bias":
        # Token ids spell text as well as a prompt of token ids does.
        if value:
            yield Unreadable("logit_bias", "token ids")
    elif field != "tool_choice" or value not in _TOOL_CHOICES:
        yield from _walk(value, field, frozenset(), free=field not in _WIRE_FIELDS)


def _is_text(prompt: Any) -> bool:
    return isinstance(prompt, str) or (isinstance(prompt, list) and all(isinstance(item, str) for item in prompt))


def _message(message: Mapping[str, Any], path: str, known: Mapping[bytes, Reading]) -> Iterator[_Item | Unreadable]:
    role = str(message.get("role"))
    for key, value in message.items():
        where = f"{path}.{key}"
        if key == "role":
            continue
        if key == "content" and isinstance(value, list):
            for index, part in enumerate(value):
                yield from _part(part, f"{where}[{index}]", role, known)
        elif key == "content" and isinstance(value, str):
            if value:
                yield _Item(Segment(where, value), said_by=role)
        elif key == "audio" and value is not None:
            yield Unreadable(where, "audio")
        else:
            yield from _walk(value, where, _CLOSED_WORDS if key == "tool_calls" else frozenset())


def _part(
    part: Mapping[str, Any], path: str, role: str, known: Mapping[bytes, Reading]
) -> Iterator[_Item | Unreadable]:
    kind = str(part.get("type"))
    if kind in _OPAQUE_PARTS:
        reading = known.get(part_digest(part)) if known else None
        if reading is not None and reading.problem is None and kind == "image_url":
            for index, words in enumerate(reading.texts):
                yield _Item(Segment(f"{path}.image_url.(text {index})", words.text), said_by=role)
        else:
            why = "" if reading is None or reading.problem is None else f" ({reading.problem})"
            yield Unreadable(path, f"{_OPAQUE_PARTS[kind]}{why}")
        return
    if kind not in _TEXT_PARTS:
        yield Unreadable(path, "unknown")
    text = part.get("text")
    if isinstance(text, str) and text:
        yield _Item(Segment(f"{path}.text", text), said_by=role)
        part = {key: value for key, value in part.items() if key != "text"}
    yield from _walk(part, path, _CLOSED_WORDS if kind in _TEXT_PARTS else frozenset())


def _walk(value: Any, path: str, skip: frozenset[str], *, free: bool = False) -> Iterator[_Item]:
    """Every text below `value`, without recursion, since the depth is the caller's to choose.

    Args:
        skip: keys whose values are closed words.
        free: whether keys that are words of the wire format say something of their values too.
    """
    stack: list[tuple[Any, str, str | None, str | None]] = [(value, path, None, None)]
    while stack:
        item, where, record, label = stack.pop()
        if isinstance(item, str):
            if item:
                yield _Item(Segment(where, item), record, label)
        elif isinstance(item, Mapping):
            children: list[tuple[Any, str, str | None, str | None]] = []
            for index, (key, child) in enumerate(item.items()):
                if key in skip or (key == "type" and isinstance(child, str) and child in _TYPE_NAMES):
                    continue
                if key in _WIRE_WORDS:
                    children.append((child, f"{where}.{key}", where if free else None, str(key)))
                else:
                    yield from _key(str(key), f"{where}.(key {index})")
                    children.append((child, f"{where}.(value {index})", where, str(key)))
            stack.extend(reversed(children))
        elif isinstance(item, list | tuple):
            # What a schema requires may be named by words that, as keys, are no text either.
            known = _WIRE_WORDS if label == "required" and not free else ()
            stack.extend(
                (child, f"{where}[{index}]", record, label)
                for index, child in reversed(list(enumerate(item)))
                if not (isinstance(child, str) and child in known)
            )
        elif isinstance(item, int | float) and not isinstance(item, bool):
            digits = repr(int(item) if isinstance(item, float) and item.is_integer() else item).lstrip("-")
            if sum(map(str.isdigit, digits)) >= _MIN_DIGITS:
                yield _Item(Segment(where, digits), record, label)


def _key(key: str, path: str) -> Iterator[_Item]:
    yield _Item(Segment(path, key), is_key=True)
    if "_" in key:
        yield _Item(Segment(path, key.replace("_", " ")), is_key=True)
