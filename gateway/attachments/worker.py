"""Child entry: reads attachments in a process of its own, which ends with them.

Runs as ``python -I -m gateway.attachments.worker``. On stdin comes a line of JSON (the files' kinds, names and sizes)
and then their bytes; on stdout goes one line of JSON with a reading for each. Before the first byte is parsed the
process has given up what a parser of strangers' files must not have: files to write, the network, other programs,
memory and time without end.
"""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from gateway.attachments.formats import read

MEMORY = 4 * 1024**3
"""Bytes of address space; onnxruntime and OpenCV reserve some 1.5 GiB of it before they read anything."""
CPU_SECONDS = 120
_WRITES = frozenset("wax+")
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename")


def give_up() -> None:
    """Give up what reading does not need, for the rest of this process's life."""
    logging.disable(logging.CRITICAL)
    # When memory runs short, this process goes before the gateway does.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    _limit()
    sys.addaudithook(_refuse)


def _limit() -> None:
    """The kernel's limits (setrlimit(2)); a system that has none of them still has the parent's deadline."""
    with suppress(ImportError):
        import resource

        for name, limit in (
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_CPU, CPU_SECONDS),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(OSError, ValueError):
                resource.setrlimit(name, (limit, limit))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook (PEP 578), which can't be taken off again."""
    writes = event == "open" and isinstance(arguments[1], str) and not _WRITES.isdisjoint(arguments[1])
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError("attachments are read without that")


def main() -> None:
    """Read what stdin brings, and answer."""
    give_up()
    source = sys.stdin.buffer
    asked = json.loads(source.readline())
    readings = [read(item["kind"], item["name"], source.read(item["size"])).to_wire() for item in asked]
    sys.stdout.buffer.write(json.dumps(readings).encode("ascii", "strict"))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
