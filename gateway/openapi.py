"""The gateway's OpenAPI document (3.1), made from the types by which requests are validated.

`sepal openapi` prints it. What JSON Schema can't say (which roles follow each other, which model can do what) is told
in a 400 by the field's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import models_json_schema

from gateway import __version__
from gateway.openai import answers
from gateway.operations import OPERATIONS, Json, Operation

_REF = "#/components/schemas/{model}"
_ALWAYS = (400, 401, 403, 404, 405, 421, 429, 500, 503)
_OF_BODIES = (413, 415, 422)
_OF_ANSWERS = (409, 502, 504)
_NAMELESS = frozenset({"live", "ready"})
"""Operations whose answers are nobody's request to look for."""
# What runs in the background is not decided yet when it is answered.
_DECIDED = {"x-sepal-decision": True, "x-sepal-label": False, "x-sepal-destination": False}


def document() -> Json:
    """The OpenAPI document."""
    types = dict.fromkeys(
        kind for item in OPERATIONS for kind in (item.body, item.answer, item.error) if kind is not None
    )
    requests = [(kind, "validation") for kind in types if kind in {item.body for item in OPERATIONS}]
    told = [(kind, "serialization") for kind in types if kind not in {item.body for item in OPERATIONS}]
    names, definitions = models_json_schema([*requests, *told], by_alias=True, ref_template=_REF)  # type: ignore[list-item]
    refs = {kind: schema for (kind, _), schema in names.items()}
    paths: Json = {}
    for item in OPERATIONS:
        paths.setdefault(item.path, {})[item.method] = _operation(item, refs)
    paths["/metrics"] = {"get": _metrics()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sepal",
            "version": __version__,
            "summary": "A local gateway that decides where prompts may run.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"bearer": []}, {"x-api-key": []}],
        "paths": paths,
        "components": {
            "schemas": _any_of(definitions["$defs"]),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            },
        },
    }


def _any_of(node: Any) -> Any:
    """Alternatives as they are: a part of a kind that is not known yet may look like one that is."""
    if isinstance(node, dict):
        return {("anyOf" if key == "oneOf" else key): _any_of(value) for key, value in node.items()}
    return [_any_of(item) for item in node] if isinstance(node, list) else node


def _operation(item: Operation, refs: dict[Any, Json]) -> Json:
    content: Json = {"application/json": {"schema": refs[item.answer]}}
    if item.streams:
        # Without a type: some take the schema for that of the whole text, others for that of each event.
        content["text/event-stream"] = {"schema": {"description": "Server-sent events."}}
    answer: Json = {"description": "The answer.", "content": content}
    headers = _headers(item)
    faults = {
        str(status): _fault(status, refs[answers.Error if status == 421 else item.error]) for status in _statuses(item)
    }
    if item.name == "ready":
        faults["503"] = {"description": "Not ready.", "content": {"application/json": {"schema": refs[item.answer]}}}
    operation: Json = {
        "operationId": item.name,
        "summary": item.summary,
        "responses": {"200": {**answer, **({"headers": headers} if headers else {})}, **faults},
    }
    if item.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": refs[item.body]}}}
    parameters = [*_path_parameters(item), *_query(item)]
    return {**operation, "parameters": parameters} if parameters else operation


def _headers(item: Operation) -> Json:
    names = [] if item.name in _NAMELESS else ["x-request-id"]
    told = {name: {"required": True, "schema": {"type": "string"}} for name in names}
    if item.decided:
        told |= {name: {"required": required, "schema": {"type": "string"}} for name, required in _DECIDED.items()}
    return told


def _fault(status: int, schema: Json) -> Json:
    headers: Json = {"x-should-retry": {"required": True, "schema": {"type": "string", "enum": ["true", "false"]}}}
    if status in (429, 503):
        headers["retry-after"] = {"description": "In seconds.", "schema": {"type": "integer", "minimum": 0}}
    if status == 401:
        headers["www-authenticate"] = {"required": True, "schema": {"type": "string"}}
    content = {"application/json": {"schema": schema}}
    return {"description": _DESCRIPTIONS[status], "headers": headers, "content": content}


def _statuses(item: Operation) -> list[int]:
    statuses = {*_ALWAYS}
    if item.method == "post":
        statuses |= {*_OF_BODIES, *_OF_ANSWERS}
    return sorted(statuses)


def _path_parameters(item: Operation) -> Iterator[Json]:
    if "{id}" in item.path:
        yield {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query(item: Operation) -> Iterator[Json]:
    for name, schema in item.query:
        yield {"name": name, "in": "query", "required": False, "schema": schema}


def _metrics() -> Json:
    text = {"text/plain": {"schema": {"type": "string"}}}
    error = {"$ref": _REF.format(model="Error")}
    return {
        "operationId": "metrics",
        "summary": "Prometheus metrics.",
        "responses": {
            "200": {"description": "The metrics.", "content": text},
            **{str(status): _fault(status, error) for status in _ALWAYS},
        },
    }


_DESCRIPTIONS = {
    400: "The request must be changed; `param` names the field.",
    401: "A key is needed, or this one is not good.",
    403: "The policy refuses the request, or the key may not use what it asks for.",
    404: "There is no such model, response or endpoint.",
    405: "This path does not take that method.",
    409: "The request with this idempotency key is still being answered, or was another one.",
    413: "The body is larger than this gateway takes.",
    415: "Compressed bodies are not taken.",
    422: "The idempotency key was another request's.",
    421: "The gateway is not called by this name.",
    429: "A limit is used up, or every destination is busy; `retry-after` says for how long.",
    500: "A fault of the gateway's own.",
    502: "The destination broke off its answer.",
    503: "No destination that may see this can answer now, or the audit trail or the store can't be used.",
    504: "It took longer than it may.",
}
