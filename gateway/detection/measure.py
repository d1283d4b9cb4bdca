"""Measures the detector on labelled prompts: ``python -m gateway.detection.measure FILE.jsonl ...``

A row is a JSON object with `text` and `sensitive` (true or false), perhaps `id` and `category`.
Leak is the share of sensitive prompts in which nothing sensitive was found, over the share of clean
prompts in which something was. Prints no text unless `--show` is given. Knows no policy: which types
count is said by `--public`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.detection.engine import build_detector
from gateway.detection.findings import Detector, Finding

PUBLIC = ("DATE_TIME", "LOCATION", "NRP", "URL", "ORGANIZATION", "PUBLIC_FIGURE")
"""Types that by themselves do not make a prompt sensitive."""


@dataclass(slots=True)
class Tally:
    """What one file gave. `missed` and `wrong` hold rows with what was found in them."""

    sensitive: int = 0
    clean: int = 0
    missed: list[tuple[dict[str, Any], tuple[Finding, ...]]] = field(default_factory=list)
    wrong: list[tuple[dict[str, Any], tuple[Finding, ...]]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def leak(self) -> float | None:
        """Share of the sensitive prompts that passed for clean."""
        return len(self.missed) / self.sensitive if self.sensitive else None

    @property
    def over(self) -> float | None:
        """Share of the clean prompts that were held back."""
        return len(self.wrong) / self.clean if self.clean else None

    def percentile(self, share: float) -> float:
        """Milliseconds within which `share` of the prompts were done."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def measure(detector: Detector, path: Path, public: frozenset[str]) -> Tally:
    """Run every row of `path` through `detector`, one at a time."""
    tally = Tally()
    for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        row = json.loads(line)
        begin = time.perf_counter()
        found = detector.detect([row["text"]])[0]
        tally.seconds.append(time.perf_counter() - begin)
        counted = tuple(finding for finding in found if finding.entity not in public)
        if row["sensitive"]:
            tally.sensitive += 1
            if not counted:
                tally.missed.append((row, found))
        else:
            tally.clean += 1
            if counted:
                tally.wrong.append((row, counted))
    return tally


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"


def _report(name: str, tally: Tally) -> str:
    causes = Counter(entity for _, found in tally.wrong for entity in {item.entity for item in found})
    listed = ", ".join(f"{entity} {count}" for entity, count in causes.most_common(8))
    return (
        f"{name:22} leak {_percent(tally.leak):>6} of {tally.sensitive:<5}"
        f" over {_percent(tally.over):>6} of {tally.clean:<5} ms p50 {tally.percentile(0.5):6.1f}"
        f" p99 {tally.percentile(0.99):7.1f}  {listed}"
    )


def _show(kind: str, cases: list[tuple[dict[str, Any], tuple[Finding, ...]]]) -> None:
    for row, found in cases:
        text = row["text"]
        spans = [(item.entity, text[item.start : item.end], item.score, item.recognizer) for item in found]
        sys.stdout.write(f"{kind} {row.get('id')} {row.get('category')}: {text[:300]!r} {spans[:6]}\n")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m gateway.detection.measure", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--models", type=Path, default=Path(".sepal/models"), help="directory that holds rampart/")
    parser.add_argument("--public", default=",".join(PUBLIC), help="types that do not make a prompt sensitive")
    parser.add_argument("--show", action="store_true", help="print the texts that were misjudged")
    options = parser.parse_args()
    begin = time.perf_counter()
    detector = build_detector(options.models)
    sys.stdout.write(f"{detector.version} ready in {time.perf_counter() - begin:.2f} s\n")
    for path in options.files:
        tally = measure(detector, path, frozenset(options.public.split(",")))
        sys.stdout.write(_report(path.stem, tally) + "\n")
        if options.show:
            _show("MISSED", tally.missed)
            _show("WRONG", tally.wrong)


if __name__ == "__main__":
    main()
