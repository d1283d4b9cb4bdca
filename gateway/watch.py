"""Whether files have changed, and how their last change was taken. Knows nothing of what they hold."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# What is longer is no policy, and is told apart by its beginning and its size.
_MAX_BYTES = 1_100_000
# Two writes this close may carry the same time stamp, so contents are compared that long.
_FRESH = 2.0
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class FileStatus:
    """How a file stands: in force since `at`, or not taken over since then because of `mistakes`."""

    at: str
    mistakes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For /health/ready; `count` is the number of all mistakes."""
        return {
            "state": "failed" if self.mistakes else "ok",
            "at": self.at,
            "count": len(self.mistakes),
            "mistakes": list(self.mistakes[:_SHOWN]),
        }


class Watch:
    """Tells what files hold, reading only those whose time, size or inode has changed."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[tuple[int, ...], str]] = {}

    def look(self, files: Iterable[str]) -> dict[str, str]:
        """File → a word that differs whenever the content does, or the reason why there is none."""
        return {file: self._content(file) for file in files}

    def _content(self, file: str) -> str:
        try:
            status = os.stat(file)  # noqa: PTH116 - follows whatever link stands there now
            if not stat.S_ISREG(status.st_mode):
                return "is not a file"
            stamp = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev)
            known = self._read.get(file)
            settled = time.time() - max(status.st_mtime, status.st_ctime) > _FRESH
            if known is not None and known[0] == stamp and settled:
                return known[1]
            with open(file, "rb") as opened:  # noqa: PTH123
                content = f"{status.st_size} {hashlib.sha256(opened.read(_MAX_BYTES)).hexdigest()}"
        except OSError as error:
            self._read.pop(file, None)
            return f"can't be read: {error.strerror}"
        self._read[file] = (stamp, content)
        return content
