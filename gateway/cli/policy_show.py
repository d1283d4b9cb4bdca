"""`sepal policy show`: the effective policy, what it extends and sepal.yaml's engine options merged in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.cells import cell_len

from gateway.cli import options
from gateway.cli.policy_files import Loaded, PolicyArgument, load_all
from gateway.cli.policy_lines import Line, lines
from gateway.document import Location
from gateway.paths import policies_dir
from gateway.policy.conditions import When, walk
from gateway.policy.schema import PolicyFile
from gateway.settings import Effective

_FURTHEST = 72
"""The column from which on comments are no longer aligned."""
_OWNED = {"initial_peers": "petals", "allowed_servers": "petals", "trusted": "openai", "quantization": "transformers"}
"""Fields of a destination that only this engine may have."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The effective policy as plain data; `from_settings` and `defaults` are the places of what no policy file says."""

    data: dict[str, Any]
    from_settings: frozenset[Location] = frozenset()
    defaults: frozenset[Location] = frozenset()


def show(
    policy: PolicyArgument = None,
    origin: Annotated[bool, typer.Option("--origin", help="End each line with the file and line it is from.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Print defaults, too.")] = False,
    config: options.Config = None,
    as_json: options.Json = False,
) -> None:
    """Print the policy that is in force: one file, with what it extends merged in.

    What is printed is itself a policy. Example: `sepal policy show my.yaml --origin`
    """
    effective = options.settings(config, policy=policy)
    loaded = load_all(effective, as_json=as_json)
    shown = effective_data(loaded, effective, defaults=everything)
    where = _Origins(loaded, effective, shown)
    if as_json:
        origins = {_path(line.location): where.of(line.location, whole=True) for line in lines(shown.data)}
        about = {"name": loaded.policy.name, "sha256": loaded.policy.sha256}
        report = {**about, "policy": shown.data, "origins": origins}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2, default=str))
        return
    rows = list(lines(shown.data))
    typer.echo("\n".join(_commented(rows, where) if origin else (row.text for row in rows)))


def effective_data(loaded: Loaded, effective: Effective, *, defaults: bool = False) -> Shown:
    """The merged document as one file could hold it."""
    data = deepcopy(loaded.sources.data)
    data.pop("extends", None)
    from_settings = _lay_over(data, loaded, effective.overrides())
    _word_files(data, loaded)
    added: set[Location] = set()
    if defaults:
        _add_defaults(data, loaded.parsed, (), added)
        for name, item in data["destinations"].items():
            owned = [key for key, engine in _OWNED.items() if item["engine"] != engine]
            for key in owned:
                if (location := ("destinations", name, key)) in added:
                    del item[key]
                    added.discard(location)
    order = [name for name in PolicyFile.model_fields if name in data]
    return Shown({name: data[name] for name in order}, frozenset(from_settings), frozenset(added))


def _lay_over(data: dict[str, Any], loaded: Loaded, overrides: Mapping[str, Mapping[str, Any]]) -> set[Location]:
    """Put sepal.yaml's engine options in; returns where."""
    changed: set[Location] = set()
    for name, own in overrides.items():
        spec = loaded.policy.destinations[name].spec.model_dump(mode="json", exclude_unset=True)
        data["destinations"][name] = spec
        changed |= {("destinations", name, key) for key in spec if key in own}
    return changed


def _word_files(data: dict[str, Any], loaded: Loaded) -> None:
    """A word list lies beside the file that names it: from elsewhere it needs its whole path."""
    for index, rule in enumerate(loaded.parsed.rules):
        for location, when in _conditions(rule.when, ("rules", index, "when")):
            if when.words_file is None:
                continue
            file, _ = loaded.sources.origin((*location, "words_file"))
            if Path(file).resolve().parent != loaded.path.resolve().parent:
                _at(data, location)["words_file"] = str((Path(file).parent / when.words_file).resolve())


def _conditions(when: When | None, location: Location) -> list[tuple[Location, When]]:
    return list(walk(when, location)) if when is not None else []


def _at(data: Any, location: Location) -> Any:
    for step in location:
        data = data[step]
    return data


def _add_defaults(data: Any, model: Any, location: Location, added: set[Location]) -> None:
    """Write into `data` what it leaves to the schema and is not simply absent then."""
    if isinstance(model, When):
        return
    if isinstance(model, BaseModel) and isinstance(data, dict):
        for name, field in type(model).model_fields.items():
            key, value = field.alias or name, getattr(model, name)
            if key not in (*data, "extends") and value not in (None, [], {}, ()):
                data[key] = value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else value
                if data[key] == {}:
                    del data[key]
                    continue
                added.add((*location, key))
            elif key in data and key != "extends":
                _add_defaults(data[key], value, (*location, key), added)
    elif isinstance(model, dict) and isinstance(data, dict):
        for key in data:
            _add_defaults(data[key], model[key], (*location, key), added)
    elif isinstance(model, list) and isinstance(data, list):
        for index, item in enumerate(data):
            _add_defaults(item, model[index], (*location, index), added)


class _Origins:
    """Where each value comes from, in words: file and line, or what else gave it."""

    def __init__(self, loaded: Loaded, effective: Effective, shown: Shown) -> None:
        self._loaded = loaded
        self._settings = effective.origins["destinations"]
        self._shown = shown

    def of(self, location: Location, *, whole: bool = False) -> str:
        """Of the value at `location`; `whole` for the file's whole path."""
        for end in range(len(location), 0, -1):
            if location[:end] in self._shown.defaults:
                return "default"
            if location[:end] in self._shown.from_settings:
                return self._settings
        place = self._loaded.sources.mistake(location, "", key=isinstance(location[-1], str))
        return f"{place.file if whole else self._short(place.file)}:{place.line}"

    def _short(self, file: str) -> str:
        """Of a file beside the policy, and of a ready-made one, the name is enough."""
        path = Path(file).resolve()
        return path.name if path.parent in (self._loaded.path.resolve().parent, policies_dir().resolve()) else file


def _commented(rows: list[Line], where: _Origins) -> list[str]:
    wide = max((width for row in rows if (width := cell_len(row.text)) <= _FURTHEST), default=0)
    return [f"{row.text}{' ' * max(0, wide - cell_len(row.text))}  # {where.of(row.location)}" for row in rows]


def _path(location: Location) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path
