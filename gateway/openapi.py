"""The gateway's OpenAPI document (3.1), made from the types by which requests are validated.

`sepal openapi` prints it. What JSON Schema can't say (which roles follow each other, which model can do what) is told
in a 400 by the field's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway import __version__
from gateway.dialects.messages.types import CountRequest, MessagesRequest
from gateway.dialects.responses.types import ResponsesRequest
from gateway.openai import answers, wire

Json = dict[str, Any]
_REF = "#/components/schemas/{model}"


class DecideRequest(BaseModel):
    """A request to another endpoint, to be decided and not run; without `model` it asks for ``auto``."""

    model: str = "auto"


class CountedResponse(ResponsesRequest):
    """What is to be counted: a Responses request, which here needs neither model nor input."""

    model: str = "auto"
    input: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one path.

    Attributes:
        body, answer: types of what is sent and of what comes back.
        streams: whether `stream: true` brings events.
        error: the type of faults.
        statuses: of faults, besides those of every operation.
        parameters: in the path or the query, name → schema.
    """

    path: str
    method: Literal["get", "post", "delete"]
    name: str
    summary: str
    answer: type[BaseModel]
    body: type[BaseModel] | None = None
    streams: bool = False
    error: type[BaseModel] = answers.Error
    statuses: tuple[int, ...] = ()
    query: tuple[tuple[str, Json], ...] = ()


_ALWAYS = (400, 401, 403, 404, 405, 421, 429, 500, 503)
_OF_BODIES = (413, 415, 422)
_OF_ANSWERS = (409, 502, 504)
_ONE = "/v1/responses/{id}"
_PAGE: tuple[tuple[str, Json], ...] = (
    ("limit", {"type": "integer", "minimum": 1, "maximum": 100}),
    ("order", {"type": "string", "enum": ["asc", "desc"]}),
    ("after", {"type": "string"}),
)
OPERATIONS = (
    Operation(
        "/v1/chat/completions", "post", "createChatCompletion", "Answer a conversation where its label allows.",
        answers.ChatCompletion, wire.ChatRequest, True,
    ),
    Operation(
        "/v1/completions", "post", "createCompletion", "Go on with a text where its label allows.",
        answers.Completion, wire.CompletionRequest, True,
    ),
    Operation(
        "/v1/embeddings", "post", "createEmbedding", "Embed texts where their label allows.",
        answers.Embeddings, wire.EmbeddingRequest,
    ),
    Operation(
        "/v1/responses", "post", "createResponse", "Answer with a Response that a later one can go on from.",
        answers.Response, ResponsesRequest, True,
    ),
    Operation(
        "/v1/responses/input_tokens", "post", "countResponseTokens", "About how many tokens an input has.",
        answers.InputTokens, CountedResponse,
    ),
    Operation(
        _ONE, "get", "getResponse", "A kept response.", answers.Response, streams=True,
        query=(("stream", {"type": "boolean"}), ("starting_after", {"type": "integer", "minimum": 0}),
               ("include", {"type": "array", "items": {"type": "string"}})),
    ),
    Operation(_ONE, "delete", "deleteResponse", "Forget a response.", answers.DeletedResponse),
    Operation(f"{_ONE}/cancel", "post", "cancelResponse", "End a response in the making.", answers.Response),
    Operation(
        f"{_ONE}/input_items", "get", "listInputItems", "What a response answered.", answers.InputItems, query=_PAGE
    ),
    Operation(
        "/v1/messages", "post", "createMessage", "Anthropic's Messages: answer where the label allows.",
        answers.Message, MessagesRequest, True, answers.MessagesError,
    ),
    Operation(
        "/v1/messages/count_tokens", "post", "countMessageTokens", "About how many tokens a message has.",
        answers.TokenCount, CountRequest, error=answers.MessagesError,
    ),
    Operation(
        "/v1/moderations", "post", "createModeration", "What detection and policy say of texts.",
        answers.Moderation, wire.ModerationRequest,
    ),
    Operation(
        "/v1/sepal/decide", "post", "decide", "The decision on a request, without running it.",
        answers.Decision, DecideRequest,
    ),
    Operation("/v1/models", "get", "listModels", "What may be asked for as `model`.", answers.Models),
    Operation("/v1/models/{id}", "get", "getModel", "One of them.", answers.Model),
    Operation("/openapi.json", "get", "openapi", "This document.", answers.OpenApi),
    Operation("/health/live", "get", "live", "Whether the process answers.", answers.Live),
    Operation("/health/ready", "get", "ready", "Whether prompts can be answered.", answers.Readiness),
)  # fmt: skip
"""All that is served as JSON; ``/metrics`` besides."""


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
        content["text/event-stream"] = {"schema": {"type": "string"}}
    faults = {
        str(status): {
            "description": _DESCRIPTIONS[status],
            "content": {"application/json": {"schema": refs[answers.Error if status == 421 else item.error]}},
        }
        for status in _statuses(item)
    }
    if item.name == "ready":
        faults["503"] = {"description": "Not ready.", "content": {"application/json": {"schema": refs[item.answer]}}}
    operation: Json = {
        "operationId": item.name,
        "summary": item.summary,
        "responses": {"200": {"description": "The answer.", "content": content}, **faults},
    }
    if item.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": refs[item.body]}}}
    parameters = [*_path_parameters(item), *_query(item)]
    return {**operation, "parameters": parameters} if parameters else operation


def _statuses(item: Operation) -> list[int]:
    statuses = {*_ALWAYS, *item.statuses}
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
    error = {"application/json": {"schema": {"$ref": _REF.format(model="Error")}}}
    return {
        "operationId": "metrics",
        "summary": "Prometheus metrics.",
        "responses": {
            "200": {"description": "The metrics.", "content": text},
            **{str(status): {"description": _DESCRIPTIONS[status], "content": error} for status in _ALWAYS},
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
