"""Compares two policies on prompts of a file: each is inspected and decided as a request would be. Nothing runs.

Knows nothing of terminals but the mistakes in the file; a change names the prompt's line and nothing of its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import typer

from gateway.cli.policy_files import Loaded, fail
from gateway.detection.findings import DetectionError
from gateway.detection.labelled import BadRow, Row, read_rows
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.read import parse_json, validate
from gateway.policy.decide import AUTO
from gateway.policy.differences import NOWHERE, Change, Routed
from gateway.settings import Effective
from gateway.verdict import Call, Decider, Verdict, refusal

_TOLD = 20
"""Mistakes of which each is named."""


@dataclass(slots=True)
class Compared:
    """What two policies make of prompts; `bad` rows could not be used."""

    prompts: int = 0
    bad: int = 0
    changes: list[Change] = field(default_factory=list)


async def compare_prompts(
    path: Path, old: Loaded, new: Loaded, effective: Effective, *, as_json: bool = False
) -> Compared:
    """Decide every prompt in `path` by both policies."""
    result = Compared()
    deciders = _deciders(old, new, effective, as_json=as_json)
    try:
        with path.open("rb") as file:
            for row in read_rows(_labelled(file), str(path)):
                if isinstance(row, Row):
                    await _compare(row, deciders, result, path)
                elif isinstance(row, BadRow):
                    _tell(path, row.line, row.problem, result)
    except OSError as error:
        fail(f"{path}: can't be read: {error.strerror}", as_json=as_json)
    finally:
        for deciding in deciders:
            deciding.inspector.close()
    return result


def _deciders(old: Loaded, new: Loaded, effective: Effective, *, as_json: bool) -> tuple[Decider, Decider]:
    """One detector for both where their recognizers are the same; then what one looked at, the other need not."""
    from gateway.compose import decider, detector_of

    try:
        detector = detector_of(effective, old.policy)
        before = decider(effective, old.policy, detector)
        if old.policy.recognizers == new.policy.recognizers:
            return before, decider(effective, new.policy, detector, before=before.inspector)
        return before, decider(effective, new.policy, detector_of(effective, new.policy))
    except DetectionError as error:
        fail(str(error), as_json=as_json)


def _labelled(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Rows as they are; to compare policies nobody needs to say what is sensitive."""
    for line in lines:
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            row = None
        yield orjson.dumps({"sensitive": False, **row}) + b"\n" if isinstance(row, dict) else line


async def _compare(row: Row, deciders: tuple[Decider, Decider], result: Compared, path: Path) -> None:
    try:
        request = validate(parse_json(orjson.dumps({"model": AUTO, **row.body})), wire.ChatRequest)
        before, after = [
            _routed(await deciding.decide(Call("chat.completions", request, "policy-diff"))) for deciding in deciders
        ]
    except ApiError as error:
        _tell(path, row.line, f"not a chat request: {error.message[0].lower()}{error.message[1:]}", result)
        return
    result.prompts += 1
    if before != after:
        result.changes.append(Change(f"line {row.line}", "", before, after))


def _routed(verdict: Verdict) -> Routed:
    label = verdict.decision.label.name
    if refusal(verdict) is not None:
        return Routed(label, NOWHERE)
    return Routed(label, verdict.attempts[0], verdict.sees_rewritten(verdict.attempts[0]))


def _tell(path: Path, line: int, problem: str, result: Compared) -> None:
    result.bad += 1
    if result.bad <= _TOLD:
        typer.echo(f"{path}:{line}: {problem}", err=True)
