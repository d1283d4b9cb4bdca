"""Whether something stands in a text as a word of its own. Without regular expressions, whose caches would keep it."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.declassify.alike import alike, joined


def places(text: str, value: str, end: int | None = None) -> Iterator[int]:
    """Where `value` begins in `text`, up to `end`."""
    at = text.find(value, 0, end) if value else -1
    while at >= 0:
        yield at
        at = text.find(value, at + 1, end)


def begins_a_word(text: str, value: str) -> bool:
    """Whether `value` stands somewhere in `text` with no letter before it."""
    return any(not _joined(text[at - 1 : at], value[0]) for at in places(text, value))


def stands_alone(text: str, value: str) -> bool:
    """Whether `value` stands somewhere in `text` with no letter beside its letters, and no digit beside its digits."""
    for at in places(text, value):
        end = at + len(value)
        if not _joined(text[at - 1 : at], value[0]) and not _joined(value[-1], text[end : end + 1]):
            return True
    return False


def _joined(left: str, right: str) -> bool:
    return left.isdigit() == right.isdigit() and joined(alike(left), alike(right))
