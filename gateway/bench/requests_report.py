"""What requests cost, as tables for people: overhead, and requests a second beside LiteLLM's proxy."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.bench.table import judged, table_of

_OURS = ("gateway", "keyed")
_KEYED = "with key"
"""A gateway that asks for an API key with every limit in force."""


def print_overhead(overhead: dict[str, Any], console: Console) -> None:
    """Print added latency and requests a second."""
    chunks = overhead["streams"]["chunks"]
    latency = _latency_table(
        f"Whole answer of {chunks} chunks, 1 connection: ms (p50), and what is added (+)", "prompts"
    )
    rates = table_of(
        "Requests a second (median of slices)",
        *("prompts", "at once", "direct", "gateway", "cpu ms", _KEYED, "cpu ms"),
    )
    for variant in overhead["variants"]:
        _add_latency(latency, variant["name"], variant["latency_ms"], variant["aim_added_p50_ms"])
        for language, split in variant["latency_ms"].get("by_language", {}).items():
            if split:
                _add_latency(latency, f"  {language}", split, None, style="dim")
        for item in variant["throughput"]:
            ours = [cell for side in _OURS if side in item for cell in (_per_second(item[side]), _cpu(item[side]))]
            rates.add_row(variant["name"], str(item["connections"]), _per_second(item["direct"]), *ours)
    streams = _latency_table(f"The same, detection from its cache, by how the {chunks} chunks come", "a chunk")
    for row in overhead["streams"]["rows"]:
        name = f"every {row['pause_ms']:g} ms" if row["pause_ms"] else "at once"
        _add_latency(streams, name, row["latency_ms"], overhead["streams"]["aim_added_p50_ms"])
    console.print("", latency, "", streams, "", rates, sep="\n")


def _latency_table(title: str, first: str) -> Table:
    return table_of(title, first, "direct", "gateway", "+ p50", "+ p99", _KEYED, "+ p50", "+ p99", "aim")


def _add_latency(table: Table, name: str, latency: dict[str, Any], aim: float | None, *, style: str = "") -> None:
    whole = latency["whole"]
    cells: list[str | Text] = [f"{whole['direct']['p50']:.2f}"]
    for side in _OURS:
        if side not in whole:
            cells += ["", "", ""]
            continue
        more = whole[side]["added"]
        good = None if aim is None else more["p50"] <= aim
        cells += [f"{whole[side]['p50']:.2f}", judged(f"{more['p50']:.2f}", good), f"{more['p99']:.2f}"]
    table.add_row(name, *cells, "" if aim is None else f"≤ {aim:g}", style=style)


def _per_second(figures: dict[str, Any]) -> str:
    return f"{figures['median']:.0f}"


def _cpu(figures: dict[str, Any]) -> str:
    """Milliseconds of its own process's processor time that a request takes."""
    return f"{figures['cpu_ms']:.2f}" if "cpu_ms" in figures else ""


def print_beside(beside: dict[str, Any], console: Console) -> None:
    """Print requests a second beside LiteLLM's, and how many times as many that is."""
    names = {"litellm": f"LiteLLM {beside['version']}", "gateway": "Sepal", "keyed": f"Sepal {_KEYED}"}
    table = table_of(
        f"Requests a second, {beside['connections']} connections, prompts of {beside['tokens']} tokens",
        *("prompts and answers", "", "requests/s", "cpu ms", "times LiteLLM", "quartiles", "aim"),
    )
    for row in beside["variants"]:
        table.add_row(row["name"], "the stub alone", _per_second(row["rates"]["direct"]))
        for side, name in names.items():
            found, ratio, aim = row["rates"][side], row["ratios"].get(side), row["aim_ratio"]
            judgement: list[str | Text] = []
            if ratio:
                shown = judged(f"{ratio['median']:.1f}", ratio["median"] >= aim)
                judgement = [shown, f"{ratio['low']:.1f} to {ratio['high']:.1f}", f"≥ {aim:g}"]
            table.add_row("", name, _per_second(found), _cpu(found), *judgement)
    console.print("", table, sep="\n")
