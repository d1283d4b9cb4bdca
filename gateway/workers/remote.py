"""A worker's view of what the first process has: its audit file, its engines, the turns at them.

Each stands where the real one stands in a gateway of one process.
"""

from __future__ import annotations

import contextlib
import itertools
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from gateway.audit.log import AuditError
from gateway.backends.engines.engine import Engine
from gateway.backends.status import EngineState, EngineStatus
from gateway.backends.turns import Busy
from gateway.backends.upstream import Address, Unavailable
from gateway.workers.line import Line, LineClosed, Refusal

_OF_REQUESTS = frozenset({"decision", "outcome"})
"""Events that a worker records. The rest happens in every process, and the first one records it."""


class RemoteAudit:
    """The audit file of the first process."""

    def __init__(self, line: Line, path: Path) -> None:
        self.path = path
        self._line = line

    async def append(self, record: dict[str, Any]) -> None:
        """Write `record`; return when it is on disk.

        Raises:
            AuditError: it could not be written.
        """
        try:
            await self._line.ask("append", record=record)
        except (LineClosed, Refusal) as problem:
            raise AuditError(f"the first process did not write it ({type(problem).__name__})") from None

    def append_soon(self, record: dict[str, Any], failed: Callable[[], None] = lambda: None) -> None:
        """Write `record` without waiting.

        Raises:
            AuditError: the first process is gone.
        """
        if record["event"] not in _OF_REQUESTS:
            return
        try:
            self._line.tell("append_soon", record=record)
        except LineClosed:
            raise AuditError("the first process is gone") from None

    def close(self) -> None:
        """Nothing is to be released here."""


class RemoteEngine:
    """An engine that the first process runs.

    Args:
        made: the same engine, made and never started: what is wrong with its settings is seen in every process.
    """

    def __init__(self, name: str, made: Engine) -> None:
        self._name = name
        self._made = made
        self._address: Address | None = None
        self.forget()

    @property
    def status(self) -> EngineStatus:
        """How it stood when the first process told last."""
        return self._status

    @property
    def served_model(self) -> str:
        """The model id that its requests must carry."""
        return self._made.served_model

    def address(self) -> Address:
        """Where it listens.

        Raises:
            Unavailable: that is not known.
        """
        if self._address is None:
            raise Unavailable("is starting")
        return self._address

    def forget(self) -> None:
        """Nothing that was told is true of this engine."""
        self._status = EngineStatus(self._name, EngineState.STARTING, "The first process has not told of it yet.")
        self._address = None

    def heard(self, told: Mapping[str, Any]) -> None:
        """Take over what the first process tells of it."""
        status = told["status"]
        self._status = EngineStatus(**{**status, "state": EngineState(status["state"])})
        self._address = _address(told["address"]) if told["address"] is not None else None

    async def start(self, wait: float | None = None) -> EngineStatus:
        """The first process does that."""
        return self._status

    async def stop(self) -> None:
        """The first process does that."""


def _address(told: Mapping[str, Any]) -> Address:
    key = told["ticket_key"]
    return Address(
        **{
            **told,
            "socket": Path(told["socket"]) if told["socket"] is not None else None,
            "ticket_key": b64decode(key) if key is not None else None,
        }
    )


class RemoteTurns:
    """The turns at a destination, which the first process gives to the callers of all processes."""

    _numbers = itertools.count(1)

    def __init__(self, line: Line, destination: str) -> None:
        self._line = line
        self._destination = destination

    @asynccontextmanager
    async def turn(self, caller: str | None) -> AsyncIterator[None]:
        """Wait for a place, and keep it as long as the context is open.

        Raises:
            Busy: the line is full, or it took too long. Unavailable: the first process is gone.
        """
        number = next(self._numbers)
        try:
            await self._line.ask("turn", turn=number, destination=self._destination, caller=caller)
            yield
        except Refusal as refusal:
            if refusal.kind == "busy":
                raise Busy(str(refusal.fields["reason"]), int(refusal.fields["retry_after"])) from None
            raise Unavailable("can't be reached (Refusal)") from None
        except LineClosed:
            raise Unavailable("can't be reached (LineClosed)") from None
        finally:
            with contextlib.suppress(LineClosed):
                self._line.tell("leave", turn=number)
