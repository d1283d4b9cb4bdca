"""`sepal explain` and `sepal check`: what the policy would do, without running anything."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli import options
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.read import parse_json, validate
from gateway.policy.decide import AUTO, Endpoint
from gateway.policy.policy import Policy

_COLOURS = ("green", "yellow", "magenta", "red")


def _colour(policy: Policy, level: str) -> str:
    rank = policy.levels[level].rank
    return _COLOURS[min(rank * (len(_COLOURS) - 1) // max(len(policy.levels.names) - 1, 1), 3)]


def _request(text: str | None, file: Path | None) -> tuple[bytes, Endpoint]:
    if text is not None and file is not None:
        options.fail("give a text or --file, not both", 2)
    if file is not None:
        try:
            body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        except OSError as error:
            options.fail(f"{file}: can't be read: {error.strerror}", 2)
        try:
            data = parse_json(body)
        except ApiError as error:
            options.fail(f"{file}: {error.message}", 2)
        data.setdefault("model", AUTO)
        return orjson.dumps(data), "completions" if "prompt" in data and "messages" not in data else "chat.completions"
    if text is None or text == "-":
        if sys.stdin.isatty():
            typer.echo("Type the text, then Ctrl-D:", err=True)
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    if not text.strip():
        options.fail('there is no text; try: sepal explain "Why is the sky blue?"', 2)
    try:
        return orjson.dumps({"model": AUTO, "messages": [{"role": "user", "content": text}]}), "chat.completions"
    except orjson.JSONEncodeError:
        options.fail("the text is not valid Unicode", 2)


def explain(
    text: Annotated[str | None, typer.Argument(help="The prompt; without it (or with -) stdin is read.")] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="A request as JSON, as a client sends it.")] = None,
    policy: options.PolicyName = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
    as_json: options.Json = False,
) -> None:
    """Show what is found in a prompt, its label, and where it would run. Runs nothing.

    Example: `sepal explain "Write to Maria Gonzalez, +34 612 345 678"`
    """
    body, endpoint = _request(text, file)
    effective = options.settings(config, policy=policy, state_dir=state_dir)
    try:
        report, loaded, texts = asyncio.run(_decide(body, endpoint, effective))
    except ApiError as error:
        where = f"{file}: " if file else ""
        options.fail(where + error.message, 2)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    _print(report, loaded, texts)


async def _decide(body: bytes, endpoint: Endpoint, effective: Any) -> tuple[dict[str, Any], Policy, dict[str, str]]:
    from gateway.compose import decider, detector_of
    from gateway.report import explain as report
    from gateway.verdict import Call

    data = parse_json(body)
    request: wire.Request = (
        validate(data, wire.ChatRequest) if endpoint == "chat.completions" else validate(data, wire.CompletionRequest)
    )
    detector = detector_of(effective)
    deciding = decider(effective, options.policy(effective, detector.entities), detector)
    verdict = await deciding.decide(Call(endpoint, request, "explain"))
    texts = {segment.path: segment.text for segment in verdict.prompt.segments}
    return report(verdict, deciding), deciding.policy, texts


def _print(report: dict[str, Any], policy: Policy, texts: dict[str, str]) -> None:
    console = Console(highlight=False)
    label = report["label"]
    if report["findings"]:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("type", "level", "score", "text"):
            table.add_column(column, no_wrap=True)
        table.add_column("where, and found by", overflow="fold")
        for finding in report["findings"]:
            span = texts.get(finding["path"], "")[finding["start"] : finding["end"]]
            level = Text(finding["level"], style=_colour(policy, finding["level"]))
            place = Text(f"{finding['path']} {finding['start']}-{finding['end']} ")
            place.append(finding["recognizer"], style="dim")
            table.add_row(
                finding["entity"],
                level if finding["counts"] else Text("score too low", style="dim"),
                f"{finding['score']:.2f}",
                Text(span if len(span) <= 24 else span[:23] + "…"),
                place,
            )
        console.print(table)
        console.print()
    for item in report["unreadable"]:
        console.print(f"could not be inspected: {item['path']} ({item['reason']})", style="red")
    if report["detection_failed"]:
        console.print(f"detection failed: {report['detection_failed']}", style="red")
    console.print("label:       ", Text(label, style=f"bold {_colour(policy, label)}"), sep="")
    console.print("rule:        ", Text(report["rule"]), sep="")
    console.print("why:         ", Text(report["why"]), sep="")
    for name, lacking in report["unable"].items():
        console.print(Text(f"'{name}' may see it, but can't do what {', '.join(lacking)} asks for", style="yellow"))
    where = report["destination"] or "nowhere: " + (report["denied"] or "no destination is cleared and able")
    others = report["destinations"][1:]
    console.print(
        "destination: ", Text(where, style="bold"), Text(f"  then {', '.join(others)}" if others else ""), sep=""
    )
    console.print(Text(f"policy {report['policy']['name']} {report['policy']['sha256'][:12]}", style="dim"))


def check(
    policy: Annotated[str | None, typer.Argument(help="Policy file, or the name of a ready-made one.")] = None,
    config: options.Config = None,
    as_json: options.Json = False,
) -> None:
    """Check a policy: every mistake with file, line and column, and what to write instead.

    Status 0 when the policy loads, 2 when it does not.
    """
    from gateway.detection.entities import KNOWN_ENTITIES

    effective = options.settings(config, policy=policy)
    loaded = options.policy(effective, KNOWN_ENTITIES)
    table = {
        level.name: [name for name in loaded.prefer if level <= loaded.destinations[name].clearance]
        for level in loaded.levels
    }
    if as_json:
        report = {"ok": True, "policy": {"name": loaded.name, "sha256": loaded.sha256}, "admissible": table}
        typer.echo(json.dumps(report, indent=2))
        return
    console = Console(highlight=False)
    console.print(f"[green]ok[/green]  policy {loaded.name}, SHA-256 {loaded.sha256[:12]}…, {len(loaded.rules)} rules")
    for level, names in table.items():
        target = ", then ".join(names) if names else "nowhere (refused)"
        console.print(Text(f"  {level:<14} → {target}"))
