"""What a measurement ran on: processor, load, disk, versions."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gateway.bench.figures import median

_FLUSHES = 40
_PACKAGES = ("aiohttp", "starlette", "uvicorn", "uvloop", "httptools", "orjson", "onnxruntime", "xllamacpp")


def facts(directory: Path) -> dict[str, Any]:
    """The machine as plain data. `directory` is where an audit trail would be written."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(terse=True),
        "load_average_1_min": round(os.getloadavg()[0], 2),
        "disk_flush_ms": round(_flush(directory) * 1000, 3),
    }


def versions() -> dict[str, str]:
    """Versions of what the gateway's speed depends on."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _flush(directory: Path) -> float:
    """Seconds (median) that a short record needs to reach the disk: every request waits for one."""
    path = directory / "flush"
    sync = getattr(os, "fdatasync", os.fsync)
    samples = []
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        for _ in range(_FLUSHES):
            start = time.perf_counter()
            os.write(descriptor, b"x" * 700 + b"\n")
            sync(descriptor)
            samples.append(time.perf_counter() - start)
    finally:
        os.close(descriptor)
        path.unlink()
    return median(samples)
