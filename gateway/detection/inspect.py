"""Inspecting a prompt: detection off the event loop, cached, bounded in time, failing closed.

Turns every way in which detection can fail into a result that says so. Knows nothing of policies.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from gateway.detection.cache import FindingsCache
from gateway.detection.findings import DetectionError, DetectionTimeout, Detector, Finding
from gateway.detection.joined import Join, joins
from gateway.detection.reserved import is_reserved
from gateway.prompt import Prompt

logger = logging.getLogger(__name__)
# Detection checks its deadline between windows; past this many seconds more it counts as hung.
GRACE = 1.0
_PUNCTUATION = ".,;:!?)]}>'\" "
_MANY = 500  # segments whose edges are not compared on the event loop
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What detection says of a prompt.

    Attributes:
        findings: (segment's path, finding), in the order of the segments.
        failed: why there is no result, or None. A failed inspection says nothing of the prompt.
        elapsed_ms: how long it took.
    """

    prompt: Prompt
    findings: tuple[tuple[str, Finding], ...]
    failed: str | None
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class _Way:
    """How a text is looked at."""

    by_rules: bool
    answers: bool

    def named(self, version: str) -> str:
        """A detector's version that looks this way, for the cache."""
        return f"{version}{', rules only' if self.by_rules else ''}{', answers' if self.answers else ''}"


class Inspector:
    """Runs a detector for many requests.

    Args:
        detector: built once, shared by the threads.
        timeout: seconds for one prompt.
        threads: prompts inspected at the same time; more wait, and waiting counts.
        cache_size: texts whose findings are kept.
        enough: entity types of which one, found by a rule, makes the models' word unneeded; they are not asked then.
    """

    def __init__(
        self,
        detector: Detector,
        *,
        timeout: float = 10.0,
        threads: int = 2,
        cache_size: int = 20_000,
        enough: frozenset[str] = frozenset(),
    ) -> None:
        self.detector = detector
        self._timeout = timeout
        self._enough = enough
        self._cache = FindingsCache(cache_size)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="sepal-detect")

    def renewed(self, detector: Detector, enough: frozenset[str]) -> Inspector:
        """One with the same threads and the same memory, for another detector or other types that are enough."""
        other = copy.copy(self)
        other.detector, other._enough = detector, enough
        return other

    async def inspect(self, prompt: Prompt) -> Inspection:
        """Findings of every segment of `prompt`, and of what is in pieces there; never raises for what it holds."""
        start = time.perf_counter()
        failed: str | None = None
        found: list[tuple[int, Finding]] = []
        try:
            found = await self._find(prompt, time.monotonic() + self._timeout)
        except DetectionTimeout:
            failed = f"it took longer than {self._timeout:g} s"
        except DetectionError as error:
            failed = str(error)
        except Exception as error:
            # Whatever it is: not knowing means the highest level. The type only, its text may quote.
            failed = f"{type(error).__name__} in the detector"
        if failed:
            logger.error("detection failed, the prompt gets the highest level: %s", failed)
        pairs = tuple((prompt.segments[index].path, finding) for index, finding in found)
        return Inspection(prompt, pairs, failed, (time.perf_counter() - start) * 1000)

    async def _find(self, prompt: Prompt, deadline: float) -> list[tuple[int, Finding]]:
        """(segment's index, finding), in the order of the segments."""
        pieces = await self._joins(prompt, deadline)
        if self._enough:
            early = await self._read(prompt, pieces, deadline, by_rules=True)
            if any(finding.entity in self._enough for _, finding in early):
                return early
        return await self._read(prompt, pieces, deadline, by_rules=False)

    async def _read(
        self, prompt: Prompt, pieces: list[Join], deadline: float, *, by_rules: bool
    ) -> list[tuple[int, Finding]]:
        """What is found in the segments and in `pieces`, by rules alone if `by_rules`."""
        asked = [
            (segment.text, _Way(by_rules, index in prompt.answers)) for index, segment in enumerate(prompt.segments)
        ]
        asked += [(join.text, _Way(by_rules or not join.models, False)) for join in pieces]
        keys = [self._cache.key(way.named(self.detector.version), text) for text, way in asked]
        known: dict[bytes, tuple[Finding, ...]] = {}
        new: dict[_Way, dict[bytes, str]] = {}
        for key, (text, way) in zip(keys, asked, strict=True):
            findings = self._cache.get(key)
            if findings is None:
                new.setdefault(way, {})[key] = text
            else:
                known[key] = findings
        if new:
            results = await self._detect({way: list(texts.values()) for way, texts in new.items()}, deadline)
            for key, findings in zip((key for texts in new.values() for key in texts), results, strict=True):
                known[key] = findings
                self._cache.put(key, findings)
        found = [known[key] for key in keys]
        count = len(prompt.segments)
        return _merged(prompt, found[:count], zip(pieces, found[count:], strict=True))

    async def _joins(self, prompt: Prompt, deadline: float) -> list[Join]:
        if len(prompt.segments) < _MANY:
            return joins(prompt)
        return await self._in_thread(lambda: joins(prompt), deadline)

    async def _detect(self, texts: dict[_Way, list[str]], deadline: float) -> list[tuple[Finding, ...]]:
        def work() -> list[list[tuple[Finding, ...]]]:
            return [
                self.detector.detect(some, deadline=deadline, rules_only=way.by_rules, answers=way.answers)
                for way, some in texts.items()
            ]

        found = await self._in_thread(work, deadline)
        if [len(some) for some in found] != [len(some) for some in texts.values()]:
            raise DetectionError("the detector did not answer for every text")
        results = [findings for some in found for findings in some]
        if not all(isinstance(item, Finding) for found in results for item in found):
            raise DetectionError("the detector answered with something that is no finding")
        return results

    async def _in_thread(self, work: Callable[[], T], deadline: float) -> T:
        running = asyncio.get_running_loop().run_in_executor(self._pool, work)
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic()) + GRACE):
                return await running
        except TimeoutError:
            raise DetectionTimeout from None

    def close(self) -> None:
        """Let the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _merged(
    prompt: Prompt, own: list[tuple[Finding, ...]], joined: Iterable[tuple[Join, tuple[Finding, ...]]]
) -> list[tuple[int, Finding]]:
    """Each segment's own findings and, behind them, those that only its neighbours let one see."""
    found = [list(findings) for findings in own]
    for join, findings in joined:
        for pieces in join.back(findings):
            if len(pieces) > 1 and any(_whole_already(prompt, index, finding, own[index]) for index, finding in pieces):
                continue
            for index, finding in pieces:
                if not any(_same(finding, other) for other in found[index]):
                    found[index].append(finding)
    return [(index, finding) for index, findings in enumerate(found) for finding in findings]


def _whole_already(prompt: Prompt, index: int, piece: Finding, own: tuple[Finding, ...]) -> bool:
    """Whether what is split there stands in this text by itself: the next text's first word is no end of a mailbox.

    What is reserved for examples is not found, and just as whole.
    """
    length = piece.end - piece.start
    if is_reserved(piece.entity, prompt.segments[index].text[piece.start : piece.end].strip(_PUNCTUATION)):
        return True
    return any(
        other.entity == piece.entity and 5 * (min(piece.end, other.end) - max(piece.start, other.start)) >= 4 * length
        for other in own
    )


def _same(finding: Finding, other: Finding) -> bool:
    return finding.entity == other.entity and other.start <= finding.start and finding.end <= other.end
