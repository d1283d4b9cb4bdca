"""`sepal policy test`: runs the tests that a policy carries, each the gateway's way to its decision."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from gateway.cli import options
from gateway.cli.policy_files import Loaded, PolicyArgument, fail, load_all
from gateway.policy.schema import PolicyTest
from gateway.policy_tests import Outcome, run_tests
from gateway.settings import Effective

_HOW = """\
the policy has no tests; write some at its end, such as

tests:
  - name: a name stays here
    prompt: Write to Maria Gonzalez, +34 612 345 678
    expect: {label: confidential, destination: local}"""


def run_policy_tests(
    policy: PolicyArgument = None,
    words: Annotated[
        str | None, typer.Option("-k", metavar="WORDS", help="Only tests with all these words in their name.")
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="Only tests in this file, none that it inherits.")] = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
    as_json: options.Json = False,
) -> None:
    """Run a policy's tests: what each prompt is labelled, and where it would go. Runs no model but the detector's.

    Status 0 when all pass, 1 when one fails or there are none, 2 when the policy does not load.
    """
    effective = options.settings(config, policy=policy, state_dir=state_dir)
    loaded = load_all(effective, as_json=as_json)
    if not loaded.policy.tests:
        fail(_HOW, 1, as_json=as_json)
    chosen = [
        (index, item)
        for index, item in enumerate(loaded.policy.tests)
        if _named(item, words) and not (own and _inherited(loaded, index))
    ]
    if not chosen:
        which = f" has these words in its name: {words}" if words else " stands in this file; leave --own out"
        fail(f"none of the {len(loaded.policy.tests)} tests{which}", 1, as_json=as_json)
    begin = time.monotonic()
    outcomes = asyncio.run(_run(chosen, loaded, effective, Console(highlight=False), quiet=as_json))
    failed = sum(not outcome.passed for outcome in outcomes)
    if as_json:
        rows = [
            {
                "name": outcome.name,
                "at": _place(loaded, index),
                "passed": outcome.passed,
                "differences": list(outcome.differences),
                "why": outcome.why,
            }
            for (index, _), outcome in _pairs(chosen, outcomes)
        ]
        report: dict[str, Any] = {"policy": loaded.policy.name, "tests": len(rows), "failed": failed, "outcomes": rows}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print_sum(len(outcomes), failed, time.monotonic() - begin)
        _print_hint(sum(_inherited(loaded, index) for (index, _), one in _pairs(chosen, outcomes) if not one.passed))
    raise typer.Exit(1 if failed else 0)


def _pairs(
    chosen: Sequence[tuple[int, PolicyTest]], outcomes: Sequence[Outcome]
) -> Iterable[tuple[tuple[int, PolicyTest], Outcome]]:
    return zip(chosen, outcomes, strict=True)


def _inherited(loaded: Loaded, index: int) -> bool:
    return loaded.sources.inherited(("tests", index, "name"))


def _named(item: PolicyTest, words: str | None) -> bool:
    return all(word in item.name.casefold() for word in (words or "").casefold().split())


async def _run(
    chosen: Sequence[tuple[int, PolicyTest]], loaded: Loaded, effective: Effective, console: Console, *, quiet: bool
) -> list[Outcome]:
    from gateway.compose import decider

    deciding = decider(effective, *options.detecting(effective))
    progress = sys.stderr.isatty() and not quiet
    outcomes: list[Outcome] = []
    try:
        async for outcome in run_tests(deciding, [item for _, item in chosen]):
            if not outcome.passed and not quiet:
                _print_failure(outcome, _place(loaded, chosen[len(outcomes)][0]), console)
            outcomes.append(outcome)
            if progress:
                typer.echo(f"{len(outcomes)}/{len(chosen)}\x1b[K\r", err=True, nl=False)
    finally:
        deciding.inspector.close()
        if progress:
            typer.echo("\x1b[K", err=True, nl=False)
    return outcomes


def _place(loaded: Loaded, index: int) -> str:
    file, line = loaded.sources.origin(("tests", index, "name"))
    return f"{Path(file).name}:{line}"


def _print_failure(outcome: Outcome, place: str, console: Console) -> None:
    console.print(Text.assemble(("failed ", "bold red"), (outcome.name, "bold"), (f"  {place}", "dim")), soft_wrap=True)
    for difference in outcome.differences:
        console.print(Text(f"  {difference}"), soft_wrap=True)
    if outcome.why:
        console.print(Text(f"  because: {outcome.why}", style="dim"), soft_wrap=True)


def _print_sum(count: int, failed: int, seconds: float) -> None:
    what = f"{count} test{'' if count == 1 else 's'}"
    result = f"{failed} failed, {count - failed} passed" if failed else "all passed"
    typer.echo(typer.style(f"{what}: {result}", fg="red" if failed else "green") + f" in {seconds:.1f} s")


def _print_hint(inherited: int) -> None:
    if inherited:
        typer.echo(
            f"{inherited} of those that failed stand in a policy that this one extends: where this one is meant to "
            "decide differently, write a test of the same name here; --own leaves inherited ones out"
        )
