"""From a part of a message to the bytes that it carries, and from a part whose texts are known to a text part.

Takes parts as OpenAI's chat completions define them (`image_url`, `file`). Only what is wholly understood counts as
an attachment: with one key more, a URL that would have to be fetched or lax base64, a part stays what can't be read.
Knows nothing of file formats.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.attachments.reading import Kind, Reading

# Lives and dies with the process, so that a digest says nothing of an attachment to anybody else.
_DIGEST_KEY = secrets.token_bytes(32)
_DATA_URL = re.compile(r"data:([a-zA-Z0-9.+-]+/[a-zA-Z0-9.+-]+)?(?:;charset=[a-zA-Z0-9-]+)?;base64,", re.ASCII)
_DETAILS = ("auto", "low", "high", "original")


@dataclass(frozen=True, slots=True)
class Attachment:
    """The bytes of one part. `digest` is that of the whole part, so that what was read of it fits no other."""

    kind: Kind
    name: str = field(repr=False)
    data: bytes = field(repr=False)
    digest: bytes = field(repr=False)


def part_digest(part: Mapping[str, Any]) -> bytes:
    """A keyed hash of `part` (keyed BLAKE2b, RFC 7693), the same for equal parts in this process."""
    raw = orjson.dumps(part, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(raw, key=_DIGEST_KEY, digest_size=32).digest()


def attachment(part: Mapping[str, Any]) -> Attachment | None:
    """What `part` carries, or None if that is not in it, or something else is in it too."""
    kind = part.get("type")
    inside = part.get(str(kind))
    if set(part) != {"type", kind} or not isinstance(inside, Mapping):
        return None
    if kind == "image_url" and set(inside) <= {"url", "detail"} and inside.get("detail", "auto") in _DETAILS:
        found = _DATA_URL.match(str(inside.get("url")))
        data = _decoded(str(inside["url"])[found.end() :]) if found else None
        return None if data is None else Attachment("image", "", data, part_digest(part))
    if kind == "file" and set(inside) <= {"file_data", "filename"}:
        text, name = inside.get("file_data"), inside.get("filename", "")
        if not isinstance(text, str) or not isinstance(name, str):
            return None
        found = _DATA_URL.match(text)
        data = _decoded(text[found.end() :] if found else text)
        return None if data is None else Attachment("file", name, data, part_digest(part))
    return None


def _decoded(text: str) -> bytes | None:
    """Base64 as RFC 4648, 4 has it, without anything that lenient decoders would skip."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data or None


def as_text(part: Mapping[str, Any], reading: Reading) -> dict[str, str] | None:
    """The text part that stands for a file which was wholly read; None for anything else.

    An image has none: an answer about its words alone would be an answer to another question.
    """
    if part.get("type") != "file" or reading.problem is not None:
        return None
    name = part["file"].get("filename") or "without a name"
    return {"type": "text", "text": f"File {name}:\n{reading.plain()}"}
