"""Reads attachments off the event loop: each request's in a process of its own, which is killed at the deadline.

A hostile file can neither hang the gateway nor crash it, and nothing of it is left for the next request. What can't be
read for whatever reason becomes a reading that says so. Knows nothing of file formats, and nothing of policies.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import OrderedDict
from collections.abc import Sequence
from importlib.util import find_spec

from gateway.attachments.part import Attachment
from gateway.attachments.reading import Reading

_NEEDED = ("pypdfium2", "rapidocr", "openpyxl", "PIL")
"""What the extra `files` installs."""


def is_installed() -> bool:
    """Whether the extra `files` is there. Without it nothing is read."""
    return all(find_spec(name) is not None for name in _NEEDED)


class Reader:
    """Reads attachments for many requests.

    Args:
        deadline: seconds for one request's attachments; waiting for others' counts.
        at_once: processes at the same time.
        remembered: characters of readings that are kept in memory, since a conversation sends its files with each turn.
    """

    def __init__(self, *, deadline: float = 60.0, at_once: int = 1, remembered: int = 4_000_000) -> None:
        self._deadline = deadline
        self._turns = asyncio.Semaphore(at_once)
        self._remembered = remembered
        self._known: OrderedDict[bytes, Reading] = OrderedDict()
        self._command = [sys.executable, "-I", "-m", "gateway.attachments.worker"]

    async def read(self, attachments: Sequence[Attachment]) -> dict[bytes, Reading]:
        """Digest → what came of it, for each of `attachments`. Never raises for what they hold."""
        asked = {item.digest: item for item in attachments}
        found = {digest: self._known[digest] for digest in asked if digest in self._known}
        new = [item for digest, item in asked.items() if digest not in found]
        if new:
            read = await self._read_new(new)
            found |= dict(zip((item.digest for item in new), read, strict=True))
        for digest in asked:
            self._remember(digest, found[digest])
        return found

    async def _read_new(self, attachments: Sequence[Attachment]) -> list[Reading]:
        try:
            async with asyncio.timeout(self._deadline), self._turns:
                return await self._in_process(attachments)
        except TimeoutError:
            return [Reading(problem="not read in time")] * len(attachments)
        except (OSError, ValueError, TypeError, KeyError):
            # It could not start, or died without an answer.
            return [Reading(problem="reading failed")] * len(attachments)

    async def _in_process(self, attachments: Sequence[Attachment]) -> list[Reading]:
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=nowhere, env=_environment()
        )
        try:
            sizes = [{"kind": item.kind, "name": item.name, "size": len(item.data)} for item in attachments]
            head = json.dumps(sizes).encode() + b"\n"
            answer, _ = await process.communicate(head + b"".join(item.data for item in attachments))
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        readings = [Reading.from_wire(item) for item in json.loads(answer)]
        if len(readings) != len(attachments):
            raise ValueError("another number of readings than of attachments")
        return readings

    def _remember(self, digest: bytes, reading: Reading) -> None:
        """Keep what will be asked again; what failed for want of time may succeed the next time."""
        if reading.problem in ("not read in time", "reading failed"):
            return
        self._known[digest] = reading
        self._known.move_to_end(digest)
        while len(self._known) > 1 and sum(map(_weight, self._known.values())) > self._remembered:
            self._known.popitem(last=False)


def _environment() -> dict[str, str]:
    """What programs need to start; the gateway's keys are not among it."""
    kept = ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _weight(reading: Reading) -> int:
    return 1000 + sum(len(item.text) for item in reading.texts)
