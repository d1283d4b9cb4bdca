"""A soak: many clients at once for minutes, many of which go away, on the real local engine through a running gateway.

Nothing may leak, every answer that was read to its end must be whole, and the audit must tell of each one end. The
gateway and its engine are watched from outside; only its tasks it tells itself. Knows nothing of dialects.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gateway.bench import soak_checks, soak_traces
from gateway.bench.rig import Rig
from gateway.bench.soak_answers import Answer, begun
from gateway.bench.soak_clients import Client, Tally, asked, read, session
from gateway.bench.soak_prompts import DIALECTS, LONG_PROMPT, MODEL, MOST_TOKENS, PROMPTS, Dialect
from gateway.bench.soak_watch import PROC, Sample, look, youngest
from gateway.bench.workers import BenchError, Worker
from gateway.paths import Paths

PLACES = 4
"""Answers that the engine makes at the same time."""
_FIT_AT_ONCE = 64
"""Requests that never find the queue full."""
_TOKENS_OF_A_PROBE = 96
_TOKENS_TO_WARM_UP = 8
_PROBES = 5
_EVERY = 1.0
_LOOK_AGAIN = 0.2
_STILL = 5
"""Looks in a row that see no change."""
_SETTLED_WITHIN = 30.0
_WRITTEN_WITHIN = 10.0
_NAME = "gateway"
Both = dict[str, Sample]


@dataclass(slots=True)
class Seen:
    """What was seen of a soak.

    Attributes:
        alone: the answers to some prompts, asked one after the other before the load.
        warm, after: gateway and engine before the load, and once they had settled after it.
        during: the same, every second.
        at_once: answers that ran at the same time after it, of 4 requests and of 5.
        text_in: files in which a part of a prompt stands.
    """

    tally: Tally = field(default_factory=Tally)
    alone: dict[tuple[bool, int], Answer] = field(default_factory=dict)
    warm: Both = field(default_factory=dict)
    during: dict[str, list[Sample]] = field(default_factory=lambda: {_NAME: [], "engine": []})
    after: Both = field(default_factory=dict)
    at_once: tuple[int, int] = (0, 0)
    trail: soak_traces.Trail | None = None
    text_in: list[str] = field(default_factory=list)
    faults: int = 0


class _Watched:
    """The running gateway and its engine."""

    def __init__(self, worker: Worker, url: str, pid: int) -> None:
        self._worker = worker
        self.url = url
        self._pid = pid
        self._engine = youngest(pid)

    async def look(self) -> Both:
        """Both as they stand. To be awaited to its end: what the worker says next answers what it was asked next.

        Raises:
            BenchError: one of them has ended.
        """
        tasks = (await self._worker.ask())["tasks"]
        try:
            return {_NAME: look(self._pid, tasks), "engine": look(self._engine)}
        except OSError:
            raise BenchError("the gateway or its engine ended during the soak") from None

    async def watch(self, during: dict[str, list[Sample]], stop: asyncio.Event) -> None:
        """Look every second, until `stop` is set."""
        while not stop.is_set():
            for name, sample in (await self.look()).items():
                during[name].append(sample)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY)

    async def settled(self, level: Both | None = None) -> Both:
        """Both once nothing changes any more, or once they hold no more than at `level`; at the latest half a minute
        later."""
        end = asyncio.get_running_loop().time() + _SETTLED_WITHIN
        seen, still = await self.look(), 0
        while still < _STILL if level is None else not soak_checks.is_back(seen, level):
            if asyncio.get_running_loop().time() > end:
                break
            await asyncio.sleep(_LOOK_AGAIN)
            before, seen = seen, await self.look()
            still = still + 1 if soak_checks.is_back(seen, before) else 0
        return seen


async def measure(
    rig: Rig, streams: int, seconds: float, prompts: Sequence[int] = range(len(PROMPTS))
) -> dict[str, Any]:
    """Soak a gateway with `streams` clients at once; the counts, the figures and the checks.

    Args:
        prompts: which of the list are asked, by their place in it.

    Raises:
        BenchError: the gateway did not start, or the system does not tell of its processes.
    """
    if not PROC.joinpath("self", "fd").is_dir():
        raise BenchError("a soak watches processes in /proc, which only Linux has; run it there, in a container say")
    rig.say("soak: starting the gateway with llama.cpp")
    watched = await _start(rig)
    seen = Seen()
    rig.say(f"soak: {len(prompts)} prompts alone, then many at once to warm up")
    async with session(watched.url) as opened:
        await _warm_up(opened, seen, streams, prompts)
    seen.warm = await watched.settled()
    rig.say(f"soak: {streams} clients for {seconds:g} s")
    await _load(watched, seen, streams, seconds, prompts)
    seen.after = await watched.settled(seen.warm)
    rig.say("soak: looking whether every place is free, and at what is left on disk")
    async with session(watched.url) as opened:
        seen.at_once = (await _at_once(opened, PLACES), await _at_once(opened, PLACES + 1))
    await _traces(rig, seen)
    return {"streams": streams, "seconds": seconds, **soak_checks.report(seen, seconds)}


async def _start(rig: Rig) -> _Watched:
    destination = {"clearance": "private", "engine": "llama.cpp"}
    changes = {"destinations": {MODEL: destination}, "route": {"prefer": [MODEL], "on_unavailable": "refuse"}}
    config = rig.configure(destination, _NAME, changes)
    models = Paths(rig.directory / _NAME).models
    if not models.exists():
        models.symlink_to(rig.paths.models, target_is_directory=True)
    worker = await rig.worker("soak_gateway", str(config))
    started = await worker.hear()
    await rig.until_ready(f"{started['url']}/health/ready")
    return _Watched(worker, started["url"], started["pid"])


async def _warm_up(opened: Any, seen: Seen, streams: int, prompts: Sequence[int]) -> None:
    """Fill caches and pools. What is answered alone shows later whether others got their own answers."""
    for prompt in prompts:
        for dialect in ("chat", "completions"):
            found = await read(opened, dialect, prompt, MOST_TOKENS)
            seen.alone[(dialect == "chat", prompt)] = found.answer
    turn: list[tuple[Dialect, int]] = [
        (DIALECTS[number % 4], prompts[number // 4 % len(prompts)]) for number in range(min(streams, _FIT_AT_ONCE))
    ]
    await asyncio.gather(*(read(opened, dialect, prompt, _TOKENS_TO_WARM_UP) for dialect, prompt in turn))


async def _load(watched: _Watched, seen: Seen, streams: int, seconds: float, prompts: Sequence[int]) -> None:
    stop = asyncio.Event()
    watching = asyncio.create_task(watched.watch(seen.during, stop))
    end = asyncio.get_running_loop().time() + seconds
    try:
        async with session(watched.url) as opened:
            clients = (Client(number, opened, seen.tally, prompts) for number in range(streams))
            await asyncio.gather(*(client.until(end) for client in clients))
    finally:
        stop.set()
        await watching


async def _at_once(opened: Any, count: int) -> int:
    """How many of `count` requests are answered at the same time; the most of some tries, until it is all places."""
    most = 0
    for _ in range(_PROBES):
        most = max(most, await _most_running(opened, count))
        if most >= PLACES:
            break
    return most


async def _most_running(opened: Any, count: int) -> int:
    running = most = 0

    async def one() -> None:
        nonlocal running, most
        started = False
        async with asked(opened, "chat", LONG_PROMPT, _TOKENS_OF_A_PROBE) as (_, events):
            async for event in events:
                if not started and begun(event):
                    started = True
                    running += 1
                    most = max(most, running)
        running -= started

    await asyncio.gather(*(one() for _ in range(count)))
    return most


async def _traces(rig: Rig, seen: Seen) -> None:
    trail_of = partial(soak_traces.trail_of, rig.directory / _NAME / "audit.jsonl")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_WRITTEN_WITHIN):
            # The end of an answer is written after it was told.
            while (await asyncio.to_thread(trail_of)).without_one_end:  # noqa: ASYNC110 - another process writes
                await asyncio.sleep(_LOOK_AGAIN)
    seen.trail = trail_of()
    seen.text_in = soak_traces.files_with_text(rig.directory, [*PROMPTS, LONG_PROMPT])
    seen.faults = soak_traces.faults(rig.paths.logs / "soak_gateway.log")
