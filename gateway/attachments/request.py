"""The attachments of a request: a file that was read becomes its text, an image that was read is known by its text.

A file whose whole text is known never leaves as a file. Whoever is to see it gets the text that was inspected, so that
nothing else in it (properties, pictures, what a reader overlooked) can leave with it. Knows nothing of levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.attachments.part import Attachment, as_text, attachment
from gateway.attachments.reader import Reader
from gateway.attachments.reading import Kind, Reading
from gateway.openai import wire

R = TypeVar("R", bound=wire.Request)


@dataclass(frozen=True, slots=True)
class Attached:
    """What was read of a request's attachments.

    Attributes:
        readings: digest of a part → what came of reading it.
        kinds: of what was read wholly.
    """

    readings: Mapping[bytes, Reading] = field(default_factory=dict, repr=False)
    kinds: tuple[Kind, ...] = ()


async def read_attachments(request: R, reader: Reader, wanted: frozenset[Kind]) -> tuple[R, Attached]:
    """Read what `request` carries besides text.

    Args:
        wanted: what is to be read; everything else stays what can't be inspected.

    Returns:
        The request with its files as texts, and what was read.
    """
    found = {place: item for place, item in _attachments(request) if item.kind in wanted}
    if not found:
        return request, Attached()
    readings = await reader.read(list(found.values()))
    whole = {item.kind for item in found.values() if readings[item.digest].problem is None}
    return _with_texts(request, readings), Attached(readings, tuple(sorted(whole)))


def _parts(request: wire.Request) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """The parts that are no text, as inspection sees them, by message and place in it."""
    if not isinstance(request, wire.ChatRequest):
        return
    if not any(isinstance(part, wire.OpaquePart) for message in request.messages for part in _content(message)):
        return
    for index, message in enumerate(wire.inspected_body(request)["messages"]):
        for position, part in enumerate(_content(request.messages[index])):
            if isinstance(part, wire.OpaquePart):
                yield (index, position), message["content"][position]


def _content(message: wire.Message) -> list[Any]:
    return message.content if isinstance(message.content, list) else []


def _attachments(request: wire.Request) -> Iterator[tuple[tuple[int, int], Attachment]]:
    for place, part in _parts(request):
        item = attachment(part)
        if item is not None:
            yield place, item


def _with_texts(request: R, readings: Mapping[bytes, Reading]) -> R:
    """`request` with a text part in the place of each file that was read."""
    texts: dict[tuple[int, int], wire.TextPart] = {}
    for place, part in _parts(request):
        item = attachment(part)
        text = as_text(part, readings[item.digest]) if item is not None and item.digest in readings else None
        if text is not None:
            texts[place] = wire.TextPart.model_validate(text)
    if not texts or not isinstance(request, wire.ChatRequest):
        return request
    messages = list(request.messages)
    for index in {index for index, _ in texts}:
        content = [texts.get((index, position), part) for position, part in enumerate(_content(messages[index]))]
        messages[index] = messages[index].model_copy(update={"content": content})
    return request.model_copy(update={"messages": messages})
