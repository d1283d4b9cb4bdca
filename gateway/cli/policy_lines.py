"""A policy's data as lines of YAML, one value a line, each with the place of its value in the data.

Knows nothing of what a policy means, nor of where its values come from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

import yaml

from gateway.document import Location

_FLOW = 100
"""Characters up to which a list of plain values stands on one line."""

_BREAKS = frozenset("\n\r\x85\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of YAML; `location` is that of the value that it shows."""

    text: str
    location: Location


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def scalar(value: Any) -> str:
    """A value without anything below it, on one line."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, width=inf, allow_unicode=True, default_style=_style(value)
    )
    return text.removesuffix("\n").removesuffix("\n...")


def _style(value: Any) -> str | None:
    # Only double quotes keep a line break on the line.
    return '"' if isinstance(value, str) and not _BREAKS.isdisjoint(value) else None


def lines(data: dict[Any, Any], location: Location = (), indent: int = 0) -> Iterator[Line]:
    """The lines of a mapping. A document made of them is read as `data` again."""
    for key, value in data.items():
        yield from _entry(f"{scalar(key)}:", value, (*location, key), indent)


def _entry(head: str, value: Any, location: Location, indent: int) -> Iterator[Line]:
    space = " " * indent
    if isinstance(value, dict) and value:
        yield Line(space + head, location)
        yield from lines(value, location, indent + 2)
        return
    if isinstance(value, list) and value and (_nested(value) or len(_flow(value)) > _FLOW):
        yield Line(space + head, location)
        for index, item in enumerate(value):
            yield from _item(item, (*location, index), indent + 2)
        return
    yield Line(f"{space}{head} {_flow(value) if isinstance(value, list) else _leaf(value)}", location)


def _item(value: Any, location: Location, indent: int) -> Iterator[Line]:
    """An entry of a list; a mapping begins on the dash's line."""
    space = " " * indent
    if isinstance(value, dict) and value:
        first, *rest = lines(value, location, indent + 2)
        yield Line(f"{space}- {first.text[indent + 2 :]}", first.location)
        yield from rest
    elif isinstance(value, list) and value and _nested(value):
        yield Line(f"{space}-", location)
        for index, item in enumerate(value):
            yield from _item(item, (*location, index), indent + 2)
    else:
        yield Line(f"{space}- {_flow(value) if isinstance(value, list) else _leaf(value)}", location)


def _nested(values: list[Any]) -> bool:
    return any(isinstance(item, dict | list) and item for item in values)


def _flow(values: list[Any]) -> str:
    return scalar(values) if not any(isinstance(item, str) and _style(item) for item in values) else _quoted(values)


def _quoted(values: list[Any]) -> str:
    # What needs no quotes on a line of its own may need them between commas.
    return "[" + ", ".join(_leaf(item) if _style(item) else scalar([item])[1:-1] for item in values) + "]"


def _leaf(value: Any) -> str:
    return "{}" if value == {} and isinstance(value, dict) else scalar(value)
