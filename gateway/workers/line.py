"""The line between the first process and a worker: both ask each other for things and tell each other things.

A socket pair (AF_UNIX stream) with messages in JSON, each after its length in four bytes. Nobody else has an end of it.
Knows nothing of what is asked.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

logger = logging.getLogger(__name__)
_LONGEST = 64 * 1024 * 1024
Answerer = Callable[[Mapping[str, Any]], Awaitable[Any]]


class LineClosed(Exception):
    """The other side is gone."""


class Refusal(Exception):
    """The other side could not do what was asked: `kind` is a word, `fields` belong to it. Holds no prompt text."""

    def __init__(self, kind: str, **fields: Any) -> None:
        super().__init__(kind)
        self.kind = kind
        self.fields = fields


class Line:
    """One end of a line.

    Args:
        answerers: what the other side may ask for or tell: a name → what does it. Each runs in a task of its own; what
            is only told is awaited in its order.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answerers: Mapping[str, Answerer]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._answerers = answerers
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @classmethod
    async def over(cls, end: socket.socket, answerers: Mapping[str, Answerer]) -> Line:
        """A line over one end of a socket pair."""
        end.setblocking(False)
        reader, writer = await asyncio.open_unix_connection(sock=end)
        return cls(reader, writer, answerers)

    async def ask(self, what: str, /, **fields: Any) -> Any:
        """The other side's answer.

        Raises:
            LineClosed: there is no other side any more. Refusal: it can't be done.
        """
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self._send({"ask": what, "number": number, "fields": fields})
            return await answer
        finally:
            self._asked.pop(number, None)

    def tell(self, what: str, /, **fields: Any) -> None:
        """Tell the other side, without waiting.

        Raises:
            LineClosed: there is none any more.
        """
        self._send({"tell": what, "fields": fields})

    def _send(self, message: dict[str, Any]) -> None:
        if self._closed:
            raise LineClosed
        body = orjson.dumps(message)
        self._writer.write(len(body).to_bytes(4, "big") + body)

    async def run(self) -> None:
        """Serve the other side until it closes."""
        try:
            while (message := await self._next()) is not None:
                await self._heard(message)
        finally:
            self.close()
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(LineClosed())
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _next(self) -> dict[str, Any] | None:
        try:
            length = int.from_bytes(await self._reader.readexactly(4), "big")
            if length > _LONGEST:
                return None
            message = orjson.loads(await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, OSError, orjson.JSONDecodeError):
            return None
        return message if isinstance(message, dict) else None

    async def _heard(self, message: dict[str, Any]) -> None:
        number = message.get("number")
        if "ask" in message:
            task = asyncio.create_task(self._answer(message["ask"], number, message["fields"]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            # It begins before the next message is looked at, which may take back what it does.
            await asyncio.sleep(0)
        elif "tell" in message:
            await self._do(message["tell"], message["fields"])
        else:
            answer = self._asked.get(int(number or 0))
            if answer is not None and not answer.done():
                if "refused" in message:
                    answer.set_exception(Refusal(message["refused"], **message["fields"]))
                else:
                    answer.set_result(message.get("answer"))

    async def _do(self, what: str, fields: Mapping[str, Any]) -> None:
        try:
            await self._answerers[what](fields)
        except Exception as error:
            # The type only: what was told may hold names.
            logger.error("what a process was told (%s) failed with %s (bug)", what, type(error).__name__)

    async def _answer(self, what: str, number: Any, fields: Mapping[str, Any]) -> None:
        try:
            reply = {"answer": await self._answerers[what](fields)}
        except Refusal as refusal:
            reply = {"refused": refusal.kind, "fields": refusal.fields}
        except Exception as error:
            logger.error("what a process was asked (%s) failed with %s (bug)", what, type(error).__name__)
            reply = {"refused": "bug", "fields": {}}
        if not self._closed:
            self._send({"number": number, **reply})

    def close(self) -> None:
        """Hang up."""
        self._closed = True
        self._writer.close()
