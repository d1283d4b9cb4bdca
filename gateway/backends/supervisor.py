"""Keeps one engine process running: readiness, restarts with back-off, a state a person understands.

    stopped → starting → ready → restarting → ready ...
                             ↘ failed (after several quick failures; goes on trying, slowly)

An engine's crash only ever changes its state. Knows nothing of what engines answer, nor of requests.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from gateway.backends.leashed import EventCallback, Launch, LeashedProcess, StartError
from gateway.backends.probe import http_status
from gateway.backends.status import EngineState, EngineStatus

log = logging.getLogger(__name__)

_PROBE_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long to wait before a start, in seconds.

    The n-th failure in a row waits ``first * factor ** (n - 1)``, at most `longest`, spread by
    ± `jitter` of it. A run that was ready for `stable` seconds ends the row. From `patience` failures
    on the engine counts as failed and is tried every `slow` seconds.
    """

    first: float = 0.25
    factor: float = 2.0
    longest: float = 30.0
    jitter: float = 0.2
    stable: float = 10.0
    patience: int = 5
    slow: float = 30.0

    def delay(self, failures: int) -> float:
        """Seconds to wait after `failures` failures in a row."""
        wait = self.slow if self.gave_up(failures) else min(self.longest, self._growing(failures))
        return wait * random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - no secret

    def gave_up(self, failures: int) -> bool:
        """True if so many failures in a row make the engine count as failed."""
        return failures >= self.patience

    def _growing(self, failures: int) -> float:
        return self.first * self.factor ** min(failures - 1, 64)


class EngineProcess:
    """One engine, kept running from `start` to `stop`. To be used from one event loop.

    Args:
        name: names the engine in status, log file and messages.
        launch: makes the command for each start (a fresh free port, say).
        secrets: makes the secrets for each start; they reach the child through its channel only.
        log_path: file that gets the child's stdout and stderr.
        on_event: called with the child's events, and with ``state`` (fields ``state``, ``detail``)
            whenever the state or its detail changes. What it raises is logged and dropped.
        ready_within: seconds a start may take before it counts as failed.
    """

    def __init__(
        self,
        name: str,
        launch: Callable[[], Launch],
        *,
        log_path: Path,
        secrets: Callable[[], dict[str, str]] = dict,
        on_event: EventCallback | None = None,
        ready_within: float = 60.0,
        back_off: BackOff | None = None,
    ) -> None:
        self._launch = launch
        self._make_secrets = secrets
        self._log_path = log_path
        self._on_event = on_event
        self._ready_within = ready_within
        self._back_off = back_off or BackOff()
        self._status = EngineStatus(name, EngineState.STOPPED, "It has not been started.", since=time.time())
        self._secrets: dict[str, str] = {}
        self._reason: str | None = None
        self._ready_event = asyncio.Event()
        self._changed = asyncio.Event()
        self._process: LeashedProcess | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """The engine's name."""
        return self._status.name

    @property
    def status(self) -> EngineStatus:
        """How it stands now."""
        pid = self._process.pid if self._process else None
        return replace(self._status, pid=pid)

    def secret(self, name: str) -> str | None:
        """A secret of the present start; None when there is none. Keep it in memory only."""
        return self._secrets.get(name)

    async def start(self, wait: float | None = None) -> EngineStatus:
        """Start it, unless that was done. Waits up to `wait` seconds until it is ready or failed."""
        if self._stopping is not None:
            await asyncio.shield(self._stopping)
        if self._task is None:
            self._stopping = None
            self._enter(EngineState.STARTING, "It is starting.", restarts=0)
            self._task = asyncio.create_task(self._supervise(), name=f"engine {self.name}")
        if wait:
            await self.settled(wait)
        return self.status

    async def settled(self, wait: float) -> EngineStatus:
        """Wait up to `wait` seconds until it is ready, failed or stopped; its status then."""
        settled = (EngineState.READY, EngineState.FAILED, EngineState.STOPPED)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                while self._status.state not in settled:
                    self._changed.clear()
                    await self._changed.wait()
        return self.status

    async def stop(self) -> None:
        """End it and everything that came out of it, within 8 s and whatever it is doing. May be repeated."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop())
        await asyncio.shield(self._stopping)

    async def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        await self._end_process()
        self._secrets = {}
        self._enter(EngineState.STOPPED, "It was stopped.", base_url=None)

    async def _end_process(self) -> None:
        if self._process is not None:
            await self._process.end()
            self._process = None

    async def _supervise(self) -> None:
        failures = 0
        while True:
            try:
                reason, ready_for = await self._run_once()
            except Exception as error:
                log.exception("engine %s: supervision erred", self.name)
                await self._end_process()
                reason, ready_for = f"It could not be started: {type(error).__name__}.", 0.0
            failures = 1 if ready_for >= self._back_off.stable else failures + 1
            delay = self._back_off.delay(failures)
            gave_up = self._back_off.gave_up(failures)
            state = EngineState.FAILED if gave_up else EngineState.RESTARTING
            often = f" (failed {failures} times in a row)" if failures > 1 else ""
            self._enter(state, f"{reason} Next start in {delay:.1f} s{often}.", base_url=None)
            await asyncio.sleep(delay)
            self._enter(state, "It is starting again.", restarts=self._status.restarts + 1)

    async def _run_once(self) -> tuple[str, float]:
        """Start it, wait for its end; why it ended, in a sentence, and for how many seconds it was ready."""
        try:
            launch = self._launch()
        except StartError as error:
            return str(error), 0.0
        self._secrets = self._make_secrets()
        self._reason = None
        self._ready_event.clear()
        self._status = replace(self._status, base_url=launch.base_url)
        try:
            self._process = await LeashedProcess.start(
                launch, secrets=self._secrets, log=self._log_path, on_event=self._heard
            )
        except StartError as error:
            return f"It {error}.", 0.0
        exited = asyncio.create_task(self._process.exited())
        became_ready = asyncio.create_task(self._becomes_ready(launch))
        ready_at: float | None = None
        try:
            await asyncio.wait([exited, became_ready], timeout=self._ready_within, return_when=asyncio.FIRST_COMPLETED)
            if became_ready.done() and not exited.done():
                became_ready.result()
                self._enter(EngineState.READY, "It is ready.", base_url=self._status.base_url)
                ready_at = time.monotonic()
                await asyncio.wait([exited])
            elif not exited.done():
                await self._process.end()
                return f"It was not ready within {self._ready_within:.0f} s and was ended.", 0.0
            return self._exit_reason(exited.result()), time.monotonic() - ready_at if ready_at else 0.0
        finally:
            became_ready.cancel()
            exited.cancel()
            if exited.done():
                self._process = None

    async def _becomes_ready(self, launch: Launch) -> None:
        if launch.base_url is None or launch.probe_path is None:
            await self._ready_event.wait()
        if launch.probe_path is not None:
            url = f"{self._status.base_url}{launch.probe_path}"
            while await http_status(url, api_key=self.secret("api_key")) != 200:  # noqa: ASYNC110
                await asyncio.sleep(_PROBE_EVERY)

    def _exit_reason(self, status: int) -> str:
        if self._reason:
            return self._reason
        how = f"was ended by signal {status - 128}" if status > 128 else f"exited with status {status}"
        return f"It {how}; its log is {self._log_path}."

    def _heard(self, event: str, fields: dict[str, object]) -> None:
        message = str(fields.get("message", ""))
        if event == "ready":
            base_url = fields.get("base_url")
            if isinstance(base_url, str):
                self._status = replace(self._status, base_url=base_url)
            self._ready_event.set()
        elif event == "progress" and not self._status.ready:
            self._enter(self._status.state, message)
        elif event == "failed":
            self._reason = message
        self._tell(event, fields)

    def _enter(self, state: EngineState, detail: str, **changes: object) -> None:
        since = self._status.since if state is self._status.state else time.time()
        self._status = replace(self._status, state=state, detail=detail, since=since, **changes)  # type: ignore[arg-type]
        self._changed.set()
        self._tell("state", {"state": state.value, "detail": detail})

    def _tell(self, event: str, fields: dict[str, object]) -> None:
        if self._on_event is None:
            return
        try:
            self._on_event(event, fields)
        except Exception:
            log.exception("engine %s: the receiver of its events erred", self.name)


class Stoppable(Protocol):
    """Anything with a `stop` that ends in bounded time."""

    async def stop(self) -> None:
        """End it."""


async def stop_all(engines: Iterable[Stoppable]) -> None:
    """Stop all of them at the same time; takes as long as the slowest. What one raises is logged."""
    results = await asyncio.gather(*(engine.stop() for engine in engines), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            log.error("an engine could not be stopped cleanly: %s", type(result).__name__)
