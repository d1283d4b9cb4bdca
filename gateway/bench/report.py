"""A measurement as a table for people, with the aims beside the figures."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from gateway.bench.detect_report import print_detect
from gateway.bench.requests_report import print_beside, print_overhead
from gateway.bench.soak_report import print_soak
from gateway.bench.table import judged, table_of


def print_report(report: dict[str, Any], console: Console) -> None:
    """Print what was measured, the machine first."""
    machine, versions = report["machine"], report["versions"]
    console.print(
        f"Sepal {report['sepal']} on {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; "
        f"load {machine['load_average_1_min']} before; a disk flush takes {machine['disk_flush_ms']} ms"
    )
    console.print(Text(", ".join(f"{name} {number}" for name, number in versions.items()), style="dim"))
    if "overhead" in report:
        print_overhead(report["overhead"], console)
    if "litellm" in report:
        print_beside(report["litellm"], console)
    for name, what in (
        ("local", "llama.cpp: through the gateway against its own server"),
        ("swarm", "swarm: through gateway and bridge against Petals' own client"),
    ):
        if name in report:
            _engine(what, report[name], console)
    if "policy" in report:
        _policy(report["policy"], console)
    if "soak" in report:
        print_soak(report["soak"], console)
    if "detect" in report:
        print_detect(report["detect"], console)


def _engine(what: str, measured: dict[str, Any], console: Console) -> None:
    table = table_of(
        f"Tokens a second, {what}", "streams", "direct", "gateway", "ratio", "aim", "quartiles", "equal answers"
    )
    for item in measured["series"]:
        ratio, aim = item["ratio"], measured["aim_ratio"]
        table.add_row(
            str(item["streams"]),
            *(f"{item[f'{side}_tokens_per_s']['median']:.1f}" for side in ("direct", "gateway")),
            judged(f"{ratio['median']:.3f}", ratio["median"] >= aim),
            f"≥ {aim:g}",
            f"{ratio['low']:.3f} to {ratio['high']:.3f}",
            f"{item['equal_answers']} of {item['answers']}",
        )
    console.print("", table, sep="\n")


def _policy(policy: dict[str, Any], console: Console) -> None:
    deciding = table_of("Deciding, ms", "rules", "tokens", "p50", "aim", "p99")
    for row in policy["deciding"]:
        aim = row["aim_p50_ms"]
        p50 = judged(f"{row['p50']:.3f}", None if aim is None else row["p50"] <= aim)
        deciding.add_row(
            str(row["rules"]), f"{row['tokens']:,}", p50, "" if aim is None else f"≤ {aim:g}", f"{row['p99']:.3f}"
        )
    rewriting = table_of("Rewriting four values, ms", "method", "p50", "p99")
    for row in policy["rewriting"]:
        rewriting.add_row(row["method"], f"{row['p50']:.3f}", f"{row['p99']:.3f}")
    streams = table_of(
        "Streaming, the prompt as it is and rewritten, in turn", "", "plain", "rewritten", "ratio", "aim"
    )
    for name, what in (("llama", "llama.cpp, tokens/s"), ("stub", "a stub, chunks/s")):
        part, aim = policy[name], policy[name].get("aim_ratio")
        ratio = part["ratio"]["median"]
        sides = [f"{part['sides'][side]['median']:,.1f}" for side in ("plain", "rewritten")]
        cell = judged(f"{ratio:.3f}", None if aim is None else ratio >= aim)
        streams.add_row(what, *sides, cell, "" if aim is None else f"≥ {aim:g}")
    for table in (deciding, rewriting, streams):
        console.print("", table, sep="\n")
