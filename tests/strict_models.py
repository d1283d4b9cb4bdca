"""Validates what the gateway sends against the types that clients publish, extra fields forbidden."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter


def strict(kind: Any, data: object, *, allowed: frozenset[str] = frozenset()) -> Any:
    """`data` as a `kind`; fails on a wrong type, on a missing field, and on a field that `kind` does not have.

    Args:
        kind: a model of the `openai` or `anthropic` package, or a union of some.
        allowed: paths of extra fields that are ours, such as ``.sepal``.
    """
    value = _adapter(kind).validate_python(data, strict=True)
    extra = [path for path in _extra(value, "") if path not in allowed]
    assert not extra, f"fields that {kind} does not have: {extra}"
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Those of the large unions take a second to build."""
    return TypeAdapter(kind)


def _extra(value: object, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from _extra(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _extra(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _extra(item, f"{path}[{key!r}]")
