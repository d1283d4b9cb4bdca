"""`sepal policy schema`: the policy file for editors, as JSON Schema, and for the documentation."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def schema(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the reference of docs/policy.md.")] = False,
) -> None:
    """Print the JSON Schema of policy files, with which editors complete names and mark mistakes.

    Save it beside a policy and make this the policy's first line:
    `# yaml-language-server: $schema=policy.schema.json`
    """
    if markdown:
        from gateway.policy.reference import reference

        typer.echo(reference(), nl=False)
        return
    from gateway.policy.json_schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
