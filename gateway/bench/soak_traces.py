"""What a soak has left on disk: its audit trail, logs and store. Knows nothing of processes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.audit.query import records, verify

_SLICE = 12
_FAULTS = (b"(bug)", b"Traceback", b"never retrieved", b"never awaited", b"Unclosed", b" ERROR ", b" CRITICAL ")


@dataclass(frozen=True, slots=True)
class Trail:
    """An audit trail.

    Attributes:
        outcomes: decision → how it ended, once for each record of its end.
        breaks: places where the chain does not hold.
        reasons: why destinations were passed over, in the gateway's own words → how often.
    """

    decisions: frozenset[str]
    outcomes: dict[str, list[str]]
    breaks: int
    reasons: Counter[str]

    @property
    def without_one_end(self) -> int:
        """Decisions that did not end, or that ended twice, and ends of what was never decided."""
        every = self.decisions | self.outcomes.keys()
        return sum(name not in self.decisions or len(self.outcomes.get(name, ())) != 1 for name in every)

    @property
    def ends(self) -> Counter[str]:
        """How often decisions ended how."""
        return Counter(end for ends in self.outcomes.values() for end in ends)


def trail_of(path: Path) -> Trail:
    """The audit trail at `path`."""
    decisions, outcomes, reasons = set(), dict[str, list[str]](), Counter[str]()
    for _, _, record in records(path):
        if record is None:
            continue
        if record.get("event") == "decision":
            decisions.add(str(record["decision"]))
        elif record.get("event") == "outcome":
            outcomes.setdefault(str(record["decision"]), []).append(str(record["outcome"]))
            reasons.update(str(passed["reason"]) for passed in record.get("fallbacks", ()))
    return Trail(frozenset(decisions), outcomes, len(verify(path)[1]), reasons)


def files_with_text(directory: Path, texts: Iterable[str]) -> list[str]:
    """Names of files below `directory` in which a part of one of `texts` stands; links are not followed."""
    parts = {part for text in texts for part in _parts(text)}
    found = []
    for path in _files(directory):
        content = path.read_bytes()
        if any(part in content for part in parts):
            found.append(str(path.relative_to(directory)))
    return found


def faults(log: Path) -> int:
    """Lines of a gateway's log that tell of a fault of its own."""
    lines = log.read_bytes().splitlines() if log.exists() else []
    return sum(any(sign in line for sign in _FAULTS) for line in lines)


def _parts(text: str) -> Iterator[bytes]:
    """Pieces of a text, as UTF-8 and as JSON escapes it."""
    for start in range(0, len(text) - _SLICE + 1, _SLICE // 2):
        piece = text[start : start + _SLICE]
        yield piece.encode()
        yield json.dumps(piece)[1:-1].encode()


def _files(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path
