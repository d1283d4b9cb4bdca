"""`sepal recognizers`: which recognizers there are, built in and your own."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from gateway.cli import options


def recognizers(
    as_json: options.Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the documentation.")] = False,
    policy: options.PolicyName = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """List all recognizers: what each finds, in which languages, by which standard, with an example."""
    from gateway.detection.catalogue import catalogue, page

    effective = options.settings(config, policy=policy, state_dir=state_dir)
    _, detector = options.detecting(effective)
    entries = catalogue(detector.recognizers)
    if as_json:
        typer.echo(json.dumps([item.to_json() for item in entries], ensure_ascii=False, indent=2))
        return
    if markdown:
        typer.echo(page(entries), nl=False)
        return
    console = Console(highlight=False)
    for item in entries:
        console.print(Text.assemble((item.name, "bold"), ("  " + item.origin, "dim")))
        about = {
            "finds": ", ".join(item.entities),
            "languages": ", ".join(item.languages),
            "example": item.example.replace("\n", " "),
            "follows": item.standard,
        }
        for title, words in about.items():
            if words:
                console.print(Text(f"  {title:<10} {words}"))
    console.print(Text(f"\n{len(entries)} recognizers", style="dim"))
