"""A soak as tables for people."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from gateway.bench.table import judged, table_of

_ROWS = (
    ("descriptors", "descriptors"),
    ("sockets", "sockets"),
    ("threads", "threads"),
    ("tasks", "tasks"),
    ("rss_mib", "memory, MiB"),
)
_STAGES = ("warm", "first", "last", "most", "after")


def print_soak(soak: dict[str, Any], console: Console) -> None:
    """Print the counts, both processes, and every check."""
    answers = table_of(
        f"{soak['streams']} clients for {soak['seconds']:g} s, llama.cpp through the gateway", "answers", ""
    )
    counts, same = soak["answers"], soak["same_text_as_alone"]
    answers.add_row("whole", f"{counts['finished']:,}")
    answers.add_row("  of clients that stopped reading for a while", f"{counts['finished_after_a_pause']:,}")
    answers.add_row("  with the text that the prompt gets alone", f"{same['same']:,} of {same['compared']:,}")
    for name, what in (("cut_off_by_clients", "cut off by the client"), ("broken", "broken")):
        answers.add_row(what, f"{counts[name]['all']:,}")
        for way, count in counts[name].items():
            if way != "all":
                answers.add_row(f"  {way}", f"{count:,}")
    answers.add_row("refused, the queue was full", f"{counts['refused_queue_full']:,}")
    for reason, count in soak["audit"]["passed_over"].items():
        answers.add_row(f"the engine {reason}", f"{count:,}")
    processes = table_of("Processes", "", *("before", "first second", "last second", "most", "after"))
    for name, stages in soak["processes"].items():
        for key, what in _ROWS:
            if key in stages["warm"]:
                figures = [stages[stage][key] if stages[stage] else "" for stage in _STAGES]
                processes.add_row(f"{name}: {what}", *map(str, figures))
    checks = table_of("Checks", "", "found", "aim", "")
    for check in soak["checks"]:
        verdict = {True: "good", False: "FAILED", None: "not judged"}[check["good"]]
        checks.add_row(check["name"], check["figure"], check["aim"], judged(verdict, check["good"]))
    console.print("", answers, "", processes, "", checks, sep="\n")
