"""Inspecting a prompt: detection off the event loop, cached, bounded in time, failing closed.

Turns every way in which detection can fail into a result that says so. Knows nothing of policies.
"""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from gateway.detection.cache import FindingsCache
from gateway.detection.findings import DetectionError, DetectionTimeout, Detector, Finding
from gateway.prompt import Prompt

logger = logging.getLogger(__name__)
# Detection checks its deadline between windows; past this many seconds more it counts as hung.
GRACE = 1.0


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


class Inspector:
    """Runs a detector for many requests.

    Args:
        detector: built once, shared by the threads.
        timeout: seconds for one prompt.
        threads: prompts inspected at the same time; more wait, and waiting counts.
        cache_size: texts whose findings are kept.
    """

    def __init__(
        self, detector: Detector, *, timeout: float = 10.0, threads: int = 2, cache_size: int = 20_000
    ) -> None:
        self.detector = detector
        self._timeout = timeout
        self._cache = FindingsCache(cache_size)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="sepal-detect")

    async def inspect(self, prompt: Prompt) -> Inspection:
        """Findings of every segment of `prompt`; never raises for what the prompt holds."""
        start = time.perf_counter()
        failed: str | None = None
        found: dict[bytes, tuple[Finding, ...]] = {}
        version = self.detector.version
        keys = [self._cache.key(version, segment.text) for segment in prompt.segments]
        new: dict[bytes, str] = {}
        for key, segment in zip(keys, prompt.segments, strict=True):
            known = self._cache.get(key)
            if known is None:
                new[key] = segment.text
            else:
                found[key] = known
        if new:
            try:
                results = await self._detect(list(new.values()))
            except DetectionTimeout:
                failed = f"it took longer than {self._timeout:g} s"
            except DetectionError as error:
                failed = str(error)
            except Exception as error:
                # Whatever it is: not knowing means the highest level. The type only, its text may quote.
                failed = f"{type(error).__name__} in the detector"
            else:
                for key, findings in zip(new, results, strict=True):
                    found[key] = findings
                    self._cache.put(key, findings)
        if failed:
            logger.error("detection failed, the prompt gets the highest level: %s", failed)
            found = {}
        pairs = tuple(
            (segment.path, finding)
            for key, segment in zip(keys, prompt.segments, strict=True)
            for finding in found.get(key, ())
        )
        return Inspection(prompt, pairs, failed, (time.perf_counter() - start) * 1000)

    async def _detect(self, texts: list[str]) -> list[tuple[Finding, ...]]:
        deadline = time.monotonic() + self._timeout
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._pool, lambda: self.detector.detect(texts, deadline=deadline))
        try:
            async with asyncio.timeout(self._timeout + GRACE):
                results = await work
        except TimeoutError:
            raise DetectionTimeout from None
        if len(results) != len(texts):
            raise DetectionError("the detector did not answer for every text")
        if not all(isinstance(item, Finding) for found in results for item in found):
            raise DetectionError("the detector answered with something that is no finding")
        return results

    def close(self) -> None:
        """Let the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)
