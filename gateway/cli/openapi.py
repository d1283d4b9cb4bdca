"""`sepal openapi`: what the gateway serves, for programs and for people."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer


def openapi(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print which field is honoured where.")] = False,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Of the page.")] = "en",
) -> None:
    """Print the OpenAPI document of the gateway's endpoints; it is served at `/openapi.json` too.

    With `--markdown`: field by field, what is honoured at which engine.
    """
    if markdown:
        from gateway.conformance import page

        typer.echo(page(language), nl=False)
        return
    from gateway.openapi import document

    typer.echo(json.dumps(document(), ensure_ascii=False, indent=2))
