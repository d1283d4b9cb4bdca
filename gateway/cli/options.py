"""Options that several commands share, and how they become settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from gateway.detection.findings import DetectionError
from gateway.paths import Paths, find_policy
from gateway.policy.load import PolicyError, load_policy
from gateway.policy.policy import Policy
from gateway.settings import Effective, SettingsError, load_settings

if TYPE_CHECKING:
    from gateway.detection.engine import SepalDetector

Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings file; without it ./sepal.yaml is read if it exists."),
]
StateDir = Annotated[
    Path | None, typer.Option("--state-dir", help="Where models, keys, logs and the audit trail are kept.")
]
PolicyName = Annotated[
    str | None, typer.Option("--policy", "-p", help="A policy file, or the name of a ready-made policy.")
]
ShadowName = Annotated[
    str | None,
    typer.Option("--shadow", help="A policy to be tried beside it: its verdicts are recorded, never acted on."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def fail(message: str, status: int = 1) -> NoReturn:
    """Say what is wrong on stderr and end."""
    typer.echo(typer.style("error: ", fg="red", bold=True) + message, err=True)
    raise typer.Exit(status)


def settings(config: Path | None = None, **options: Any) -> Effective:
    """Effective settings, or an error for a person."""
    try:
        return load_settings(config, os.environ, options)
    except SettingsError as error:
        fail(str(error), 2)


def paths(effective: Effective) -> Paths:
    """The places below the effective state directory."""
    return Paths(effective.state_dir)


def policy(effective: Effective, known: frozenset[str] | None = None) -> Policy:
    """The configured policy, or every mistake in it."""
    try:
        return load_policy(find_policy(effective.settings.policy), known, effective.overrides())
    except FileNotFoundError as error:
        fail(str(error), 2)
    except PolicyError as error:
        _fail_with(error, "the policy does not load")


def detecting(effective: Effective) -> tuple[Policy, SepalDetector]:
    """The configured policy and the detector with people's own recognizers, or an error for a person."""
    from gateway.compose import detector_of, known_entities

    try:
        loaded = policy(effective, known_entities(effective))
        return loaded, detector_of(effective, loaded)
    except PolicyError as error:
        _fail_with(error, "the recognizers do not load")
    except DetectionError as error:
        fail(str(error))


def _fail_with(error: PolicyError, what: str) -> NoReturn:
    for mistake in error.mistakes:
        typer.echo(str(mistake), err=True)
    count = len(error.mistakes)
    fail(f"{what}: {count} mistake{'s' if count > 1 else ''}", 2)
