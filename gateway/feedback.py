"""People's word on decisions, appended to a file of their own: what the label should have been.

The only place where Sepal stores text, and only text that is given to it for that. The file is readable
by its owner alone from its first byte on. Rows are what `gateway.detection.labelled` reads.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from gateway.audit.record import now

PRIVATE = 0o600


class FeedbackError(Exception):
    """The row can't be stored; the message says why and holds no text."""


def feedback_row(
    record: Mapping[str, Any], *, should_be: str, sensitive: bool, prompt: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A row of the file.

    Args:
        record: the audit's record of the decision.
        should_be: the level that would have been right.
        sensitive: whether that level is above the lowest.
        prompt: `text`, or `messages` and perhaps `tools`; None to store what kinds of things were found and
            nothing else.
    """
    return {
        "id": f"fb_{secrets.token_hex(8)}",
        "time": now(),
        "decision": record["decision"],
        "label": record.get("label"),
        "should_be": should_be,
        "sensitive": sensitive,
        "findings": record.get("findings", {}),
        "detector": record.get("detector"),
        **(prompt or {}),
    }


def append(path: Path, row: Mapping[str, Any]) -> None:
    """Put `row` on disk, whole or not at all.

    Raises:
        FeedbackError: the file can't be written, or others could read it.
    """
    try:
        line = orjson.dumps(row) + b"\n"
    except orjson.JSONEncodeError:
        raise FeedbackError("the text is not valid Unicode") from None
    try:
        new = not path.exists()
        # Not through a link: somebody else may have chosen where that leads.
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE)
    except OSError as error:
        reason = "is a link; put a file there" if error.errno == errno.ELOOP else f"can't be opened: {error.strerror}"
        raise FeedbackError(f"{path} {reason}") from None
    try:
        _make_private(descriptor, path)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _write(descriptor, line)
        if new:
            _flush_directory(path.parent)
    except OSError as error:
        raise FeedbackError(f"{path} can't be written: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _make_private(descriptor: int, path: Path) -> None:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise FeedbackError(f"{path} is not a file; put a file there, or take another --state-dir")
    if stat.S_IMODE(status.st_mode) != PRIVATE:
        os.fchmod(descriptor, PRIVATE)


def _write(descriptor: int, line: bytes) -> None:
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        line = b"\n" + line  # what an earlier crash cut off stays a line of its own
    try:
        written = 0
        while written < len(line):
            written += os.write(descriptor, line[written:])
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _flush_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
