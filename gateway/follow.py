"""Follows one file and all that it names: loads it anew whenever any of them holds something else.

What is loaded is a state in which the files stayed for a moment, before and while they were read, so that half a
save is never taken for a whole one. Knows nothing of what is loaded.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from gateway.detection.findings import DetectionError
from gateway.document import DocumentError
from gateway.watch import Watch

POLL = 0.5
"""Seconds between two looks."""
_SETTLE = 0.15
_PATIENCE = 6
# While a file does not load it is tried again, since what it lacks may lie anywhere; this part of the time at most.
_SHARE = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failed:
    """Why nothing could be loaded: sentences with file and line, and the files that they are about."""

    mistakes: tuple[str, ...]
    files: tuple[str, ...] = ()


class Follower(Generic[T]):
    """Loads a file when it changes.

    Args:
        load: makes of the file what is wanted, in a thread; whatever it raises is a failure.
        files_of: the files that went into it.
        also: further files to follow.
    """

    def __init__(
        self, path: Path, load: Callable[[Path], T], files_of: Callable[[T], Iterable[str]], also: Iterable[str] = ()
    ) -> None:
        self.good: T | None = None
        self._path = path
        self._load = load
        self._files_of = files_of
        self._also = tuple(also)
        self._watch = Watch()
        self._seen: dict[str, str] = {}
        self._failed: Failed | None = None
        self._retry_at = 0.0

    async def step(self, *, at_once: bool = False) -> T | Failed | None:
        """Look, and load if something changed; None if nothing was loaded. A failure is told again with each try.

        Args:
            at_once: load without waiting until the files have come to rest.
        """
        looked = await self._look()
        if at_once or not self._differs(looked):
            due = self._failed is not None and asyncio.get_running_loop().time() >= self._retry_at
            return await self._try(looked) if at_once or due else None
        for _ in range(_PATIENCE):
            await asyncio.sleep(_SETTLE)
            again = await self._look()
            if again == looked:
                return await self._try(looked)
            looked = again
        return None

    def forget(self) -> None:
        """Load again at the next step, whatever the files hold."""
        self._seen = {}

    def refuse(self, reason: str) -> Failed:
        """What was loaded can't be used, for a reason of the caller's."""
        self._failed = Failed((f"{self._path}: {reason}",))
        self._retry_at = asyncio.get_running_loop().time() + 1.0
        return self._failed

    async def _look(self) -> dict[str, str]:
        files = [str(self._path), *self._also]
        files += self._files_of(self.good) if self.good is not None else ()
        files += self._failed.files if self._failed is not None else ()
        return await asyncio.to_thread(self._watch.look, dict.fromkeys(files))

    def _differs(self, looked: dict[str, str]) -> bool:
        return any(self._seen.get(file) != content for file, content in looked.items())

    async def _try(self, looked: dict[str, str]) -> T | Failed | None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        found = await asyncio.to_thread(self._attempt)
        if await self._look() != looked:
            return None  # Changed while it was read.
        # Files that this load has brought in are not among those seen, so the next step looks at them once more.
        self._seen = looked
        if not isinstance(found, Failed):
            self.good, self._failed = found, None
            return found
        self._retry_at = loop.time() + max(1.0, _SHARE * (loop.time() - begun))
        self._failed = found
        return found

    def _attempt(self) -> T | Failed:
        try:
            if self._path.exists() and not self._path.is_file():
                return Failed((f"{self._path}: is not a file; put the policy's file there",))
            return self._load(self._path)
        except DocumentError as error:
            return Failed(tuple(map(str, error.mistakes)), tuple({item.file for item in error.mistakes}))
        except DetectionError as error:
            return Failed((str(error),))
        except Exception as error:
            # The type only: its text may quote the file.
            return Failed((f"{self._path}: can't be used ({type(error).__name__})",))


def followed(name: str, ready_made: Callable[[], dict[str, Path]]) -> Path:
    """The file that stands for a policy's name from now on, as it is named: what it links to may change."""
    path = Path(name).expanduser()
    if path.is_file():
        return Path(os.path.abspath(path))  # noqa: PTH100 - no link is followed
    return ready_made().get(name, Path(os.path.abspath(path)))  # noqa: PTH100
