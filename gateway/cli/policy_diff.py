"""`sepal policy diff`: what another policy would have decided otherwise."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli import options
from gateway.cli.policy_files import Loaded, fail, load_all
from gateway.cli.policy_recorded import Replayed, replay
from gateway.policy.differences import Change, Routed, Side
from gateway.policy.words import read_words
from gateway.settings import Effective

if TYPE_CHECKING:
    from gateway.cli.policy_prompts import Compared

_PERHAPS = "a record does not tell what these ask for, so differences that hang on them count as perhaps"


def diff(
    old: Annotated[str, typer.Argument(help="A policy file, or the name of a ready-made policy.")],
    new: Annotated[str, typer.Argument(help="The one to compare with it.")],
    audit: Annotated[Path | None, typer.Option("--audit", help="Audit file; without it the configured one.")] = None,
    prompts: Annotated[
        Path | None, typer.Option("--prompts", help="Prompts as JSON Lines, as for `sepal eval`; labels not needed.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="How many decisions and prompts to list.")] = 20,
    config: options.Config = None,
    state_dir: options.StateDir = None,
    as_json: options.Json = False,
) -> None:
    """Show which decisions in the audit trail, and which prompts, two policies route differently.

    Decisions are made anew from what the audit records; no text is needed, and none is shown.

    Status 0 when nothing differs, 1 when something does or may, 2 when it can't be said.
    """
    before = options.settings(config, policy=old, state_dir=state_dir)
    after = options.settings(config, policy=new, state_dir=state_dir)
    first, second = load_all(before, as_json=as_json), load_all(after, as_json=as_json)
    sides = _side(first), _side(second)
    trail = _trail(audit, before, needed=prompts is None, as_json=as_json)
    replayed = _replayed(trail, sides, as_json=as_json) if trail is not None else None
    compared = None
    if prompts is not None:
        from gateway.cli.policy_prompts import compare_prompts

        compared = asyncio.run(compare_prompts(prompts, first, second, before, as_json=as_json))
    report: dict[str, Any] = {
        "object": "sepal.policy_diff",
        "old": {"name": first.policy.name, "sha256": first.policy.sha256},
        "new": {"name": second.policy.name, "sha256": second.policy.sha256},
        "audit": _audit(trail, replayed, sides, limit) if replayed is not None else None,
        "prompts": _prompts(prompts, compared, limit) if compared is not None else None,
    }
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(report, Console(highlight=False))
    raise typer.Exit(_status(replayed, compared))


def _side(loaded: Loaded) -> Side:
    from gateway.compose import models_of

    return Side(loaded.policy, loaded.parsed, models_of(loaded.policy), _lists(loaded))


def _lists(loaded: Loaded) -> dict[str, str]:
    from gateway.policy.conditions import walk

    found: dict[str, str] = {}
    for index, rule in enumerate(loaded.parsed.rules):
        for location, when in walk(rule.when, ("rules", index, "when")) if rule.when is not None else ():
            if when.words_file is not None:
                file, _ = loaded.sources.origin((*location, "words_file"))
                found[when.words_file] = read_words(file, when.words_file)[0]
    return found


def _replayed(trail: Path, sides: tuple[Side, Side], *, as_json: bool) -> Replayed:
    try:
        replayed = replay(trail, *sides)
    except OSError as error:
        fail(f"{trail}: can't be read: {error.strerror}", as_json=as_json)
    if not replayed.records:
        lines = _number(replayed.junk, "line")
        fail(f"{trail}: is no audit file: none of its {lines} is an audit record", as_json=as_json)
    return replayed


def _trail(audit: Path | None, effective: Effective, *, needed: bool, as_json: bool) -> Path | None:
    path = audit or effective.settings.audit or options.paths(effective).audit
    if path.is_file():
        return path
    if audit is not None or needed:
        message = f"there is no audit file at {path}; name one with --audit or --state-dir, or give --prompts FILE"
        fail(message, as_json=as_json)
    typer.echo(f"note: there is no audit file at {path}, so only the prompts are compared", err=True)
    return None


def _status(replayed: Replayed | None, compared: Compared | None) -> int:
    nothing = (replayed is None or replayed.decisions == replayed.unjudged) and (
        compared is None or not compared.prompts
    )
    if (compared is not None and compared.bad) or (nothing and (compared is not None or _unjudged(replayed))):
        return 2
    return 1 if any(item.changes for item in (replayed, compared) if item is not None) else 0


def _unjudged(replayed: Replayed | None) -> bool:
    return replayed is not None and replayed.unjudged > 0


def _audit(trail: Path | None, replayed: Replayed, sides: tuple[Side, Side], limit: int) -> dict[str, Any]:
    return {
        "file": str(trail),
        "decisions": replayed.decisions,
        "unjudged": replayed.unjudged,
        "lines_that_are_no_records": replayed.junk,
        "rules_without_record": dict(zip(("old", "new"), (list(side.unjudged) for side in sides), strict=True)),
        **_changes(replayed.changes, limit),
    }


def _prompts(path: Path | None, compared: Compared, limit: int) -> dict[str, Any]:
    about = {"file": str(path), "prompts": compared.prompts, "bad": compared.bad}
    return {**about, **_changes(compared.changes, limit)}


def _changes(changes: list[Change], limit: int) -> dict[str, Any]:
    """How many go where instead of where, and the last of them."""
    surely = Counter((item.before, item.after) for item in changes if item.certain)
    perhaps = Counter((item.before, item.after) for item in changes if not item.certain)
    kinds = sorted((surely + perhaps).items(), key=lambda item: (-item[1], item[0]))
    return {
        "different": sum(surely.values()),
        "perhaps": sum(perhaps.values()),
        "changes": [
            {"before": _json(pair[0]), "after": _json(pair[1]), "different": surely[pair], "perhaps": perhaps[pair]}
            for pair, _ in kinds
        ],
        "listed": [
            {
                "name": item.name,
                **({"time": item.time} if item.time else {}),
                "before": _json(item.before),
                "after": _json(item.after),
                "certain": item.certain,
            }
            for item in (changes[-limit:] if limit else [])
        ],
    }


def _json(routed: Routed) -> dict[str, Any]:
    return {"label": routed.label, "destination": routed.destination, "rewritten": routed.rewritten}


def _print(report: Mapping[str, Any], console: Console) -> None:
    console.print(Text(f"old  {_named(report['old'])}\nnew  {_named(report['new'])}", style="dim"))
    audit, prompts = report["audit"], report["prompts"]
    if audit is not None:
        _print_part("decision", audit["decisions"] - audit["unjudged"], audit, console)
        if audit["unjudged"]:
            older = f"{_number(audit['unjudged'], 'decision')} left out, whose records do not say what was found"
            console.print(Text(older, style="yellow"), soft_wrap=True)
        if junk := audit["lines_that_are_no_records"]:
            left = f"{_number(junk, 'line')} left out: no audit record; `sepal audit verify` says where"
            console.print(Text(left, style="yellow"), soft_wrap=True)
        for which, rules in audit["rules_without_record"].items():
            if rules:
                console.print(Text(f"{which}: {', '.join(rules)}: {_PERHAPS}", style="yellow"), soft_wrap=True)
    if prompts is not None:
        _print_part("prompt", prompts["prompts"], prompts, console)
        if prompts["bad"]:
            console.print(Text(f"{_number(prompts['bad'], 'row')} left out, which can't be used", style="yellow"))


def _named(policy: Mapping[str, str]) -> str:
    return f"{policy['name']} {policy['sha256'][:12]}"


def _print_part(what: str, count: int, part: Mapping[str, Any], console: Console) -> None:
    perhaps = f", {part['perhaps']} perhaps" if part["perhaps"] else ""
    head = f"\n{_number(count, what)} in {part['file']}: {part['different']} differ{perhaps}"
    console.print(Text(head, style="bold"), soft_wrap=True)
    if not part["changes"]:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("before", "after", "differ", "perhaps"):
        table.add_column(column, justify="left" if column in ("before", "after") else "right", no_wrap=True)
    for row in part["changes"]:
        numbers = [str(row[name] or "") for name in ("different", "perhaps")]
        table.add_row(Text(_words(row["before"])), Text(_words(row["after"])), *numbers)
    console.print(table)
    console.print()
    for row in part["listed"]:
        line = f"{row['time'] + '  ' if 'time' in row else ''}{row['name']}  "
        change = f"{_words(row['before'])}  ⇒  {_words(row['after'])}{'' if row['certain'] else '  perhaps'}"
        console.print(Text(line + change), soft_wrap=True)
    left = part["different"] + part["perhaps"] - len(part["listed"])
    if left:
        console.print(Text(f"and {left} before; list more with --limit", style="dim"))


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _words(routed: Mapping[str, Any]) -> str:
    return str(Routed(routed["label"], routed["destination"], routed["rewritten"]))
