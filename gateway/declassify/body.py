"""Reads and replaces texts in a request by their path. Knows nothing of what stands there."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

_STEP = re.compile(r"\.?([A-Za-z_$][\w$]*)|\[(\d+)\]|\.\(value (\d+)\)")


class NoSuchText(Exception):
    """A path leads to no text that could be replaced: a key, a number, or nothing. Holds no content."""


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise NoSuchText
        name, index, value = match.groups()
        steps.append(name if name is not None else int(index) if index is not None else f"(value {value})")
        position = match.end()
    return steps


def _step(container: Any, step: str | int) -> Any:
    """The key or index that `step` means in `container`."""
    if isinstance(container, list) and isinstance(step, int) and step < len(container):
        return step
    if isinstance(container, dict) and isinstance(step, str):
        if step.startswith("(value "):
            keys = list(container)
            index = int(step.removeprefix("(value ").rstrip(")"))
            if index < len(keys):
                return keys[index]
        elif step in container:
            return step
    raise NoSuchText


def text_at(body: Mapping[str, Any], path: str) -> str:
    """The text at `path`.

    Raises:
        NoSuchText: there is none.
    """
    found: Any = dict(body)
    for step in _steps(path):
        found = found[_step(found, step)]
    if not isinstance(found, str):
        raise NoSuchText
    return found


def replaced(body: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """A copy of `body` with the texts at these paths.

    Raises:
        NoSuchText: at one of them there is no text.
    """
    changed: dict[str, Any] = copy.deepcopy(dict(body))
    for path, text in texts.items():
        text_at(changed, path)
        container: Any = changed
        *steps, last = _steps(path)
        for step in steps:
            container = container[_step(container, step)]
        container[_step(container, last)] = text
    return changed
