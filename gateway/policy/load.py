"""From a policy file to a `Policy`, or to mistakes that say where they stand and what to write.

Reads YAML as nodes, so that every value keeps its line and column. Knows the file format; what
a policy means is in `flow` and `decide`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from gateway.policy import schema
from gateway.policy.flow import Flaw, find_flaws, suggest
from gateway.policy.policy import Policy, compile_policy

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
Location = tuple[Hashable, ...]
Overrides = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a policy file. `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class PolicyError(Exception):
    """A policy file that does not load; `mistakes` is never empty."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


@dataclass(slots=True)
class _Document:
    """Plain data plus the position of every key and value in it."""

    data: Any
    values: dict[Location, yaml.Mark]
    keys: dict[Location, yaml.Mark]

    def mark(self, location: Location, *, key: bool = False) -> yaml.Mark | None:
        for end in range(len(location), -1, -1):
            part = location[:end]
            found = (self.keys if key and end == len(location) else self.values).get(part)
            if found is not None:
                return found
        return None


class _Reader:
    """Builds a `_Document` from YAML nodes; refuses what a policy file has no use for."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.document = _Document(None, {}, {})
        self._nodes = 0

    def fail(self, mark: Any, message: str) -> PolicyError:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return PolicyError([Mistake(self.file, line, column, message)])

    def build(self, node: yaml.Node, location: Location = ()) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(location) > 32:
            raise self.fail(node.start_mark, "the file is nested too deeply or has too many values for a policy")
        self.document.values[location] = node.start_mark
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*location, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        return yaml.constructor.SafeConstructor().construct_object(node)

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str) or key_node.tag == "tag:yaml.org,2002:merge":
                raise self.fail(key_node.start_mark, "a key must be a plain word")
            if key in result:
                raise self.fail(key_node.start_mark, f"`{key}` stands here a second time; keep one of them")
            self.document.keys[(*location, key)] = key_node.start_mark
            result[key] = self.build(value_node, (*location, key))
        return result


def _refuse_aliases(reader: _Reader, text: str) -> None:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise reader.fail(event.start_mark, "aliases (*name) are not allowed in a policy; write the value out")


def _read_yaml(file: str, text: str) -> _Document:
    reader = _Reader(file)
    try:
        _refuse_aliases(reader, text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            raise reader.fail(None, "the file is empty; start with `version: 1`")
        reader.document.data = reader.build(node)
    except yaml.MarkedYAMLError as error:
        problem = error.problem or "this is not valid YAML"
        if "\\t" in problem:
            problem = "a tab stands here; indent with spaces"
        raise reader.fail(error.problem_mark or error.context_mark, f"not valid YAML: {problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        kind = "a character that YAML does not allow" if isinstance(error, yaml.YAMLError) else "a value out of range"
        raise reader.fail(None, f"not valid YAML: {kind}") from None
    if not isinstance(reader.document.data, dict):
        raise reader.fail(None, "a policy is a mapping; start with `version: 1`")
    return reader.document


def _known_fields(location: Location) -> list[str]:
    models: dict[str, Any] = {"destinations": schema.Destination, "entities": schema.EntityLevel, "route": schema.Route}
    if not location:
        model: Any = schema.PolicyFile
    elif location[0] == "rules":
        model = schema.When if "when" in location else schema.Rule
    else:
        model = models.get(str(location[0]), schema.PolicyFile)
    return list(model.model_fields)


def _explain(error: Any, data: Any) -> tuple[Location, bool, str]:
    """Location in the file, whether its key is meant, and a sentence for one Pydantic error."""
    location: Location = ()
    for part in error["loc"]:
        inside: Any = data
        try:
            for step in (*location, part):
                inside = inside[step]
        except (KeyError, IndexError, TypeError):
            continue
        location = (*location, part)
    kind = error["type"]
    if kind == "extra_forbidden":
        return (
            location,
            True,
            f"unknown key `{location[-1]}`; {suggest(str(location[-1]), _known_fields(location[:-1]))}",
        )
    if kind == "missing":
        return location, False, f"`{error['loc'][-1]}` is missing here"
    if kind == "string_pattern_mismatch":
        return (
            location,
            "[key]" in error["loc"],
            (f"found {_found(error['input'])}; expected a name that matches {error['ctx']['pattern']}"),
        )
    if kind == "value_error":
        return location, False, str(error["ctx"]["error"])
    if kind == "literal_error":
        expected = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return (
            location,
            False,
            f"found {_found(error['input'])}; {suggest(str(error['input']), expected)}"
            if (expected)
            else f"found {_found(error['input'])}; expected {error['ctx']['expected']}",
        )
    message = error["msg"].replace("Input should be", "expected")
    return location, False, f"found {_found(error['input'])}; {message[0].lower() + message[1:]}"


def _found(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else f"`{str(value)[:60]}`"


def load_text(
    text: str,
    file: str = "policy.yaml",
    known_entities: frozenset[str] | None = None,
    *,
    overrides: Overrides | None = None,
    sha256: str | None = None,
) -> Policy:
    """Load a policy from its text.

    Args:
        text: the YAML document.
        file: the name to use in mistakes, and the policy's name when it gives none.
        known_entities: the types that the detectors can find; names outside are then mistakes.
        overrides: engine options by destination (from sepal.yaml), laid over the file's before checking.
        sha256: the hash of the file's bytes; that of the text when None.

    Raises:
        PolicyError: with every mistake found.
    """
    document = _read_yaml(file, text)
    _lay_over(document.data, overrides or {})

    def mistake(location: Location, message: str, *, key: bool = False) -> Mistake:
        mark = document.mark(location, key=key)
        return Mistake(file, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, message)

    try:
        parsed = schema.PolicyFile.model_validate(document.data)
    except ValidationError as error:
        explained = [_explain(item, document.data) for item in error.errors(include_url=False)]
        mistakes = {mistake(location, message, key=key) for location, key, message in explained}
        raise PolicyError(sorted(mistakes, key=lambda item: (item.line, item.column, item.message))) from None
    flaws: list[Flaw] = find_flaws(parsed, known_entities)
    if flaws:
        raise PolicyError([mistake(flaw.location, flaw.message, key=flaw.key) for flaw in flaws])
    digest = _digest(sha256 or hashlib.sha256(text.encode("utf-8")).hexdigest(), overrides)
    return compile_policy(parsed, name=parsed.name or Path(file).stem, sha256=digest)


def _lay_over(data: dict[str, Any], overrides: Overrides) -> None:
    destinations = data.get("destinations")
    known = list(destinations) if isinstance(destinations, dict) else []
    for name, options in overrides.items():
        if not isinstance(destinations, dict) or not isinstance(destinations.get(name), dict):
            message = f"destinations: unknown destination `{name}`; {suggest(name, known)}"
            raise PolicyError([Mistake("sepal.yaml", 1, 1, message)])
        base = destinations[name]
        if options.get("engine", base.get("engine")) != base.get("engine"):
            base = {key: base[key] for key in ("clearance", "first_token_timeout", "context_length") if key in base}
        if options.get("base_url", base.get("base_url")) != base.get("base_url"):
            # The policy trusts the machine that it names, not whichever one sepal.yaml puts in its place.
            base = {key: value for key, value in base.items() if key != "trusted"}
        destinations[name] = {**base, **options}


def _digest(file: str, overrides: Overrides | None) -> str:
    """The file's own hash; together with the overrides' when there are any."""
    if not overrides:
        return file
    return hashlib.sha256((file + json.dumps(overrides, sort_keys=True)).encode()).hexdigest()


def load_policy(path: Path, known_entities: frozenset[str] | None = None, overrides: Overrides | None = None) -> Policy:
    """Load the policy file at `path`; see `load_text`.

    Raises:
        PolicyError: also when the file can't be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PolicyError([Mistake(str(path), 1, 1, f"can't be read: {error.strerror}")]) from None
    if len(raw) > MAX_BYTES:
        raise PolicyError([Mistake(str(path), 1, 1, f"has {len(raw)} bytes; a policy has at most {MAX_BYTES}")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PolicyError([Mistake(str(path), line, 1, "is not UTF-8 text; save it as UTF-8")]) from None
    digest = hashlib.sha256(raw).hexdigest()
    return load_text(text, str(path), known_entities, overrides=overrides, sha256=digest)
