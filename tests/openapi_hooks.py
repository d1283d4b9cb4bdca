"""Loaded by Schemathesis: puts a file or a picture, whole or broken, into each body that it makes."""

from __future__ import annotations

import base64
import zlib
from functools import cache
from typing import Any

import schemathesis

from tests.attachments.made import picture, word

Json = dict[str, Any]


@cache
def _attachments() -> tuple[tuple[str, str, bytes], ...]:
    """Media type, name and bytes."""
    letter = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return (
        ("text/plain", "a.txt", b"The museum opens at nine."),
        ("text/plain", "a.txt", b"\xff\xfe\x00"),
        (letter, "a.docx", word()),
        (letter, "a.docx", word()[:100]),
        ("image/png", "a.png", picture("Opening hours")),
        ("image/png", "a.png", b"\x89PNG\r\n\x1a\n"),
        ("application/pdf", "a.pdf", b"%PDF-1.7"),
        ("application/zip", "a.zip", b""),
    )


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """The body with something attached to its last turn."""
    turns = body.get("messages") or body.get("input") if isinstance(body, dict) else None
    if not isinstance(turns, list) or not turns or not isinstance(turns[-1], dict) or "role" not in turns[-1]:
        return body
    part = _parts(context.operation.path)[zlib.crc32(repr(body).encode(errors="replace")) % len(_attachments())]
    name = "messages" if "messages" in body else "input"
    return {**body, name: [*turns[:-1], {**turns[-1], "role": "user", "content": [part]}]}


def _parts(path: str) -> list[Json]:
    return [_part(path, *one) for one in _attachments()]


def _part(path: str, media: str, name: str, data: bytes) -> Json:
    text = base64.b64encode(data).decode()
    url = f"data:{media};base64,{text}"
    if path == "/v1/messages":
        kind = "image" if media.startswith("image/") else "document"
        return {"type": kind, "source": {"type": "base64", "media_type": media, "data": text}}
    if path == "/v1/responses":
        return (
            {"type": "input_image", "image_url": url}
            if media.startswith("image/")
            else {"type": "input_file", "file_data": url, "filename": name}
        )
    if media.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": url}}
    return {"type": "file", "file": {"file_data": url, "filename": name}}
