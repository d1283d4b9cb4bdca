"""What every worker that measures detection needs: one core, times of single texts, memory.

Standard library only, because a worker may run in another environment. Knows nothing of detectors.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any


def pin(core: int) -> None:
    """Keep this process, and every thread that it will start, on one core where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def timed(look: Callable[[str], Any], texts: Iterable[str]) -> dict[str, list[float]]:
    """Seconds that `look` takes for each text, one after the other: by the clock, and of the processor's time.

    The two differ by what other processes took of the core meanwhile.
    """
    seconds: dict[str, list[float]] = {"clock": [], "cpu": []}
    for text in texts:
        start, used = time.perf_counter(), time.process_time()
        look(text)
        seconds["clock"].append(time.perf_counter() - start)
        seconds["cpu"].append(time.process_time() - used)
    return seconds


def peak_memory_mib() -> float:
    """The most memory that this process has had, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)
