"""An evaluation as tables for people. Takes the report that `sepal eval --json` prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_SHOWN = 400
"""Characters of a text that are shown."""


def print_report(report: dict[str, Any], console: Console) -> None:
    """Print rates by file and class, span recall, and the worst mistakes."""
    policy = report["policy"]
    console.print(
        Text(
            f"policy {policy['name']} {policy['sha256'][:12]}: held back is what is above `{policy['lowest']}`; "
            f"detector {report['detector']}",
            style="dim",
        )
    )
    files = [(Path(item["file"]).name, item) for item in report["files"]]
    console.print("", _rates("file", [*files, *([("all", report)] if len(files) > 1 else [])]), sep="\n")
    if report["classes"]:
        console.print("", _classes(report["classes"]), sep="\n")
    _print_spans(report["spans"], console)
    if report["held_back_by"]:
        causes = ", ".join(f"{entity} {count}" for entity, count in list(report["held_back_by"].items())[:10])
        console.print("", Text(f"clean rows were held back by: {causes}"), sep="\n")
    counts = report["counts"]
    for key, words in (
        ("skipped", "without a text were skipped (feedback whose text was not kept)"),
        ("bad", "can't be used and were left out"),
        ("failed", "could not be inspected and count as held back"),
    ):
        if counts[key]:
            console.print(Text(f"{counts[key]} rows {words}", style="yellow"))
    for kind, title in (("leaks", "Worst leaks"), ("over", "Worst held back")):
        if report["worst"][kind]:
            _print_worst(title, report["worst"][kind], console)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", no_wrap=index > 0, overflow="fold")
    return table


def _rates(first: str, rows: list[tuple[str, dict[str, Any]]]) -> Table:
    table = _table(first, "leak", "of", "over", "of", "p50 ms", "p90 ms", "p99 ms")
    for name, item in rows:
        counts, latency = item["counts"], item["latency_ms"] or {}
        table.add_row(
            Text(name),
            _percent(item["leak_rate"]),
            str(counts["sensitive"]),
            _percent(item["over_rate"]),
            str(counts["clean"]),
            *(f"{latency[share]:.1f}" if latency else "-" for share in ("p50", "p90", "p99")),
        )
    return table


def _classes(classes: dict[str, Any]) -> Table:
    table = _table("class", "leak", "of", "over", "of")
    for name, item in classes.items():
        leak, over = _percent(item["leak_rate"]), _percent(item["over_rate"])
        table.add_row(Text(name), leak, str(item["sensitive"]), over, str(item["clean"]))
    return table


def _print_spans(spans: dict[str, Any] | None, console: Console) -> None:
    if spans is None:
        return
    table = _table("span", "found", "of")
    for kind, item in spans["by_type"].items():
        table.add_row(Text(kind or "(no type)"), _percent(item["recall"]), str(item["total"]))
    table.add_row("all", _percent(spans["recall"]), str(spans["total"]))
    console.print("", table, sep="\n")


def _print_worst(title: str, misses: list[dict[str, Any]], console: Console) -> None:
    console.print("", Text(title, style="bold"), sep="\n")
    for miss in misses:
        found = ", ".join(f"{count} × {entity}" for entity, count in miss["found"].items()) or "nothing found"
        kind = f" ({miss['class']})" if miss["class"] else ""
        console.print(Text(f"  {miss['file']}:{miss['line']}  {miss['id']}{kind}  {miss['level']}: {found}"))
        if "text" in miss or "messages" in miss:
            console.print(Text(f"      {str(miss.get('text', miss.get('messages')))[:_SHOWN]!r}", style="dim"))
