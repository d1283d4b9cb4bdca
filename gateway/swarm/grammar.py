"""Grammars, in llguidance's variant of Lark, for what a request asks an answer to be: JSON, or calls of tools.

JSON is written on one line, since small models otherwise write whitespace without end. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from gateway.swarm.call_format import CallFormat
from gateway.swarm.tools import Tool, Tools

_HEAD = "%llguidance {}"
_ONE_LINE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


def of_schema(schema: Mapping[str, Any]) -> str:
    """JSON that follows `schema`."""
    return f"{_HEAD}\nstart: {_json(schema)}\n"


def of_calls(
    tools: Tools, form: CallFormat, special: Callable[[str], int | None], schema: Mapping[str, Any] | None = None
) -> str | None:
    """Calls of `tools` as `form` says; unless they are forced, JSON that follows `schema`, or any text, too.

    `special` gives the id of a special token by its text. None: no grammar can tell text and calls apart.
    """
    opening, closing = (_literal(text, special) for text in (form.opening, form.closing))
    single = f"{opening} call {closing}"
    if form.listed:
        single = f'{opening} "[" call "]"'
        calls = f'{opening} "[" call (", " call)* "]"'
    else:
        calls = f'{single} ("\\n" {single})*' if form.opening else single
    calls = calls if tools.several else single
    rules = [f"call: {' | '.join(_call(tool, form) for tool in tools.offered)}"]
    if tools.forced:
        start = [f"start: {calls}"]
    elif schema is not None:
        start = [f"start: {calls} | answer", f"answer: {_json(schema)}"]
    elif form.opening:
        start = _text_with(form, calls, special)
    elif any(tool.strict for tool in tools.offered):
        start = [f"start: ({calls} | TEXT)?", "TEXT: /[^{\\s](.|\\n)*/"]
    else:
        return None
    return "\n".join([_HEAD, *start, *rules, ""])


def _text_with(form: CallFormat, calls: str, special: Callable[[str], int | None]) -> list[str]:
    """Rules for any text, in which the opening begins a call and nothing else."""
    opening = _literal(form.opening, special)
    rest = calls.removeprefix(opening)
    if special(form.opening) is not None:
        return [f"start: (TEXT {opening} {rest})* TEXT", "TEXT: /(.|\\n)*/"]
    return [f"start: (begun {rest})* TEXT", f"begun[lazy]: TEXT {opening}", "TEXT: /(.|\\n)*/"]


def _call(tool: Tool, form: CallFormat) -> str:
    name = json.dumps(tool.name, ensure_ascii=False)
    beginning = json.dumps(f'{{"name": {name}, "{form.arguments}": ', ensure_ascii=False)
    space = '"\\n" ' if form.closing else ""
    after = ' "}\\n"' if form.closing else ' "}"'
    return f"{space}{beginning} {_json(tool.as_json()['function']['parameters'])}{after}"


def _json(schema: Mapping[str, Any]) -> str:
    return f"%json {json.dumps({**schema, 'x-guidance': _ONE_LINE})}"


def _literal(text: str, special: Callable[[str], int | None]) -> str:
    token = special(text) if text else None
    return json.dumps(text) if token is None and text else "" if token is None else f"<[{token}]>"
