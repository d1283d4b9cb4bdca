"""Worker: Sepal's own detector on one core. Runs as ``python -m gateway.bench.detecting CORE``.

Takes three kinds of work: texts one by one, prompts that rules alone can settle, and conversations that grow
turn by turn. Nothing that was seen before is remembered but where that is what is measured.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from importlib.metadata import version
from typing import Any

from gateway.bench.lines import answer, claim_stdout, say
from gateway.bench.one_core import peak_memory_mib, pin, timed
from gateway.detection.findings import Detector
from gateway.detection.inspect import Inspector
from gateway.prompt import read_prompt

_NO_HURRY = 3_600.0


def main() -> None:
    """Load, say so, and work until there is no more."""
    out = claim_stdout()
    pin(int(sys.argv[1]))
    start = time.perf_counter()
    from gateway.detection.engine import build_detector

    detector = build_detector()
    ready = round(time.perf_counter() - start, 2)
    versions = {"sepal-gateway": version("sepal-gateway"), "onnxruntime": version("onnxruntime")}
    hello = {"ready_s": ready, "memory_mib": peak_memory_mib(), "versions": versions, "detector": detector.version}
    say(out, hello)

    def handle(work: dict[str, Any]) -> dict[str, Any]:
        if work.get("do") == "turns":
            return {"turns": [asyncio.run(_turns(detector, messages)) for messages in work["conversations"]]}
        if work.get("do") == "settled":
            return {"seconds": _settled(detector, work["texts"], frozenset(work["enough"]))}
        seconds = timed(lambda text: detector.detect([text]), work["texts"])
        return {"seconds": seconds, "memory_mib": peak_memory_mib()}

    answer(out, handle)


Messages = list[dict[str, str]]


async def _inspect(inspector: Inspector, messages: Messages) -> tuple[float, float]:
    """Milliseconds to read and inspect these messages: by the clock, and of the processor's time."""
    start, used = time.perf_counter(), time.process_time()
    inspection = await inspector.inspect(read_prompt({"messages": messages}))
    if inspection.failed:
        raise RuntimeError(f"detection failed: {inspection.failed}")
    return (time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000


async def _turns(detector: Detector, messages: Messages) -> list[dict[str, float]]:
    """For each turn of the user: the whole conversation up to there, earlier turns seen, and what is new alone.

    What is new is the turn itself and the answer before it. Alone it is looked at three times, and the median counts.
    """
    remembering = Inspector(detector, timeout=_NO_HURRY, threads=1)
    turns = []
    for end in range(1, len(messages) + 1, 2):
        whole = await _inspect(remembering, messages[:end])
        alone = []
        for _ in range(3):
            fresh = Inspector(detector, timeout=_NO_HURRY, threads=1, cache_size=0)
            alone.append(await _inspect(fresh, messages[max(0, end - 2) : end]))
            fresh.close()
        new = [statistics.median(figures) for figures in zip(*alone, strict=True)]
        names = ("whole_ms", "whole_cpu_ms", "new_ms", "new_cpu_ms")
        turns.append({name: round(value, 3) for name, value in zip(names, (*whole, *new), strict=True)})
    remembering.close()
    return turns


def _settled(detector: Detector, texts: list[str], enough: frozenset[str]) -> dict[str, list[float]]:
    """Seconds for each text where a finding of one of `enough` makes looking further needless."""
    inspector = Inspector(detector, timeout=_NO_HURRY, threads=1, cache_size=0, enough=enough)
    with asyncio.Runner() as runner:
        seconds = timed(lambda text: runner.run(_inspect(inspector, [{"role": "user", "content": text}])), texts)
    inspector.close()
    return seconds


if __name__ == "__main__":
    main()
