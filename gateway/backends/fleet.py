"""The engines of the destinations that a policy uses: made, started, and stopped when it no longer uses them.

An engine that two policies in a row use goes on running between them. Knows nothing of how a policy is loaded.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from gateway.backends.engines.engine import Engine
from gateway.backends.run import Backend
from gateway.backends.supervisor import stop_all
from gateway.backends.turns import Queue, Turns
from gateway.backends.upstream import Address, Source, Unavailable, Upstream
from gateway.openai.stream import Chunk
from gateway.policy.clear import Cleared
from gateway.policy.destination import Destination as DestinationSpec
from gateway.policy.policy import Policy

logger = logging.getLogger(__name__)
# A request that was decided may need this long to be sent; then an unused engine is stopped.
_UNUSED = 2.0
_AT_ONCE = {"llama.cpp": 4, "petals": 4}
"""Answers that an engine makes at the same time: its slots; more would wait there, whoever asked first."""


def places_of(spec: DestinationSpec) -> Queue:
    """The turns at a destination's engine."""
    return Turns(_AT_ONCE.get(spec.engine))


class EngineSource:
    """Tells `Upstream` where an engine listens at this moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def address(self) -> Address:
        """The engine's address.

        Raises:
            Unavailable: it is not ready; the reason is its own sentence.
        """
        status = self._engine.status
        if not status.ready:
            detail = status.detail.rstrip(".")
            raise Unavailable(f"is {status.state.value}" + (f" ({detail[0].lower()}{detail[1:]})" if detail else ""))
        return self._engine.address()


class CountingUpstream(Upstream):
    """An upstream that knows whether answers are under way; `idle` is set while none is."""

    def __init__(self, destination: str, source: Source) -> None:
        super().__init__(destination, source)
        self.idle = asyncio.Event()
        self.idle.set()
        self._open = 0

    @asynccontextmanager
    async def send(self, cleared: Cleared, *, whole: bool = False) -> AsyncIterator[AsyncIterator[Chunk]]:
        """As `Upstream.send`."""
        with self._under_way():
            async with super().send(cleared, whole=whole) as chunks:
                yield chunks

    async def embed(self, cleared: Cleared) -> dict[str, Any]:
        """As `Upstream.embed`."""
        with self._under_way():
            return await super().embed(cleared)

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        self._open += 1
        self.idle.clear()
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self.idle.set()


@dataclass(slots=True)
class Member:
    """One engine and the way to it. `leaving` ends it once nothing uses it any more."""

    spec: DestinationSpec
    engine: Engine
    upstream: CountingUpstream
    backend: Backend
    leaving: asyncio.Task[None] | None = None


class DestinationsChanged(Exception):
    """A policy asks for another engine under a name that has one already; the message says what to do."""


def in_use(policy: Policy) -> list[str]:
    """The destinations to which the policy may send something, best first."""
    named = [name for rule in policy.rules for name in (*rule.prefer, *(rule.require or ()))]
    return [name for name in dict.fromkeys([*policy.prefer, *named]) if name in policy.destinations]


class Fleet:
    """The engines that run.

    Args:
        make: makes (not starts) the engine of a destination; may raise EngineSettingsError.
        model_id: the id under which callers know a destination's model.
        turns: the places at a destination.
        embedding_model_id: the id of what computes embeddings there, if something does.
    """

    def __init__(
        self,
        make: Callable[[str, DestinationSpec], Engine],
        model_id: Callable[[DestinationSpec], str],
        turns: Callable[[str, DestinationSpec], Queue] = lambda name, spec: places_of(spec),
        embedding_model_id: Callable[[DestinationSpec], str | None] = lambda spec: None,
    ) -> None:
        self._make = make
        self._model_id = model_id
        self._turns = turns
        self._embedding_model_id = embedding_model_id
        self._members: dict[str, Member] = {}
        self._starting: set[asyncio.Task[object]] = set()
        self._ending: dict[str, asyncio.Task[None]] = {}

    @property
    def members(self) -> dict[str, Member]:
        """Destination → its engine, those that are leaving included."""
        return dict(self._members)

    def backends(self, policy: Policy) -> dict[str, Backend]:
        """Where the policy's destinations are reached."""
        return {name: self._members[name].backend for name in in_use(policy)}

    def refuse_changes(self, policy: Policy) -> None:
        """See that no destination in use has another engine than the one that runs.

        Raises:
            DestinationsChanged: one has.
        """
        for name in in_use(policy):
            member = self._members.get(name)
            if name in self._ending:
                raise DestinationsChanged(f"the engine of `{name}` is being stopped; the policy is taken over then")
            if member is not None and member.spec.identity != policy.destinations[name].spec.identity:
                raise DestinationsChanged(
                    f"destinations changed: `{name}` has another engine, model or address than the one that runs; "
                    "restart the gateway to take it over, or give the new one another name"
                )

    def add(self, policy: Policy) -> list[str]:
        """Make, not start, the engines that `policy` uses and that do not run; their destinations.

        Raises:
            DestinationsChanged, EngineSettingsError: nothing has been changed then.
        """
        self.refuse_changes(policy)
        made = {
            name: self._member(name, policy.destinations[name].spec)
            for name in in_use(policy)
            if name not in self._members
        }
        self._members |= made
        return list(made)

    def _member(self, name: str, spec: DestinationSpec) -> Member:
        engine = self._make(name, spec)
        upstream = CountingUpstream(name, EngineSource(engine))
        turns = self._turns(name, spec)
        backend = Backend(upstream, self._model_id(spec), engine.served_model, turns, self._embedding_model_id(spec))
        return Member(spec, engine, upstream, backend)

    async def start(self) -> None:
        """Start every engine; those that are there already stay as they are."""
        for member in list(self._members.values()):
            await member.engine.start()

    def start_soon(self, names: Iterable[str]) -> None:
        """Start these without waiting for them."""
        for name in names:
            task: asyncio.Task[object] = asyncio.create_task(self._members[name].engine.start())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    def keep_only(self, policy: Policy) -> None:
        """Let go of the engines that `policy` does not use, once their last answer has ended."""
        used = set(in_use(policy))
        for name, member in self._members.items():
            if name in used and member.leaving is not None:
                member.leaving.cancel()
                member.leaving = None
            elif name not in used and member.leaving is None:
                member.leaving = asyncio.create_task(self._leave(name, member))

    async def _leave(self, name: str, member: Member) -> None:
        await asyncio.sleep(_UNUSED)
        await member.upstream.idle.wait()
        # From here on there is no way back.
        del self._members[name]
        self._ending[name] = asyncio.create_task(self._end(name, member))

    async def _end(self, name: str, member: Member) -> None:
        await stop_all([member.engine])
        await member.upstream.close()
        del self._ending[name]

    async def stop(self) -> None:
        """End all of them, in bounded time."""
        members = list(self._members.values())
        waiting = [*self._starting, *(member.leaving for member in members if member.leaving is not None)]
        for task in waiting:
            task.cancel()
        engines = stop_all(member.engine for member in members)
        await asyncio.gather(engines, *waiting, *self._ending.values(), return_exceptions=True)

    async def close(self) -> None:
        """Close all connections."""
        for member in self._members.values():
            await member.upstream.close()
