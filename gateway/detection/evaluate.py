"""Counts how often prompts with a known answer are judged rightly.

Rows and a judge in, figures out. The judge says whether a prompt would be held back and what was found
in it; what that means is the judge's affair: this module knows nothing of policies. Keeps rows only
for the worst mistakes, so that a file of any length can be measured.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.bench.figures import percentile
from gateway.detection.findings import Finding
from gateway.detection.labelled import BadRow, Row, Span, Textless
from gateway.detection.topics import TOPICS

COVERED = 0.5
"""The share of a span's characters that must lie in findings for it to count as found."""
WORST = 10
"""Mistakes of each kind that are kept."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was made of a prompt.

    Attributes:
        held: whether it would be held back.
        level: name and rank of its label.
        findings: (path, finding) of all that counted.
        causes: entity types, and names of rules, that held it back.
        milliseconds: what reading, detecting and deciding took.
        failed: whether detection gave no result.
    """

    held: bool
    level: str
    rank: int
    findings: tuple[tuple[str, Finding], ...]
    causes: frozenset[str]
    milliseconds: float
    failed: bool = False


class Unmeasurable(Exception):
    """A row that is no valid request; the message says why and quotes nothing of it."""


Judge = Callable[[Row], Awaitable[Judgement]]


@dataclass(frozen=True, slots=True)
class Miss:
    """A row that was misjudged."""

    row: Row
    judgement: Judgement

    def to_json(self, *, show: bool) -> dict[str, Any]:
        """Plain data; the prompt itself only with `show`."""
        found = Counter(finding.entity for _, finding in self.judgement.findings)
        report: dict[str, Any] = {
            "file": self.row.file,
            "id": self.row.name,
            "line": self.row.line,
            "class": self.row.category,
            "level": self.judgement.level,
            "found": dict(sorted(found.items())),
        }
        if show:
            text = self.row.text
            report |= {"text": text} if text is not None else self.row.body
        return report


@dataclass(slots=True)
class Recall:
    """How many labelled spans there were, and how many were found."""

    total: int = 0
    found: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"total": self.total, "found": self.found, "recall": _share(self.found, self.total)}


@dataclass(slots=True)
class Counts:
    """Rows and mistakes; of a file, of a class, or of everything."""

    sensitive: int = 0
    clean: int = 0
    leaks: int = 0
    over: int = 0

    def add(self, row: Row, judgement: Judgement) -> None:
        """Count one row."""
        if row.sensitive:
            self.sensitive += 1
            self.leaks += not judgement.held
        else:
            self.clean += 1
            self.over += judgement.held

    @property
    def leak_rate(self) -> float | None:
        """Share of the sensitive prompts that were let go; None if there are none."""
        return _share(self.leaks, self.sensitive)

    @property
    def over_rate(self) -> float | None:
        """Share of the clean prompts that were held back; None if there are none."""
        return _share(self.over, self.clean)

    def rates(self) -> dict[str, Any]:
        """Plain data."""
        return {"leak_rate": self.leak_rate, "over_rate": self.over_rate}

    def numbers(self) -> dict[str, int]:
        """Plain data."""
        return {"sensitive": self.sensitive, "clean": self.clean, "leaks": self.leaks, "over": self.over}


@dataclass(slots=True)
class Figures:
    """What the rows of one or several files gave.

    Attributes:
        causes: entity type or rule → clean rows that it held back.
        failed: rows on which detection gave no result; they count as held back.
    """

    worst: int = WORST
    counts: Counts = field(default_factory=Counts)
    classes: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    spans: Recall = field(default_factory=Recall)
    span_types: defaultdict[str, Recall] = field(default_factory=lambda: defaultdict(Recall))
    causes: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    skipped: int = 0
    bad: int = 0
    failed: int = 0
    _order: int = 0
    _leaks: list[tuple[Any, ...]] = field(default_factory=list)
    _over: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows that were measured."""
        return self.counts.sensitive + self.counts.clean

    def add(self, row: Row, judgement: Judgement) -> None:
        """Count one row."""
        self.counts.add(row, judgement)
        if row.category is not None:
            self.classes[row.category].add(row, judgement)
        for span in row.spans or ():
            found = _is_found(span, judgement)
            for recall in (self.spans, self.span_types[span.kind]):
                recall.total += 1
                recall.found += found
        self.milliseconds.append(judgement.milliseconds)
        self.failed += judgement.failed
        if row.sensitive != judgement.held:
            self._keep(row, judgement)
        if judgement.held and not row.sensitive:
            self.causes.update(judgement.causes)

    def _keep(self, row: Row, judgement: Judgement) -> None:
        # Furthest from the right answer first: a leak in which nothing was found at all, a clean prompt at the
        # highest level; then what stands earlier.
        strength = max((finding.score for _, finding in judgement.findings), default=0.0)
        self._order -= 1
        if row.sensitive:
            kept, key = self._leaks, (-len(judgement.findings), -strength)
        else:
            kept, key = self._over, (judgement.rank, strength)
        heapq.heappush(kept, (key, self._order, Miss(row, judgement)))
        if len(kept) > self.worst:
            heapq.heappop(kept)

    def leaks(self) -> list[Miss]:
        """The worst sensitive prompts that were let go, worst first."""
        return [item[-1] for item in sorted(self._leaks, key=lambda item: item[:2], reverse=True)]

    def over(self) -> list[Miss]:
        """The worst clean prompts that were held back, worst first."""
        return [item[-1] for item in sorted(self._over, key=lambda item: item[:2], reverse=True)]

    def latency(self) -> dict[str, float] | None:
        """Percentiles in milliseconds."""
        if not self.milliseconds:
            return None
        shares = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))
        return {name: round(percentile(self.milliseconds, share), 3) for name, share in shares}

    def to_json(self, *, show: bool = False) -> dict[str, Any]:
        """Plain data; prompts only with `show`."""
        extra = {"skipped": self.skipped, "bad": self.bad, "failed": self.failed}
        by_type = {kind: recall.to_json() for kind, recall in sorted(self.span_types.items())}
        return {
            **self.counts.rates(),
            "counts": {"rows": self.rows, **self.counts.numbers(), **extra},
            "classes": {name: {**one.rates(), **one.numbers()} for name, one in sorted(self.classes.items())},
            "spans": {**self.spans.to_json(), "by_type": by_type} if self.spans.total else None,
            "latency_ms": self.latency(),
            "held_back_by": dict(self.causes.most_common()),
            "worst": {
                "leaks": [miss.to_json(show=show) for miss in self.leaks()],
                "over": [miss.to_json(show=show) for miss in self.over()],
            },
        }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _is_found(span: Span, judgement: Judgement) -> bool:
    """Whether findings cover enough of it, whatever they are called; topics cover whole stretches and prove nothing."""
    covered: set[int] = set()
    for path, finding in judgement.findings:
        if path == span.path and finding.entity not in TOPICS:
            covered.update(range(max(span.start, finding.start), min(span.end, finding.end)))
    return len(covered) >= COVERED * (span.end - span.start)


async def evaluate(
    rows: Iterable[Row | BadRow | Textless],
    judge: Judge,
    figures: Sequence[Figures],
    on_bad: Callable[[BadRow], None] = lambda bad: None,
) -> None:
    """Judge every row and count it in all `figures`; `on_bad` hears of each row that can't be measured."""
    for row in rows:
        problem = row if isinstance(row, BadRow) else None
        if isinstance(row, Row):
            try:
                judgement = await judge(row)
            except Unmeasurable as error:
                problem = BadRow(row.line, str(error))
            else:
                for one in figures:
                    one.add(row, judgement)
        for one in figures:
            one.skipped += isinstance(row, Textless)
            one.bad += problem is not None
        if problem is not None:
            on_bad(problem)
