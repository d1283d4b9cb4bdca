"""Finds and loads the policy that a command is about: for people, or as data for machines.

Knows what is said when it can't be loaded; nothing of what the commands do with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from gateway.cli import options
from gateway.detection.findings import DetectionError
from gateway.document import Mistake
from gateway.paths import find_policy, ready_made
from gateway.policy.load import PolicyError, load_policy
from gateway.policy.policy import Policy
from gateway.policy.schema import PolicyFile
from gateway.policy.sources import Sources, read_sources, read_text
from gateway.settings import Effective

PolicyArgument = Annotated[
    str | None,
    typer.Argument(metavar="[POLICY]", help="A policy file, or the name of a ready-made one; else the configured one."),
]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A policy that loads, where it is, and what its files say, merged."""

    path: Path
    policy: Policy
    sources: Sources
    parsed: PolicyFile


def find(effective: Effective) -> Path:
    """The file of the configured policy, or an error for a person."""
    name = effective.settings.policy
    try:
        if name not in ready_made() and Path(name).expanduser().is_dir():
            options.fail(f"{name} is a directory; name the policy file in it", 2)
        return find_policy(name)
    except FileNotFoundError as error:
        options.fail(str(error), 2)
    except OSError as error:
        options.fail(f"{name[:100]}: can't be read: {error.strerror}", 2)


def load(effective: Effective, *, as_json: bool = False) -> Policy:
    """The configured policy with everything checked that needs no model, or every mistake in it and status 2.

    Args:
        as_json: print the mistakes as JSON on stdout.
    """
    from gateway.compose import check_names, known_entities

    path = find(effective)
    what = "the recognizers do not load"
    try:
        known = known_entities(effective)
        what = "the policy does not load"
        policy = load_policy(path, known, effective.overrides())
        what = "the recognizers do not load"
        check_names(effective, policy)
    except PolicyError as error:
        _refuse(error.mistakes, what, as_json=as_json)
    except DetectionError as error:
        if as_json:
            typer.echo(json.dumps({"ok": False, "mistakes": [{"message": str(error)}]}, ensure_ascii=False, indent=2))
        options.fail(str(error), 2)
    return policy


def load_all(effective: Effective) -> Loaded:
    """The same, with what its files say."""
    path, policy = find(effective), load(effective)
    try:
        raw, text = read_text(path)
        sources = read_sources(str(path), text, hashlib.sha256(raw).hexdigest())
        return Loaded(path, policy, sources, PolicyFile.model_validate(sources.data))
    except (PolicyError, ValueError):
        options.fail(f"{path} changed while it was read; try again")


def _refuse(mistakes: Iterable[Mistake], what: str, *, as_json: bool) -> NoReturn:
    found = list(mistakes)
    if as_json:
        rows = [
            {"file": item.file, "line": item.line, "column": item.column, "message": item.message} for item in found
        ]
        typer.echo(json.dumps({"ok": False, "mistakes": rows}, ensure_ascii=False, indent=2))
    else:
        for mistake in found:
            typer.echo(str(mistake), err=True)
    options.fail(f"{what}: {len(found)} mistake{'s' if len(found) > 1 else ''}", 2)
