"""What every engine looks like from outside, and where engines find what they need.

Knows nothing of any particular engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.backends.status import EngineStatus
from gateway.backends.upstream import Address
from gateway.paths import Paths

EMBEDDED_TEMPLATE = Path(__file__).with_name("embedded.jinja")
"""The embedded model's chat template as its makers wrote it, and besides with tools (in the form of Hermes)."""


class Engine(Protocol):
    """Something that answers prompts at an address while it is ready."""

    @property
    def status(self) -> EngineStatus:
        """How it stands now."""
        ...

    @property
    def served_model(self) -> str:
        """The model id that its requests must carry."""
        ...

    def address(self) -> Address:
        """Where it listens; valid while `status` is ready."""
        ...

    async def start(self, wait: float | None = None) -> EngineStatus:
        """Start it (or begin to watch it); waits up to `wait` seconds until it is ready or failed."""
        ...

    async def stop(self) -> None:
        """End it, in bounded time."""
        ...


class Peers(Protocol):
    """Tells where a swarm can be joined."""

    def initial_peers(self) -> list[str]:
        """Multiaddresses; empty while none is known."""
        ...

    async def joined(self) -> None:
        """Return once there are some."""
        ...


@dataclass(slots=True)
class Surroundings:
    """What engines need of this machine.

    Attributes:
        petals_python: interpreter of the Petals environment, or None when it is not set up.
        transformers_python: interpreter with the extra `transformers`; None means this one.
        threads: of the llama.cpp engine; None means one a physical core.
        private_swarm: the swarm behind ``initial_peers: auto``, if one runs here.
    """

    paths: Paths
    petals_python: Path | None = None
    transformers_python: Path | None = None
    threads: int | None = None
    private_swarm: Peers | None = None


class EngineSettingsError(ValueError):
    """A destination's engine can't be made from its settings; the message says what to write."""
