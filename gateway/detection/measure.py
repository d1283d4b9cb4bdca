"""Measures the detector alone, without a policy: ``python -m gateway.detection.measure FILE.jsonl ...``

Counts as `sepal eval` does; which types make a prompt sensitive is said by `--public`, so that a change can
be tried before any policy knows of it. For a policy's own judgement, and for JSON, use `sepal eval`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

from gateway.detection.encoder import MODEL
from gateway.detection.engine import build_detector
from gateway.detection.evaluate import Figures, Judge, Judgement, Miss, evaluate
from gateway.detection.findings import Detector
from gateway.detection.labelled import BadRow, Row, read_rows
from gateway.detection.training.held_out import is_held_out

PUBLIC = ("BIRTH_MONTH", "DATE_TIME", "LOCATION", "NRP", "URL", "ORGANIZATION", "PUBLIC_FIGURE")
"""Types that by themselves do not make a prompt sensitive."""


def judge_by(detector: Detector, public: frozenset[str]) -> Judge:
    """A judge that holds back every prompt with a finding whose type is not in `public`; looks at texts alone."""

    async def judge(row: Row) -> Judgement:
        texts = [
            content
            for item in row.messages
            if isinstance(item, dict) and isinstance(content := item.get("content"), str)
        ]
        begin = time.perf_counter()
        found = detector.detect(texts)
        milliseconds = 1000 * (time.perf_counter() - begin)
        pairs = tuple((f"messages[{index}].content", item) for index, one in enumerate(found) for item in one)
        causes = frozenset(item.entity for _, item in pairs) - public
        return Judgement(bool(causes), "sensitive" if causes else "public", bool(causes), pairs, causes, milliseconds)

    return judge


def _report(name: str, figures: Figures) -> str:
    counts, latency = figures.counts, figures.latency() or {"p50": 0.0, "p99": 0.0}
    rates = ["-" if rate is None else f"{100 * rate:.1f}%" for rate in (counts.leak_rate, counts.over_rate)]
    causes = ", ".join(f"{entity} {count}" for entity, count in figures.causes.most_common(8))
    return (
        f"{name:22} leak {rates[0]:>6} of {counts.sensitive:<5} over {rates[1]:>6} of {counts.clean:<5}"
        f" ms p50 {latency['p50']:6.1f} p99 {latency['p99']:7.1f}  {causes}"
    )


def _show(kind: str, miss: Miss) -> str:
    text = miss.row.text or str(miss.row.messages)
    spans = [
        (item.entity, text[item.start : item.end], item.score, item.recognizer) for _, item in miss.judgement.findings
    ]
    return f"{kind} {miss.row.name} {miss.row.category}: {text[:300]!r} {spans[:6]}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m gateway.detection.measure", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--model", type=Path, default=MODEL, help="directory of another model than the one shipped")
    parser.add_argument("--public", default=",".join(PUBLIC), help="types that do not make a prompt sensitive")
    parser.add_argument("--held-out", action="store_true", help="only the rows that the model was not trained on")
    parser.add_argument("--show", action="store_true", help="print the texts that were misjudged")
    options = parser.parse_args()
    begin = time.perf_counter()
    detector = build_detector(model=options.model)
    sys.stdout.write(f"{detector.version} ready in {time.perf_counter() - begin:.2f} s\n")
    judge = judge_by(detector, frozenset(options.public.split(",")))
    for path in options.files:
        figures = Figures(worst=1_000_000)

        def complain(bad: BadRow, path: Path = path) -> None:
            sys.stderr.write(f"{path}:{bad.line}: {bad.problem}\n")

        with path.open("rb") as file:
            rows = read_rows(file, str(path))
            if options.held_out:
                rows = (row for row in rows if not isinstance(row, Row) or is_held_out(row.name))
            asyncio.run(evaluate(rows, judge, [figures], complain))
        sys.stdout.write(_report(path.stem, figures) + "\n")
        if options.show:
            misses = [("MISSED", miss) for miss in figures.leaks()] + [("WRONG", miss) for miss in figures.over()]
            sys.stdout.writelines(_show(kind, miss) + "\n" for kind, miss in misses)


if __name__ == "__main__":
    main()
