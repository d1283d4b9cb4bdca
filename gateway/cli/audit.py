"""`sepal audit`: read the audit trail and prove that it is whole."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from gateway.audit.query import decisions, head_hash
from gateway.audit.query import verify as verify_chain
from gateway.cli import options

app = typer.Typer(help="Read the audit trail; prove that it is whole.", no_args_is_help=True)

File = Annotated[Path | None, typer.Option("--file", "-f", help="The audit file; without it the configured one.")]


def _file(file: Path | None, config: Path | None, state_dir: Path | None) -> Path:
    effective = options.settings(config, state_dir=state_dir)
    path = file or effective.settings.audit or options.paths(effective).audit
    if not path.is_file():
        options.fail(
            f"there is no audit file at {path}; it appears with the first decision. Name another with --file or "
            "--state-dir",
            2,
        )
    return path


@app.command("tail")
def tail(
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many of the last decisions.")] = 10,
    follow: Annotated[bool, typer.Option("--follow", help="Go on as decisions come in.")] = False,
    file: File = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
    as_json: options.Json = False,
) -> None:
    """Show the last decisions: when, label, where it ran, why, and how it ended. Never any text."""
    path = _file(file, config, state_dir)
    console = Console(highlight=False)
    shown: set[tuple[str, str]] = set()
    items = list(decisions(path))[-count:]
    while True:
        for item in items:
            shown.add(_identity(item))
            if as_json:
                typer.echo(json.dumps(item, ensure_ascii=False))
            else:
                console.print(_line(item), soft_wrap=True)
        if not follow:
            return
        time.sleep(0.5)
        items = [item for item in decisions(path) if _identity(item) not in shown]


def _identity(item: dict[str, Any]) -> tuple[str, str]:
    return str(item.get("decision") or item.get("seq")), str(item.get("outcome"))


def _line(item: dict[str, Any]) -> Text:
    if item.get("event") != "decision":
        return Text(f"{item.get('time', '')}  {item.get('event')}  {_what(item)}")
    outcome = item.get("outcome", "running")
    where = item.get("destination") or ("-" if "outcome" in item else "…")
    line = Text(f"{item['time']}  {item['decision']}  ")
    label = f"{item['label']} ↻ {item['declassified']['to']}" if item.get("rewritten") else item["label"]
    line.append(f"{label:<12} → {where:<8} ", style="bold")
    line.append(f"{outcome:<11}", style="green" if outcome == "completed" else "yellow")
    total = item.get("timings", {}).get("total_ms")
    line.append(f" {total / 1000:6.2f} s  " if total is not None else "           ")
    line.append(str(item.get("why", "")))
    for passed in item.get("fallbacks") or ():
        line.append(f"; '{passed['destination']}' {passed['reason']}", style="yellow")
    return line


def _what(item: dict[str, Any]) -> str:
    """What an event other than a decision is about."""
    policy = item.get("policy")
    named = f"{policy['name']} {policy['sha256'][:12]}" if isinstance(policy, dict) else ""
    return "  ".join(str(part) for part in (named, item.get("why") or item.get("reason")) if part)


@app.command("verify")
def verify(
    file: File = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Prove that no record was changed, removed or put in: each carries the hash of the one before.

    Status 0 when the chain holds, 1 when it does not.
    """
    path = _file(file, config, state_dir)
    count, breaks = verify_chain(path)
    for item in breaks:
        typer.echo(f"{path}:{item.line}: {item.what}", err=True)
    if breaks:
        options.fail(f"the chain is broken in {len(breaks)} place(s)")
    typer.echo(f"ok  {count} records, unbroken chain in {path}")
    typer.echo(f"the last record's hash is {head_hash(path)}; noted elsewhere, it shows later that none is missing")
