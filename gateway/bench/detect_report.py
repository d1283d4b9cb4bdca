"""A measurement of detection as tables and charts for people, with the aims beside the figures."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.bench.chart import bars, growth
from gateway.bench.detect import MEGABYTE, PEERS

_BUSY = 1.15
_NAMES = {"sepal": "Sepal", **PEERS}


def print_detect(report: dict[str, Any], console: Console) -> None:
    """Print what was measured."""
    console.print(
        "", Text(f"Detection on one core (number {report['core']}), one side at a time", style="bold"), sep="\n"
    )
    for name, about in report["sides"].items():
        if "absent" in about:
            console.print(Text(f"  {_NAMES[name]}: not measured: {about['absent']}", style="yellow"))
            continue
        versions = ", ".join(f"{package} {number}" for package, number in about["versions"].items())
        console.print(
            Text(f"  {_NAMES[name]}: ready in {about['ready_s']} s, {about['memory_mib']:.0f} MiB; {versions}")
        )
    _print_busy(report, console)
    console.print("", _lengths(report), sep="\n")
    _print_ends(report, console)
    console.print("", Text("Growth with length (median)", style="bold"), length_chart(report), sep="\n", markup=False)
    turns = report["turns"]
    title = f"Growth with turns of {turns['tokens']} tokens: turn {len(turns['rows'])} takes "
    ratio = Text(
        f"{turns['ratio']:.2f} (cpu {turns['cpu_ratio']:.2f})", style=_judged(turns["ratio"] <= turns["aim_ratio"])
    )
    console.print(
        "", Text.assemble((title, "bold"), ratio, f" times what is new in it (≤ {turns['aim_ratio']:g})"), sep="\n"
    )
    console.print(turn_chart(report), markup=False)


def _print_busy(report: dict[str, Any], console: Console) -> None:
    busy = _busy(report)
    if busy > _BUSY:
        console.print(
            Text(
                f"  The machine was busy: 1 s of Sepal's processor time took {busy:.1f} s by the clock. Compare only "
                "processor times (cpu, median).",
                style="yellow",
            )
        )


def _print_ends(report: dict[str, Any], console: Console) -> None:
    """The shortest way and the longest text."""
    settled = report["settled"]
    good = settled["p50"] <= settled["aim_p50_ms"]
    line = Text(f"\n{settled['tokens']} tokens that rules settle (stop_at_highest): p50 ")
    line.append(f"{settled['p50']:.2f} ms", style=_judged(good)).append(
        f" (≤ {settled['aim_p50_ms']:g}; cpu {settled['cpu_p50']:.2f}), p99 {settled['p99']:.2f}"
    )
    console.print(line)
    for item in report["megabyte"]:
        console.print(
            f"1 MB, {item['language']}: {item['seconds']} s (cpu {item['cpu_seconds']}), at most "
            f"{item['memory_mib']:.0f} MiB of memory"
        )


def _busy(report: dict[str, Any]) -> float:
    """How many seconds of the clock a second of our processor time took."""
    ours = [item["ms"]["sepal"] for item in report["lengths"]]
    return float(sum(item["p50"] for item in ours) / sum(item["cpu_p50"] for item in ours))


def length_chart(report: dict[str, Any]) -> str:
    """Milliseconds of the processor by tokens: every side that was measured, ours also in Chinese and at 1 MB."""
    series: dict[str, list[tuple[float, float]]] = {}
    for item in report["lengths"]:
        for name, figures in item["ms"].items():
            key = f"{name} en" if item["language"] == "en" else "zh, sepal"
            series.setdefault(key, []).append((item["tokens"], figures["cpu_p50"]))
    for item in report["megabyte"]:
        # About four characters of English are a token, and one character of three bytes of Chinese.
        tokens = MEGABYTE / (4 if item["language"] == "en" else 3)
        key = "sepal en" if item["language"] == "en" else "zh, sepal"
        series[key].append((tokens, 1000 * item["cpu_seconds"]))
    return growth(series, x="tokens", y="ms of the processor")


def turn_chart(report: dict[str, Any]) -> str:
    """Milliseconds of the processor by turn, the whole conversation each time."""
    rows = report["turns"]["rows"]
    return bars([(f"turn {row['turn']}", row["whole_cpu_ms"]) for row in rows], unit="ms")


def _judged(good: bool | None) -> str:
    return "" if good is None else "green" if good else "red"


def _lengths(report: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = [name for name, about in report["sides"].items() if "absent" not in about]
    table.add_column("tokens")
    for name in names:
        for share in ("p50", "p99", "cpu"):
            table.add_column(f"{name} {share}", justify="right")
    table.add_column("aim", justify="right", no_wrap=True)
    for item in report["lengths"]:
        aim = item["aim_ms"]
        cells = []
        for name in names:
            figures = item["ms"].get(name)
            for share in ("p50", "p99", "cpu_p50"):
                judged = aim and figures and name == "sepal" and share in aim
                good = figures[share] <= aim[share] if judged else None
                cells.append(Text(f"{figures[share]:.1f}" if figures else "-", style=_judged(good)))
        wanted = f"≤ {aim['p50']:g} / {aim['p99']:g}" if aim else ""
        table.add_row(f"{item['tokens']:,} {item['language']}", *cells, wanted)
    return table
