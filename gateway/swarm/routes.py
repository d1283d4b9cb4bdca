"""Chooses which servers a prompt passes through, and forgets a server as soon as it has failed.

Petals' own manager keeps a failed server in its table until the next periodic look at the swarm, waits
without end for that look, and retries for ever; this one asks for a fresh look at each failure and waits
a bounded time. It also checks every hop of a route against the allowed servers before anything is sent.
Knows nothing of tokens or sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from petals.client.routing import RemoteSequenceManager
from petals.client.routing.sequence_manager import MissingBlocksError


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, and how often the bridge tries. Never Petals' endless defaults.

    Attributes:
        request: for a server's answer to one step; must exceed the time of one chunk of the prompt.
        connect: for a connection to a server.
        retries: further attempts at each step after the first.
        table: for a look at the swarm's table.
    """

    request: float = 15.0
    connect: float = 5.0
    retries: int = 3
    table: float = 5.0
    least_pause: float = 0.2
    longest_pause: float = 2.0

    def pause(self, attempt: int) -> float:
        """Seconds to wait before attempt number `attempt` (0 is the first)."""
        return 0.0 if attempt < 2 else min(self.least_pause * 2.0 ** (attempt - 2), self.longest_pause)


class NoRoute(Exception):
    """The servers in the table can't run all blocks, or the table could not be read."""


class Routes(RemoteSequenceManager):  # type: ignore[misc]  # petals has no types
    """The swarm's servers for one model, and ways through them.

    Args:
        config: the model's, with Petals' client settings.
        block_uids: names of all blocks in the swarm's table, in order.
        dht: the running connection to the swarm.
    """

    def __init__(self, config: Any, block_uids: Sequence[str], *, dht: Any, patience: Patience) -> None:
        super().__init__(config, tuple(block_uids), dht=dht)
        self._patience = patience

    def update(self, *, wait: bool) -> None:
        """Look at the swarm's table in the background; with `wait`, until that is done.

        Raises:
            NoRoute: it took too long.
        """
        self.ready.clear()
        self._thread.trigger.set()
        if wait and not self.ready.wait(self._patience.table):
            raise NoRoute

    def on_request_failure(self, peer_id: Any) -> None:
        """Avoid the server `peer_id` for a while and look for others at once."""
        super().on_request_failure(peer_id)
        self.update(wait=False)

    def shutdown(self) -> None:
        """Look at the table no more; does not wait for a look that is under way."""
        self._thread.shutdown(timeout=0)

    def choose(self, start: int, end: int, cache_tokens: int) -> Sequence[Any]:
        """Spans of servers that together run blocks `start` to `end` (exclusive), in order.

        Raises:
            NoRoute: blocks are missing, or a hop is not allowed.
        """
        try:
            spans: list[Any] = self.make_sequence(start, end, mode="min_latency", cache_tokens_needed=cache_tokens)
        except MissingBlocksError:
            raise NoRoute from None
        spans[-1].end = min(spans[-1].end, end)
        # A server says itself which blocks it holds, so the route is checked, not only the table.
        if self.allowed_servers is not None and any(span.peer_id not in self.allowed_servers for span in spans):
            raise NoRoute
        return spans
