"""Finds and loads the policy that a command is about: for people, or as data for machines.

Knows what is said when it can't be loaded; nothing of what the commands do with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from gateway.cli import options
from gateway.detection.findings import DetectionError
from gateway.document import Mistake
from gateway.paths import find_policy, ready_made
from gateway.policy.load import PolicyError, load_policy
from gateway.policy.merged import Sources
from gateway.policy.policy import Policy
from gateway.policy.schema import PolicyFile
from gateway.policy.sources import read_sources, read_text
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


def fail(message: str, status: int = 2, *, as_json: bool = False) -> NoReturn:
    """Say what is wrong, to machines as JSON on stdout as well, and end."""
    if as_json:
        _print_mistakes([{"message": message}])
    options.fail(message, status)


def _print_mistakes(rows: list[dict[str, Any]]) -> None:
    typer.echo(json.dumps({"ok": False, "mistakes": rows}, ensure_ascii=False, indent=2))


def find(effective: Effective, *, as_json: bool = False) -> Path:
    """The file of the configured policy, or an error."""
    name = effective.settings.policy
    try:
        if name not in ready_made() and Path(name).expanduser().is_dir():
            fail(f"{name} is a directory; name the policy file in it", as_json=as_json)
        return find_policy(name)
    except FileNotFoundError as error:
        fail(str(error), as_json=as_json)
    except OSError as error:
        fail(f"{name[:100]}: can't be read: {error.strerror}", as_json=as_json)


def load(effective: Effective, *, as_json: bool = False) -> Policy:
    """The configured policy with everything checked that needs no model, or every mistake in it and status 2.

    Args:
        as_json: print the mistakes as JSON on stdout.
    """
    from gateway.compose import check_names, known_entities

    path = find(effective, as_json=as_json)
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
        fail(str(error), as_json=as_json)
    return policy


def load_all(effective: Effective, *, as_json: bool = False) -> Loaded:
    """The same, with what its files say."""
    path, policy = find(effective, as_json=as_json), load(effective, as_json=as_json)
    try:
        raw, text = read_text(path)
        sources = read_sources(str(path), text, hashlib.sha256(raw).hexdigest())
        return Loaded(path, policy, sources, PolicyFile.model_validate(sources.data))
    except (PolicyError, ValueError):
        fail(f"{path} changed while it was read; try again", as_json=as_json)


def _refuse(mistakes: Iterable[Mistake], what: str, *, as_json: bool) -> NoReturn:
    found = list(mistakes)
    if as_json:
        _print_mistakes([asdict(item) for item in found])
    else:
        for mistake in found:
            typer.echo(str(mistake), err=True)
    options.fail(f"{what}: {len(found)} mistake{'s' if len(found) > 1 else ''}", 2)
