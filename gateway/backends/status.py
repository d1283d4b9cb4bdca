"""How an engine stands, in a form for people and for the route. Knows nothing of how it came to be so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EngineState(StrEnum):
    """Where an engine stands. Only `READY` may be sent requests."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """A snapshot for people and for the route.

    Attributes:
        detail: one sentence on what is going on; never prompt text.
        pid: process id of the engine itself, None while there is none.
        restarts: starts after the first, since `start`.
        since: Unix time in seconds at which `state` was entered.
        base_url: where it listens, e.g. ``http://127.0.0.1:41327``; None while unknown.
    """

    name: str
    state: EngineState
    detail: str
    pid: int | None = None
    restarts: int = 0
    since: float = 0.0
    base_url: str | None = None

    @property
    def ready(self) -> bool:
        """True if requests may be sent."""
        return self.state is EngineState.READY
