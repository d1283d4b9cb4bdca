"""The audit file: JSON Lines, appended only, each record carrying the hash of the one before.

A record's hash is the SHA-256 of its line's bytes without the line break. One writer thread
commits whatever has gathered with one fdatasync, so durability costs one flush for many requests.
Knows nothing of what records mean.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import hashlib
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol

import orjson

from gateway.audit.record import now

GENESIS = "0" * 64


class AuditError(Exception):
    """The audit trail can't be written. Nothing may be dispatched then."""


def line_hash(line: bytes) -> str:
    """The hash that the next record carries."""
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def junk_hash(lines: list[bytes]) -> str:
    """What a `recovered` record says of the lines before it that are no records."""
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def parse_record(line: bytes) -> dict[str, Any] | None:
    """The record in `line`, or None if it is none."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    whole = isinstance(record, dict) and type(record.get("seq")) is int and isinstance(record.get("prev"), str)
    return record if whole else None


def _tail(path: Path) -> tuple[bytes, list[bytes], bool]:
    """The last record's line (empty if none), the lines after it that are no records, and whether
    the file ends in the middle of a line."""
    size = path.stat().st_size
    with path.open("rb") as file:
        block = min(size, 4 * 1024 * 1024)
        file.seek(size - block)
        lines = file.read(block).split(b"\n")
    cut = lines[-1] != b""
    if not cut:
        lines.pop()
    junk: list[bytes] = []
    while lines and parse_record(lines[-1]) is None:
        junk.insert(0, lines.pop())
    return (lines[-1] if lines else b""), junk, cut


class Trail(Protocol):
    """Where records are written: the file, or a way to the process that has it."""

    path: Path

    async def append(self, record: dict[str, Any]) -> None:
        """As `AuditLog.append`."""
        ...

    def append_soon(self, record: dict[str, Any], failed: Callable[[], None] = ...) -> None:
        """As `AuditLog.append_soon`."""
        ...

    def close(self) -> None:
        """As `AuditLog.close`."""
        ...


class AuditLog:
    """An open audit file; `append` returns once the record is on disk.

    One process writes a file at a time: a second one gets an `AuditError`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise AuditError(f"the audit file {path} can't be opened for writing: {error.strerror}") from None
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            junk = self._take_up()
        except BlockingIOError:
            os.close(self._fd)
            raise AuditError(
                f"another gateway is writing {path}; stop it, or give this one its own with --state-dir"
            ) from None
        except OSError as error:
            os.close(self._fd)
            raise AuditError(f"the audit file {path} can't be read or written: {error.strerror}") from None
        self._queue: queue.SimpleQueue[tuple[dict[str, Any], Future[None]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._broken = False
        self._thread = threading.Thread(target=self._write_forever, name="sepal-audit", daemon=True)
        self._thread.start()
        if junk:
            why = "the last record was cut off when the gateway stopped"
            self.append_blocking({"event": "recovered", "why": why, "cut_off": junk_hash(junk)})

    def _take_up(self) -> list[bytes]:
        """Continue the chain where the file ends; returns what stands there that is no record."""
        last, junk, cut = _tail(self.path)
        self._prev = line_hash(last) if last else GENESIS
        record = parse_record(last)
        self._seq = int(record["seq"]) if record else 0
        if cut:
            os.write(self._fd, b"\n")
        return junk

    def _submit(self, record: dict[str, Any]) -> Future[None]:
        done: Future[None] = Future()
        with self._lock:
            if self._closed or self._broken:
                raise AuditError("the audit log is closed")
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

    def append_soon(self, record: dict[str, Any], failed: Callable[[], None] = lambda: None) -> None:
        """Write `record` without waiting, e.g. the outcome of a request whose caller has gone.

        `failed` is called from another thread if it could not be written.

        Raises:
            AuditError: the log is closed.
        """
        self._submit(record).add_done_callback(lambda done: failed() if done.exception() else None)

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
        lines: list[bytes] = []
        waiting: list[Future[None]] = []
        for record, done in batch:
            try:
                line = orjson.dumps({"seq": seq + 1, "time": now(), **record, "prev": prev})
            except (TypeError, ValueError):
                # One record that is no JSON must not keep the others from the disk.
                done.set_exception(AuditError("a record can't be written as JSON"))
                continue
            seq, prev = seq + 1, line_hash(line)
            lines.append(line)
            waiting.append(done)
        if not lines:
            return
        try:
            self._write(b"\n".join(lines) + b"\n")
        except OSError as error:
            failure = AuditError(f"the audit file {self.path} can't be written: {error.strerror}")
            for done in waiting:
                done.set_exception(failure)
            return
        self._seq, self._prev = seq, prev
        for done in waiting:
            done.set_result(None)

    def _write(self, data: bytes) -> None:
        status = os.fstat(self._fd)
        if status.st_nlink == 0:
            raise OSError(errno.ENOENT, "it was deleted; restart the gateway to begin a new one")
        try:
            if os.write(self._fd, data) != len(data):
                raise OSError(errno.ENOSPC, "no space left on the device")
            os.fdatasync(self._fd)
        except OSError:
            self._undo(status.st_size)
            raise

    def _undo(self, size: int) -> None:
        """Take back a part of a batch, so that the chain never holds half a record."""
        try:
            os.ftruncate(self._fd, size)
        except OSError:
            self._broken = True

    def close(self) -> None:
        """Write what is waiting and release the file."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join(timeout=5)
        if not self._thread.is_alive():
            os.close(self._fd)
