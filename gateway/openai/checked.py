"""What an engine sent, checked to be what it should be; else its answer counts as broken.

Knows nothing of what becomes of it.
"""

from __future__ import annotations

from typing import Any

# OpenAI's upper bounds of `n` and of tools; an index above would only cost memory.
_MOST = 128
# What engines call their faults. Any other word could be the prompt's.
_CODES = frozenset(
    {
        "context_length_exceeded", "engine_error", "internal_error", "invalid_request_error", "overloaded_error",
        "rate_limit_error", "rate_limit_exceeded", "server_error", "swarm_timeout", "swarm_unavailable",
        "timeout", "too_many_requests", "unavailable_error",
    }
)  # fmt: skip


class BrokenAnswer(Exception):
    """An engine's answer ended too early or made no sense. `code` is a word, never content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def known_code(error: Any) -> str:
    """The code of an engine's error object if it is one that engines are known to send, else `engine_error`."""
    for key in ("code", "type"):
        word = error.get(key) if isinstance(error, dict) else None
        if isinstance(word, str) and word in _CODES:
            return word
    return "engine_error"


def checked(value: Any, kind: type[Any]) -> Any:
    """`value`, if it is a `kind` or nothing.

    Raises:
        BrokenAnswer: it is something else.
    """
    if value is not None and not isinstance(value, kind):
        raise BrokenAnswer("malformed_chunk")
    return value


def required(value: Any, kind: type[Any]) -> Any:
    """`value`, if it is a `kind`.

    Raises:
        BrokenAnswer: it is nothing, or something else.
    """
    if not isinstance(value, kind):
        raise BrokenAnswer("malformed_chunk")
    return value


def index_of(item: dict[str, Any]) -> int:
    """The item's `index`, 0 without one.

    Raises:
        BrokenAnswer: it is no such number.
    """
    index = item.get("index") or 0
    if type(index) is not int or not 0 <= index < _MOST:
        raise BrokenAnswer("malformed_chunk")
    return index


def number(value: Any) -> float:
    """`value`, if it is a number.

    Raises:
        BrokenAnswer: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BrokenAnswer("malformed_chunk")
    return float(value)
