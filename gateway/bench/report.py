"""A measurement as a table for people, with the aims beside the figures."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.bench.detect_report import print_detect


def print_report(report: dict[str, Any], console: Console) -> None:
    """Print what was measured, the machine first."""
    machine, versions = report["machine"], report["versions"]
    console.print(
        f"Sepal {report['sepal']} on {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; "
        f"load {machine['load_average_1_min']} before; a disk flush takes {machine['disk_flush_ms']} ms"
    )
    console.print(Text(", ".join(f"{name} {number}" for name, number in versions.items()), style="dim"))
    if "overhead" in report:
        _overhead(report["overhead"], console)
    for name, what in (
        ("local", "llama.cpp: through the gateway against its own server"),
        ("swarm", "swarm: through gateway and bridge against Petals' own client"),
    ):
        if name in report:
            _engine(what, report[name], console)
    if "policy" in report:
        _policy(report["policy"], console)
    if "detect" in report:
        print_detect(report["detect"], console)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", no_wrap=index > 0)
    return table


def _overhead(overhead: dict[str, Any], console: Console) -> None:
    latency = _table(
        "Added latency, ms, whole answer of 34 chunks, 1 connection",
        *("prompts", "direct p50", "gateway p50", "added p50", "aim", "added p99"),
    )
    rates = _table("Requests a second (median of slices)", "prompts", "connections", "direct", "gateway", "quartiles")
    for variant in overhead["variants"]:
        whole = variant["latency_ms"]["whole"]
        aim, added = variant["aim_added_p50_ms"], whole["added"]["p50"]
        figures = [f"{whole[side]['p50']:.2f}" for side in ("direct", "gateway")]
        latency.add_row(
            variant["name"],
            *figures,
            _judged(f"{added:.2f}", None if aim is None else added <= aim),
            "" if aim is None else f"≤ {aim:g}",
            f"{whole['added']['p99']:.2f}",
        )
        for language, split in variant["latency_ms"].get("by_language", {}).items():
            if split:
                part = split["whole"]
                cells = [f"{part[side]['p50']:.2f}" for side in ("direct", "gateway")]
                added = part["added"]
                latency.add_row(f"  {language}", *cells, f"{added['p50']:.2f}", "", f"{added['p99']:.2f}", style="dim")
        for item in variant["throughput"]:
            gateway = item["gateway"]
            rates.add_row(
                variant["name"],
                str(item["connections"]),
                f"{item['direct']['median']:.0f}",
                f"{gateway['median']:.0f}",
                f"{gateway['low']:.0f} to {gateway['high']:.0f}",
            )
    console.print("", latency, "", rates, sep="\n")


def _engine(what: str, measured: dict[str, Any], console: Console) -> None:
    table = _table(
        f"Tokens a second, {what}", "streams", "direct", "gateway", "ratio", "aim", "quartiles", "equal answers"
    )
    for item in measured["series"]:
        ratio, aim = item["ratio"], measured["aim_ratio"]
        table.add_row(
            str(item["streams"]),
            *(f"{item[f'{side}_tokens_per_s']['median']:.1f}" for side in ("direct", "gateway")),
            _judged(f"{ratio['median']:.3f}", ratio["median"] >= aim),
            f"≥ {aim:g}",
            f"{ratio['low']:.3f} to {ratio['high']:.3f}",
            f"{item['equal_answers']} of {item['answers']}",
        )
    console.print("", table, sep="\n")


def _judged(figure: str, good: bool | None) -> Text:
    return Text(figure, style="" if good is None else "green" if good else "red")


def _policy(policy: dict[str, Any], console: Console) -> None:
    deciding = _table("Deciding, ms", "rules", "tokens", "p50", "aim", "p99")
    for row in policy["deciding"]:
        aim = row["aim_p50_ms"]
        p50 = _judged(f"{row['p50']:.3f}", None if aim is None else row["p50"] <= aim)
        deciding.add_row(
            str(row["rules"]), f"{row['tokens']:,}", p50, "" if aim is None else f"≤ {aim:g}", f"{row['p99']:.3f}"
        )
    rewriting = _table("Rewriting four values, ms", "method", "p50", "p99")
    for row in policy["rewriting"]:
        rewriting.add_row(row["method"], f"{row['p50']:.3f}", f"{row['p99']:.3f}")
    streams = _table("Streaming, the prompt as it is and rewritten, in turn", "", "plain", "rewritten", "ratio", "aim")
    for name, what in (("llama", "llama.cpp, tokens/s"), ("stub", "a stub, chunks/s")):
        part, aim = policy[name], policy[name].get("aim_ratio")
        ratio = part["ratio"]["median"]
        sides = [f"{part['sides'][side]['median']:,.1f}" for side in ("plain", "rewritten")]
        judged = _judged(f"{ratio:.3f}", None if aim is None else ratio >= aim)
        streams.add_row(what, *sides, judged, "" if aim is None else f"≥ {aim:g}")
    for table in (deciding, rewriting, streams):
        console.print("", table, sep="\n")
