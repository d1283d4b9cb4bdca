"""What the endpoints of the Responses API share: the kept conversations, and the work in the background."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.dialects.responses.background import Background
from gateway.dialects.responses.conversation import Conversations, Kept
from gateway.dialects.responses.memory import MemoryRecords
from gateway.policy.policy import Policy
from gateway.team.gate import Guest, secret_in

_DAY = 86_400.0
_IN_MEMORY = 3_600.0
"""Seconds that a response is kept where nothing is to be written."""


class Responses:
    """Kept responses and those in the making.

    Args:
        records: where responses are kept.
        days: for how long; 0 keeps them in the memory of this process, for an hour at most.
    """

    def __init__(self, records: Kept | None = None, days: int = 0) -> None:
        if records is not None and days > 0:
            self.conversations = Conversations(records, days * _DAY)
        else:
            self.conversations = Conversations(MemoryRecords(), _IN_MEMORY)
        self.background = Background(self.conversations)

    async def close(self) -> None:
        """End all work."""
        await self.background.close()


def owner_of(guest: Guest, headers: Mapping[str, str], policy: Policy) -> str:
    """Whose a response is: the API key's, and no later one's of the same name; empty where none is needed."""
    if guest.key is not None:
        return f"{guest.key.name} {guest.key.created}"
    caller = guest.caller or policy.caller(secret_in(headers))
    return "" if caller is None else caller.name
