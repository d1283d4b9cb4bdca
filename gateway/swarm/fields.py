"""Reads single fields of a request: their types and limits. Errors name the field and never echo it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from gateway.swarm.errors import BridgeError, invalid


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`.

    Raises:
        BridgeError: 400, it holds none.
    """
    try:
        fields = json.loads(body, parse_constant=_no_constant)
    except RecursionError:
        raise invalid("The body is nested too deeply.", code="invalid_json") from None
    except ValueError:
        raise invalid("The body is not valid JSON in UTF-8.", code="invalid_json") from None
    if not isinstance(fields, dict):
        raise invalid("The body must be a JSON object.", code="invalid_json")
    return fields


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def text(value: object, path: str) -> str:
    """`value`, if it is a text of whole characters."""
    if not isinstance(value, str):
        raise invalid("A text is needed here.", path)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise invalid("The text holds half of a surrogate pair, which is no character.", path) from None
    return value


def name(value: object, path: str) -> str:
    """`value`, if it is a text that is not empty."""
    found = text(value, path)
    if not found:
        raise invalid("A name is needed here.", path)
    return found


def mapping(value: object, path: str) -> dict[str, Any]:
    """`value`, if it is an object."""
    if not isinstance(value, dict):
        raise invalid("An object is needed here.", path)
    return value


def schema(value: object, path: str) -> dict[str, Any]:
    """`value`, if it is an object that can be written as UTF-8 again."""
    found = mapping(value, path)
    try:
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise invalid("The schema holds what can't be written as JSON in UTF-8.", path) from None
    return found


def boolean(fields: Mapping[str, Any], name: str, path: str | None = None, *, default: bool = False) -> bool:
    """The field, or `default` without it."""
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise invalid(f"{path or name} must be true or false.", path or name)
    return default if value is None else value


def number(fields: Mapping[str, Any], name: str, least: float, most: float) -> float | None:
    """The field, or None without it."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise _out_of_range(name, f"{least:g}", f"{most:g}")
    return float(value)


def integer(fields: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    """The field, or None without it."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _out_of_range(name, str(least), str(most), "an integer")
    return value


def _out_of_range(name: str, least: str, most: str, kind: str = "a number") -> BridgeError:
    return invalid(f"{name} must be {kind} from {least} to {most}.", name)
