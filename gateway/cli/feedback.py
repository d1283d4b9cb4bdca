"""`sepal feedback`: say what the label of a decision should have been."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.audit.query import decisions
from gateway.cli import options
from gateway.feedback import FeedbackError, append, feedback_row
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.openai.read import parse_json, validate
from gateway.paths import make_private
from gateway.policy.decide import AUTO
from gateway.policy.flow import suggest
from gateway.settings import Effective


def feedback(
    decision: Annotated[str, typer.Argument(help="The decision's id, from `x-sepal-decision` or `sepal audit tail`.")],
    should_be: Annotated[str, typer.Option("--should-be", metavar="LEVEL", help="The label it should have had.")],
    text: Annotated[
        Path | None, typer.Option("--text", metavar="FILE", help="Store this text with it; - reads stdin.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Store a request's messages with it; JSON, - reads stdin.")
    ] = None,
    policy: options.PolicyName = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
    as_json: options.Json = False,
) -> None:
    """Say what the label of a decision should have been; `sepal eval` reads what this writes.

    The audit holds no text, so the prompt is stored only if you give it again, with --text or --file.
    Otherwise only the types that were found are noted. Everything goes to feedback.jsonl in the state
    directory, which only you can read; delete it at any time.

    Example: `sepal feedback dec_0123 --should-be confidential --text prompt.txt`
    """
    effective = options.settings(config, policy=policy, state_dir=state_dir)
    levels = options.policy(effective).levels
    if should_be not in levels:
        options.fail(f"--should-be: unknown level `{should_be}`; {suggest(should_be, list(levels.names))}", 2)
    record = _record(effective, decision)
    row = feedback_row(
        record, should_be=should_be, sensitive=levels[should_be] > levels.lowest, prompt=_prompt(text, file)
    )
    path = options.paths(effective).feedback
    _store(path, row)
    kept = "messages" if "messages" in row else "text" if "text" in row else None
    if as_json:
        told = {key: row[key] for key in ("id", "decision", "label", "should_be", "sensitive")}
        typer.echo(json.dumps({**told, "stored": kept, "file": str(path)}, indent=2))
        return
    typer.echo(f"noted  {decision}: {row['label']}, should be {should_be}; {_with(kept)} in {path}")


def _store(path: Path, row: dict[str, Any]) -> None:
    try:
        make_private(path.parent)
        append(path, row)
    except OSError as error:
        options.fail(f"{path.parent} can't be made: {error.strerror}")
    except FeedbackError as error:
        options.fail(str(error))


def _with(kept: str | None) -> str:
    return f"its {kept} with it," if kept else "without its text,"


def _record(effective: Effective, decision: str) -> dict[str, Any]:
    audit = effective.settings.audit or options.paths(effective).audit
    if not audit.is_file():
        options.fail(f"there is no audit file at {audit}, so no decision to speak of; name another with --state-dir", 2)
    known = {str(item["decision"]): item for item in decisions(audit) if item.get("event") == "decision"}
    if decision not in known:
        options.fail(f"there is no decision {decision} in {audit}; `sepal audit tail` lists the last ones", 2)
    return known[decision]


def _prompt(text: Path | None, file: Path | None) -> dict[str, Any] | None:
    if text is not None and file is not None:
        options.fail("give --text or --file, not both", 2)
    if text is not None:
        return {"text": _decoded(_read(text), text)}
    return None if file is None else _request(_read(file), file)


def _read(path: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        options.fail(f"{path}: can't be read: {error.strerror}", 2)


def _decoded(raw: bytes, path: Path) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        options.fail(f"{path}: is not UTF-8 text; save it as UTF-8", 2)
    if not text.strip():
        options.fail(f"{path}: there is no text in it", 2)
    return text.removesuffix("\n")


def _request(raw: bytes, path: Path) -> dict[str, Any]:
    """What a row keeps of a request: the messages and tools, and nothing of its settings."""
    try:
        data = parse_json(raw)
        validate({"model": AUTO, **data}, wire.ChatRequest)
    except ApiError as error:
        options.fail(f"{path}: {error.message}", 2)
    return {key: data[key] for key in ("messages", "tools") if data.get(key) is not None}
