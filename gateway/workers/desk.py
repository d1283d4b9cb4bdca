"""What the first process does for one worker: writes its records, gives it turns, tells it of the engines."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from gateway.audit.log import AuditError
from gateway.backends import abilities
from gateway.backends.fleet import Member
from gateway.backends.turns import Busy
from gateway.backends.upstream import Address, Unavailable
from gateway.running import RunningGateway
from gateway.workers.line import Answerer, Refusal

Exposition = Callable[[], Awaitable[bytes]]


class Desk:
    """Answers one worker.

    Args:
        gateway: with the audit file and the engines.
        exposition: the metrics of all processes together.
    """

    def __init__(self, gateway: RunningGateway, exposition: Exposition) -> None:
        self._gateway = gateway
        self._exposition = exposition
        self._turns: dict[int, asyncio.Task[None]] = {}
        self._left: dict[int, asyncio.Event] = {}

    def answerers(self) -> dict[str, Answerer]:
        """What the worker may ask for and tell."""
        return {
            "append": self._append,
            "append_soon": self._append_soon,
            "turn": self._turn,
            "leave": self._leave,
            "status": self._status,
            "metrics": self._metrics,
        }

    async def _append(self, fields: Mapping[str, Any]) -> None:
        try:
            await self._gateway.audit.append(fields["record"])
        except AuditError:
            raise Refusal("audit") from None

    async def _append_soon(self, fields: Mapping[str, Any]) -> None:
        failed = self._gateway.metrics.audit_failed
        try:
            self._gateway.audit.append_soon(fields["record"], failed)
        except AuditError:
            failed()

    async def _status(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return await self._gateway.engine_status()

    async def _metrics(self, fields: Mapping[str, Any]) -> str:
        return (await self._exposition()).decode()

    async def _turn(self, fields: Mapping[str, Any]) -> None:
        """Return once the worker has its turn, which it keeps until it tells that it leaves."""
        number = int(fields["turn"])
        member = self._gateway.fleet.members.get(fields["destination"])
        if member is None:
            raise Refusal("unavailable")
        left = self._left[number] = asyncio.Event()
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = self._turns[number] = asyncio.create_task(_hold(member, fields["caller"], granted, left))
        task.add_done_callback(lambda _: self._forget(number))
        try:
            await granted
        except Busy as busy:
            raise Refusal("busy", reason=busy.reason, retry_after=busy.retry_after) from None

    def _forget(self, number: int) -> None:
        self._turns.pop(number, None)
        self._left.pop(number, None)

    async def _leave(self, fields: Mapping[str, Any]) -> None:
        number = int(fields["turn"])
        if (left := self._left.get(number)) is not None:
            left.set()

    async def close(self) -> None:
        """Give back every turn of a worker that is gone."""
        tasks = list(self._turns.values())
        for left in self._left.values():
            left.set()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hold(member: Member, caller: str | None, granted: asyncio.Future[None], left: asyncio.Event) -> None:
    """Take a turn and keep it until it is `left`; who leaves while waiting never gets one."""
    taking = asyncio.create_task(_keep(member, caller, granted, left))
    leaving = asyncio.create_task(left.wait())
    await asyncio.wait((taking, leaving), return_when=asyncio.FIRST_COMPLETED)
    if not granted.done():
        taking.cancel()
    leaving.cancel()
    await asyncio.gather(taking, leaving, return_exceptions=True)
    if not granted.done():
        granted.cancel()


async def _keep(member: Member, caller: str | None, granted: asyncio.Future[None], left: asyncio.Event) -> None:
    try:
        async with member.backend.turns.turn(caller):
            if not granted.done():
                granted.set_result(None)
            await left.wait()
    except Busy as busy:
        if not granted.done():
            granted.set_exception(busy)


def told_of(gateway: RunningGateway) -> dict[str, Any]:
    """How the engines stand, as workers are told: statuses, addresses with their keys, and abilities."""
    return {"engines": {name: _engine(member) for name, member in gateway.fleet.members.items()}}


def _engine(member: Member) -> dict[str, Any]:
    status = member.engine.status
    address: Address | None = None
    if status.ready:
        try:
            address = member.engine.address()
        except Unavailable:
            address = None
    told = abilities.told_of(member.spec)
    return {
        "identity": member.spec.identity,
        "status": {**asdict(status), "state": status.state.value},
        "address": _address(address),
        "abilities": sorted(told.names),
        "context_length": told.context_length,
    }


def _address(address: Address | None) -> dict[str, Any] | None:
    if address is None:
        return None
    told = asdict(address)
    key = address.ticket_key
    return {
        **told,
        "socket": str(address.socket) if address.socket is not None else None,
        "ticket_key": b64encode(key).decode() if key is not None else None,
    }
