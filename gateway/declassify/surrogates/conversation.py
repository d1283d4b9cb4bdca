"""What must be one for all values of a conversation: how far its dates are moved. Knows nothing of single values."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

LEAST_DAYS = 30
"""A date that moves by less is too near the original to hide anything."""
MOST_DAYS = 330
"""Below a year, so that ages and the order of years hardly change."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Conversation:
    """What all pseudonyms of a conversation share.

    Attributes:
        days: by which dates move, back if negative. Never whole weeks, so that the weekday says nothing.
    """

    days: int = field(repr=False)


def conversation(key: bytes, turn: int = 0) -> Conversation:
    """The conversation's secret offset.

    Args:
        key: the conversation's secret.
        turn: which of many possible offsets: another one gives another offset, as a rule.

    Returns:
        An offset between 30 and 330 days, back or ahead.
    """
    offsets = [days for days in range(LEAST_DAYS, MOST_DAYS + 1) if days % WEEK]
    drawn = int.from_bytes(hmac.digest(key, f"days {turn}".encode(), hashlib.sha256)[:8], "big")
    days = offsets[drawn // 2 % len(offsets)]
    return Conversation(days if drawn % 2 else -days)
