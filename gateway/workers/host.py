"""Starts the workers, keeps them running, and tells them how the engines stand. Runs in the first process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from typing import Any

from gateway.declassified import conversation_secret
from gateway.running import RunningGateway
from gateway.workers.desk import Desk, told_of
from gateway.workers.line import Line, LineClosed, Refusal
from gateway.workers.merged import merged

logger = logging.getLogger(__name__)
_TELL_EVERY = 0.1
_PATIENCE = 5.0
"""Seconds in which a worker must have ended, or told its metrics."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


class Workers:
    """The workers of one gateway.

    Args:
        listeners: one for each worker, bound and not yet listening.
    """

    def __init__(self, gateway: RunningGateway, listeners: list[socket.socket]) -> None:
        self._gateway = gateway
        self._listeners = listeners
        self._lines: dict[int, Line] = {}
        self._told: dict[str, Any] = {}
        self._stopping = False

    @property
    def running(self) -> int:
        """How many processes answer, this one included."""
        return 1 + len(self._lines)

    async def run(self) -> None:
        """Keep all of them running until cancelled; then end them."""
        keeping = [asyncio.create_task(self._keep(number)) for number in range(len(self._listeners))]
        try:
            await self._tell_forever()
        finally:
            self._stopping = True
            self._tell_all("stop")
            _, late = await asyncio.wait(keeping, timeout=_PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)

    async def _keep(self, number: int) -> None:
        """Start worker `number` again whenever it ends."""
        pause = _FIRST_PAUSE
        while not self._stopping:
            began = asyncio.get_running_loop().time()
            try:
                code = await self._run_once(number)
            except OSError as error:
                logger.error("worker %d can't be started: %s", number + 2, error.strerror)
                code = -1
            if self._stopping:
                return
            if asyncio.get_running_loop().time() - began > _LONGEST_PAUSE:
                pause = _FIRST_PAUSE
            logger.error("worker %d ended with status %d; it is started again in %g s", number + 2, code, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _run_once(self, number: int) -> int:
        ours, theirs = socket.socketpair()
        descriptors = (self._listeners[number].fileno(), theirs.fileno())
        command = (sys.executable, "-I", "-m", "gateway.workers.child", *map(str, descriptors))
        with contextlib.closing(theirs):
            # In a session of its own: Ctrl-C is the first process's to hear.
            process = await asyncio.create_subprocess_exec(
                *command, pass_fds=descriptors, stdin=DEVNULL, start_new_session=True
            )
        try:
            await self._serve(number, ours)
            async with asyncio.timeout(_PATIENCE):
                return await process.wait()
        except TimeoutError:
            return -1
        finally:
            await _end(process)

    async def _serve(self, number: int, end: socket.socket) -> None:
        """Answer one worker until its line closes."""
        desk = Desk(self._gateway, self.exposition)

        async def hello(fields: Mapping[str, Any]) -> dict[str, Any]:
            effective = self._gateway.effective
            return {
                "settings": effective.settings.model_dump(mode="json"),
                "origins": effective.origins,
                "audit": str(self._gateway.audit.path),
                "secret": conversation_secret().hex(),
                **told_of(self._gateway),
            }

        async def ready(fields: Mapping[str, Any]) -> None:
            self._lines[number] = line
            line.tell("engines", **told_of(self._gateway))

        line = await Line.over(end, {**desk.answerers(), "hello": hello, "ready": ready})
        try:
            await line.run()
        finally:
            self._lines.pop(number, None)
            await desk.close()

    async def _tell_forever(self) -> None:
        while True:
            now = told_of(self._gateway)
            if now != self._told:
                self._told = now
                self._tell_all("engines", **now)
            await asyncio.sleep(_TELL_EVERY)

    def _tell_all(self, what: str, **fields: Any) -> None:
        for line in list(self._lines.values()):
            with contextlib.suppress(LineClosed):
                line.tell(what, **fields)

    def reload(self) -> None:
        """Have all of them look at the policy's files at once."""
        self._tell_all("reload")

    async def exposition(self) -> bytes:
        """The metrics of all processes together; those of one that does not answer are missing."""
        own = self._gateway.metrics.exposition().decode()
        told = await asyncio.gather(*map(_metrics_of, list(self._lines.values())))
        return merged([own, *(text for text in told if text is not None)])


async def _metrics_of(line: Line) -> str | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            return str(await line.ask("metrics"))
    except (LineClosed, Refusal, TimeoutError):
        return None


async def _end(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
