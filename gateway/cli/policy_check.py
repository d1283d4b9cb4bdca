"""`sepal policy check`: every mistake in a policy, what is of no use in it, and who may see what under it."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli import options
from gateway.cli.explained import colour
from gateway.cli.policy_files import PolicyArgument, load
from gateway.policy.policy import Policy
from gateway.policy.proof import Cell, reachable

_SIGNS: dict[Cell, tuple[str, str]] = {
    "as it is": ("✓", "green"),
    "rewritten": ("↻", "yellow"),
    "only by a rule": ("◦", "cyan"),
    "never": ("—", "dim"),
}
_LEGEND: dict[Cell, str] = {
    "as it is": "as it is",
    "rewritten": "rewritten, when what is left may be seen there",
    "only by a rule": "as it is, where a rule names it",
    "never": "never",
}


def check(
    policy: PolicyArgument = None,
    lenient: Annotated[bool, typer.Option("--lenient", help="Status 0 although there are warnings.")] = False,
    config: options.Config = None,
    as_json: options.Json = False,
) -> None:
    """Check a policy: every mistake with file, line and column, and what to write instead.

    Then which destination may see which label: that is proved, whatever a prompt holds.

    Status 0 when all is well; 1 when the policy loads, but something in it is of no use or easily switched off;
    2 when it does not load.
    """
    effective = options.settings(config, policy=policy)
    loaded = load(effective, as_json=as_json)
    table = reachable(loaded)
    if as_json:
        about = {"name": loaded.name, "sha256": loaded.sha256, "rules": len(loaded.rules), "tests": len(loaded.tests)}
        report = {"ok": True, "policy": about, "warnings": list(loaded.warnings), "table": table}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(loaded, table)
    raise typer.Exit(1 if loaded.warnings and not lenient else 0)


def _print(policy: Policy, table: dict[str, dict[str, Cell]]) -> None:
    console = Console(highlight=False)
    for warning in policy.warnings:
        typer.echo(warning, err=True)
    head = Text(
        _number(len(policy.warnings), "warning") if policy.warnings else "ok",
        style="yellow" if policy.warnings else "green",
    )
    head.append(
        f"  policy {policy.name}, SHA-256 {policy.sha256[:12]}…, {_number(len(policy.rules), 'rule')}, "
        f"{_number(len(policy.tests), 'test')}",
        style="default",
    )
    console.print(head, soft_wrap=True)
    console.print()
    console.print(_grid(policy, table))
    console.print()
    used = {cell for row in table.values() for cell in row.values()}
    legend = Text("   ").join(Text.assemble(sign, f" {_LEGEND[cell]}") for cell, sign in _SIGNS.items() if cell in used)
    console.print(legend)


def _grid(policy: Policy, table: dict[str, dict[str, Cell]]) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold")
    grid.add_column("label")
    for name in policy.destinations:
        grid.add_column(name, justify="center")
    for level, row in table.items():
        grid.add_row(Text(level, style=colour(policy, level)), *(Text(*_SIGNS[cell]) for cell in row.values()))
    return grid


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
