"""`sepal explain`: what the policy would do with a prompt, without running anything."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from gateway.cli import options
from gateway.dialects.read import endpoint_of, read_request
from gateway.openai.errors import ApiError
from gateway.openai.read import parse_json
from gateway.policy.decide import AUTO, Endpoint
from gateway.policy.policy import Policy


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
        return orjson.dumps(data), endpoint_of(data)
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
        report, loaded, texts, sent = asyncio.run(_decide(body, endpoint, effective))
    except ApiError as error:
        where = f"{file}: " if file else ""
        options.fail(where + error.message, 2)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    from gateway.cli.explained import print_decision

    print_decision(report, loaded, texts, Console(highlight=False), sent)


async def _decide(
    body: bytes, endpoint: Endpoint, effective: Any
) -> tuple[dict[str, Any], Policy, dict[str, str], dict[str, str]]:
    """The report, the policy, the texts by path, and those that were rewritten as they would be sent."""
    from gateway.compose import decider
    from gateway.report import explain as report
    from gateway.verdict import Call

    request = read_request(parse_json(body), endpoint)
    deciding = decider(effective, *options.detecting(effective))
    verdict = await deciding.decide(Call(endpoint, request, "explain"))
    texts = {segment.path: segment.text for segment in verdict.prompt.segments}
    rewriting = verdict.declassified.prompt.segments if verdict.declassified is not None else ()
    sent = {segment.path: segment.text for segment in rewriting if texts.get(segment.path) != segment.text}
    return report(verdict, deciding), deciding.policy, texts, sent
