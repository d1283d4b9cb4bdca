"""`sepal policy entities`: the groups and types that a policy may name, and the level that it gives each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli import options
from gateway.cli.explained import colour
from gateway.cli.policy_files import Loaded, fail, load_all
from gateway.detection.findings import HIDDEN
from gateway.paths import ready_made
from gateway.policy.flow import suggest
from gateway.policy.groups import GROUPS, MEANING
from gateway.policy.policy import Policy

_FILE = re.compile(r"[./\\]")
"""What no group's and no type's name has."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A type with its level under a policy, and why: its own line, a group's, or the default; with file and line."""

    name: str
    level: str
    min_score: float
    why: str
    groups: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "entity": self.name,
            "level": self.level,
            "min_score": self.min_score,
            "why": self.why,
            "groups": list(self.groups),
        }


def entities(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A group or a type, to see it alone; or a policy.")
    ] = None,
    policy: options.PolicyName = None,
    config: options.Config = None,
    as_json: options.Json = False,
) -> None:
    """List the groups with their meaning and types, and the level that the policy gives each type.

    Examples: `sepal policy entities contact`, `sepal policy entities PASSPORT --policy gdpr`
    """
    of_policy = policy is None and name is not None and _is_policy(name)
    loaded = load_all(options.settings(config, policy=name if of_policy else policy), as_json=as_json)
    known = _known(loaded, config)
    wanted = _entity(name, known, as_json=as_json) if name is not None and not of_policy else None
    groups = {key: types for key, types in GROUPS.items() if wanted in (None, key) or wanted in types}
    shown = GROUPS.get(wanted or "", known if wanted is None else {wanted})
    rows = [entity_of(item, loaded) for item in sorted(shown)]
    if as_json:
        meanings = [{"group": key, "meaning": MEANING[key], "types": sorted(GROUPS[key])} for key in groups]
        report = {"policy": loaded.policy.name, "groups": meanings, "types": [row.to_json() for row in rows]}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    for key in groups:
        console.print(Text.assemble((key, "bold"), f"  {MEANING[key]}"))
        console.print(Text("  " + ", ".join(sorted(GROUPS[key])), style="dim"))
    console.print()
    console.print(_table(rows, loaded.policy))


def _is_policy(name: str) -> bool:
    """Whether `name` can only be meant as a policy."""
    return name not in GROUPS and (name in ready_made() or _FILE.search(name) is not None or Path(name).exists())


def _entity(name: str, known: Iterable[str], *, as_json: bool) -> str:
    """The group or type that is called `name`, whatever its case, or an error with the nearest."""
    names = [*GROUPS, *sorted(known)]
    spelling = {item.casefold(): item for item in names}
    found = name if name in names else spelling.get(name.casefold())
    if found is None:
        hint = suggest(name, [*names, *ready_made()])
        fail(f"no group, type or policy is called `{name[:60]}`; {hint}", as_json=as_json)
    return found


def _known(loaded: Loaded, config: Path | None) -> frozenset[str]:
    from gateway.compose import known_entities

    own = {item.supported_entity for item in loaded.policy.recognizers if item.enabled}
    return known_entities(options.settings(config)) | own


def entity_of(name: str, loaded: Loaded) -> Entity:
    """The level of the type `name`, and which line gives it."""
    rule = loaded.policy.entity(name)
    groups = tuple(group for group, types in GROUPS.items() if name in types)
    return Entity(name, rule.level.name, rule.min_score, _why(name, groups, loaded), groups)


def _why(name: str, groups: Iterable[str], loaded: Loaded) -> str:
    given: dict[str, Any] = loaded.sources.data["entities"]
    if name in given:
        return f"its own line, {_line(name, loaded)}"
    rule = loaded.policy.entity(name)
    for group in groups:
        if group in given and _level(given[group])[0] == rule.level.name:
            return f"group {group}, {_line(group, loaded)}"
    if name == HIDDEN:
        return "it could not be read, so the highest"
    return f"default, {_line('default', loaded)}"


def _level(given: Any) -> tuple[str, float]:
    return (given["level"], float(given.get("min_score", 0))) if isinstance(given, dict) else (given, 0.0)


def _line(key: str, loaded: Loaded) -> str:
    file, line = loaded.sources.origin(("entities", key))
    return f"{Path(file).name}:{line}"


def _table(rows: list[Entity], policy: Policy) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("type", "level", "from score", "because of"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(
            row.name,
            Text(row.level, style=colour(policy, row.level)),
            f"{row.min_score:g}" if row.min_score else "",
            row.why,
        )
    return table
