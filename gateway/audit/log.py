"""The audit file: JSON Lines, appended only, each record carrying the hash of the one before.

A record's hash is the SHA-256 of its line's bytes without the line break. One writer thread
commits whatever has gathered with one fdatasync, so durability costs one flush for many requests.
Knows nothing of what records mean.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import queue
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import orjson

from gateway.audit.record import now

GENESIS = "0" * 64


class AuditError(Exception):
    """The audit trail can't be written. Nothing may be dispatched then."""


def line_hash(line: bytes) -> str:
    """The hash that the next record carries."""
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def _last_lines(path: Path) -> tuple[bytes, bool]:
    """The last whole record line (empty if none), and whether a torn line follows it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        block = min(size, 4 * 1024 * 1024)
        file.seek(size - block)
        lines = file.read(block).split(b"\n")
    torn = lines.pop() != b""
    whole = [line for line in lines if line.startswith(b"{") and line.endswith(b"}")]
    return (whole[-1] if whole else b""), torn


class AuditLog:
    """An open audit file; `append` returns once the record is on disk.

    One process writes a file at a time: a second one gets an `AuditError`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._fd)
            raise AuditError(
                f"another gateway is writing {path}; stop it, or give this one its own with --state-dir"
            ) from None
        except OSError as error:
            raise AuditError(f"the audit file {path} can't be opened for writing: {error.strerror}") from None
        last, torn = _last_lines(path)
        self._prev = line_hash(last) if last else GENESIS
        self._seq = int(orjson.loads(last).get("seq", 0)) if last else 0
        if torn:
            os.write(self._fd, b"\n")
        self._queue: queue.SimpleQueue[tuple[dict[str, Any], Future[None]] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._write_forever, name="sepal-audit", daemon=True)
        self._thread.start()
        if torn:
            self.append_blocking({"event": "recovered", "why": "the last record was cut off when the gateway stopped"})

    def _submit(self, record: dict[str, Any]) -> Future[None]:
        if self._closed:
            raise AuditError("the audit log is closed")
        done: Future[None] = Future()
        self._queue.put((record, done))
        return done

    async def append(self, record: dict[str, Any]) -> None:
        """Write `record`; return when it is on disk.

        Raises:
            AuditError: it could not be written.
        """
        await asyncio.shield(asyncio.wrap_future(self._submit(record)))

    def append_blocking(self, record: dict[str, Any]) -> None:
        """`append` for code outside the event loop."""
        self._submit(record).result()

    def append_soon(self, record: dict[str, Any]) -> None:
        """Write `record` without waiting, e.g. the outcome of a request whose caller has gone."""
        self._submit(record)

    def _write_forever(self) -> None:
        while (item := self._queue.get()) is not None:
            batch = [item]
            closing = False
            while not self._queue.empty():
                following = self._queue.get_nowait()
                if following is None:
                    closing = True
                    break
                batch.append(following)
            self._commit(batch)
            if closing:
                return

    def _commit(self, batch: list[tuple[dict[str, Any], Future[None]]]) -> None:
        seq, prev = self._seq, self._prev
        lines = []
        for record, _ in batch:
            seq += 1
            line = orjson.dumps({"seq": seq, "time": now(), **record, "prev": prev})
            prev = line_hash(line)
            lines.append(line)
        start = os.fstat(self._fd).st_size
        data = b"\n".join(lines) + b"\n"
        try:
            written = os.write(self._fd, data)
            if written != len(data):
                raise OSError(28, "no space left on the device")
            os.fdatasync(self._fd)
        except OSError as error:
            self._undo(start)
            failure = AuditError(f"the audit file {self.path} can't be written: {error.strerror}")
            for _, done in batch:
                done.set_exception(failure)
            return
        self._seq, self._prev = seq, prev
        for _, done in batch:
            done.set_result(None)

    def _undo(self, size: int) -> None:
        """Take back a part of a batch, so that the chain never holds half a record."""
        try:
            os.ftruncate(self._fd, size)
        except OSError:
            self._closed = True

    def close(self) -> None:
        """Write what is waiting and release the file."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join(timeout=5)
        os.close(self._fd)
