"""Token counts of an answer, put together from what engines say of them.

Most engines count a whole answer once, at its end. llama.cpp's server counts each of several choices by itself. Knows
nothing of chunks' other content.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Usage = dict[str, Any]

_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")
_DETAILS = {
    "prompt_tokens_details": ("cached_tokens", "audio_tokens"),
    "completion_tokens_details": (
        "reasoning_tokens",
        "audio_tokens",
        "accepted_prediction_tokens",
        "rejected_prediction_tokens",
    ),
}


@dataclass(slots=True)
class UsageCount:
    """The counts that the chunks of one answer tell."""

    _of_choices: dict[int, Usage] = field(default_factory=dict)
    _at_ends: list[Usage] = field(default_factory=list)

    def add(self, usage: Any, choices: Iterable[int]) -> None:
        """Take what a chunk with these choices says; what are no counts is left out."""
        if not isinstance(usage, dict):
            return
        counts, of_choices = counts_of(usage), list(choices)
        if not of_choices:
            self._at_ends.append(counts)
        for index in of_choices:
            self._of_choices[index] = counts

    def total(self, choices: int) -> Usage | None:
        """The counts of an answer with so many choices; None if nobody counted.

        A count that came once is that of all of them; the same number of counts as choices are theirs.
        """
        counts = self._at_ends or list(self._of_choices.values())
        if not counts:
            return None
        if choices == 1 or len(counts) != choices:
            return _whole(counts[-1])
        return _whole(_of_one_prompt(counts))


def counts_of(usage: Usage) -> Usage:
    """Token counts and nothing else, since they go into the audit."""
    counts: Usage = {key: usage[key] for key in _COUNTS if _is_count(usage.get(key))}
    for name, keys in _DETAILS.items():
        details = usage.get(name)
        if isinstance(details, dict):
            counts[name] = {key: details[key] for key in keys if _is_count(details.get(key))}
    return counts


def added(usages: Iterable[Usage | None]) -> Usage | None:
    """The counts of several answers together; None if those of one are not known."""
    total: Usage = {}
    for usage in usages:
        if usage is None:
            return None
        for key, value in usage.items():
            if isinstance(value, dict):
                inner = total.setdefault(key, {})
                inner |= {name: inner.get(name, 0) + count for name, count in value.items()}
            else:
                total[key] = total.get(key, 0) + value
    return total


def _of_one_prompt(counts: list[Usage]) -> Usage:
    """The counts of answers to the same prompt, which counts once."""
    total = added(counts) or {}
    for key in ("prompt_tokens", "prompt_tokens_details"):
        if key in counts[0]:
            total[key] = counts[0][key]
    if "total_tokens" in total:
        total["total_tokens"] = total.get("prompt_tokens", 0) + total.get("completion_tokens", 0)
    return total


def _whole(counts: Usage) -> Usage | None:
    """`counts` with all three that clients rely on, 0 for what nobody counted; None without any of them."""
    prompt, completion, total = (counts.get(key) for key in _COUNTS)
    if prompt is None and completion is None and total is None:
        return None
    if total is None:
        total = (prompt or 0) + (completion or 0)
    if prompt is None:
        prompt = max(total - (completion or 0), 0)
    if completion is None:
        completion = max(total - prompt, 0)
    return {**counts, "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53
