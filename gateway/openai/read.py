"""From HTTP body bytes to a validated request, or to an error that names the field.

Error messages are made from field names of the wire format and from expectations; never from
what the caller sent.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from gateway.openai import wire
from gateway.openai.errors import ApiError, invalid

MAX_DEPTH = 64
# Far above any real request; a body of empty lists would take 40 times its size and seconds to walk.
MAX_VALUES = 200_000
T = TypeVar("T", bound=BaseModel)


async def read_body(request: Request, limit: int) -> bytes:
    """The body, counted while it streams in.

    Raises:
        ApiError: 413 as soon as more than `limit` bytes are announced or seen.
        ClientDisconnect: the caller went away.
    """
    too_large = ApiError(
        413,
        f"The request body is larger than {limit} bytes, the limit of this gateway. Send a shorter request, or raise "
        "max_body_bytes in sepal.yaml.",
        code="request_too_large",
    )
    # The rest of the body is not read, so the connection can't serve another request.
    too_large.extra_headers["connection"] = "close"
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise too_large
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ApiError(415, "Compressed request bodies are not accepted. Send plain JSON.", code="unsupported_encoding")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large
    return bytes(body)


def parse_json(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`.

    Raises:
        ApiError: 400 for anything but one JSON object of bounded depth in valid Unicode.
    """
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise invalid(_json_problem(body, error)) from None
    if not isinstance(data, dict):
        raise invalid('The request body must be a JSON object, such as {"model": "auto", "messages": [...]}.')
    _check_values(data)
    return data


def _json_problem(body: bytes, error: orjson.JSONDecodeError) -> str:
    if not body.strip():
        return "The request body is empty. Send a JSON object, with content-type: application/json."
    kind = error.msg.split(":")[0].lower()
    if "surrogate" in kind:
        return (
            f"The request body holds an unpaired surrogate (\\uD800-\\uDFFF) before byte {error.pos}, which is not "
            "a character. Send valid Unicode."
        )
    if "utf-8" in kind:
        return "The request body is not UTF-8. Send JSON encoded in UTF-8."
    if "depth" in kind or "recursion" in kind:
        return f"The request body is nested more than {MAX_DEPTH} levels deep. Send a flatter structure."
    return f"The request body is not valid JSON (line {error.lineno}, column {error.colno}). Send a JSON object."


def _check_values(data: dict[str, Any]) -> None:
    count = 0
    stack: list[tuple[Any, int, str]] = [([value], 0, key if key in _FIELDS else "") for key, value in data.items()]
    while stack:
        container, depth, top = stack.pop()
        if isinstance(container, dict):
            if any("\x00" in key for key in container):
                raise invalid("A key holds a NUL character (U+0000). Remove it.", top or None)
            container = container.values()
        count += len(container)
        if count > MAX_VALUES:
            raise invalid(f"The request holds more than {MAX_VALUES} values. Send a shorter request.", top or None)
        for value in container:
            if isinstance(value, str):
                if "\x00" in value:
                    raise invalid("A text holds a NUL character (U+0000). Remove it.", top or None)
            elif isinstance(value, dict | list):
                if depth + 1 >= MAX_DEPTH:
                    message = f"The value is nested more than {MAX_DEPTH} levels deep. Send a flatter structure."
                    raise invalid(message, top or None)
                stack.append((value, depth + 1, top))


_FIELDS = frozenset(
    name
    for model in vars(wire).values()
    if isinstance(model, type) and issubclass(model, BaseModel)
    for name in (*model.model_fields, "schema")
)


def validate(data: dict[str, Any], model: type[T]) -> T:
    """The request in `data` as a `model`.

    Raises:
        ApiError: 400 that names the first field that is wrong.
    """
    try:
        return model.model_validate(data, strict=True)
    except ValidationError as error:
        raise _explain(error, data, _fields_of(model)) from None


@cache
def _fields_of(model: type[BaseModel]) -> frozenset[str]:
    """The names of all fields that a `model` may hold, at any depth: words that are safe to show."""
    schema = model.model_json_schema(by_alias=True)
    return frozenset(
        name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", ())
    )


def _explain(error: ValidationError, data: dict[str, Any], fields: frozenset[str]) -> ApiError:
    first = error.errors(include_url=False, include_input=False)[0]
    param = _param(first["loc"], data, fields, missing=first["type"] == "missing")
    name = param or "the request"
    if first["type"] == "missing":
        return invalid(f"Missing required parameter: '{name}'.", param, "missing_required_parameter")
    if param == "messages" and first["type"] == "too_long":
        message = f"'messages' has more than {wire.MAX_MESSAGES} entries. Send a shorter conversation."
        return invalid(message, param, "array_above_max_length")
    if first["type"] == "too_short":
        return invalid(f"'{name}' is empty. Give at least one entry.", param, "empty_array")
    if first["type"] == "value_error":
        return invalid(f"Invalid value for '{name}': {first['ctx']['error']}.", param, "invalid_value")
    if first["type"] == "union_tag_invalid":
        # Pydantic's own words would quote what was sent.
        message = f"Invalid value for '{name}': expected `type` to be one of {first['ctx']['expected_tags']}."
        return invalid(message, param, "invalid_value")
    expected = first["msg"].replace("Input should be ", "expected ").replace("a valid dictionary", "an object")
    expected = expected.split(" or instance of ")[0]
    return invalid(f"Invalid value for '{name}': {expected}.", param, "invalid_value")


def _param(location: tuple[int | str, ...], data: Any, fields: frozenset[str], *, missing: bool) -> str | None:
    """The path of a Pydantic location in OpenAI's notation, without union tags and callers' own keys."""
    path = ""
    inside = data
    for position, part in enumerate(location):
        last = position == len(location) - 1
        if isinstance(part, int):
            path += f"[{part}]"
            inside = inside[part] if isinstance(inside, list) and part < len(inside) else None
        elif isinstance(inside, dict) and (part in inside or (missing and last)):
            if part not in fields:
                break
            path += f".{part}" if path else part
            inside = inside.get(part)
    return path or None
