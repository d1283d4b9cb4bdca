"""Every operation that the gateway serves as JSON, with the types of what is sent and of what comes back.

Knows nothing of OpenAPI's form, and nothing of how requests are answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel

from gateway.dialects.messages.types import CountRequest, MessagesRequest
from gateway.dialects.responses.types import ResponsesRequest
from gateway.openai import answers, wire

Json = dict[str, Any]
_Model = Annotated[str, Field(min_length=1, max_length=512)]


class ResponseAsked(ResponsesRequest):
    """A Responses request that is not run, and so needs no model."""

    model: _Model = "auto"


class ChatAsked(wire.ChatRequest):
    """A chat that is not run."""

    model: _Model = "auto"


class CompletionAsked(wire.CompletionRequest):
    """A completion that is not run."""

    model: _Model = "auto"


class EmbeddingAsked(wire.EmbeddingRequest):
    """Texts that are not embedded."""

    model: _Model = "auto"


class DecideRequest(RootModel[ChatAsked | CompletionAsked | EmbeddingAsked | ResponseAsked]):
    """A request to another endpoint, to be decided and not run; without `model` it asks for ``auto``."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one path.

    Attributes:
        body, answer: types of what is sent and of what comes back.
        streams: whether `stream: true` brings events.
        error: the type of faults.
        query: parameters in the query, name → schema.
        decided: whether answers name the decision that was made, in headers.
    """

    path: str
    method: Literal["get", "post", "delete"]
    name: str
    summary: str
    answer: type[BaseModel]
    body: type[BaseModel] | None = None
    streams: bool = False
    error: type[BaseModel] = answers.Error
    query: tuple[tuple[str, Json], ...] = ()
    decided: bool = False


_ONE = "/v1/responses/{id}"
_PAGE: tuple[tuple[str, Json], ...] = (
    ("limit", {"type": "integer", "minimum": 1, "maximum": 100}),
    ("order", {"type": "string", "enum": ["asc", "desc"]}),
    ("after", {"type": "string"}),
)
OPERATIONS = (
    Operation(
        "/v1/chat/completions", "post", "createChatCompletion", "Answer a conversation where its label allows.",
        answers.ChatCompletion, wire.ChatRequest, True, decided=True,
    ),
    Operation(
        "/v1/completions", "post", "createCompletion", "Go on with a text where its label allows.",
        answers.Completion, wire.CompletionRequest, True, decided=True,
    ),
    Operation(
        "/v1/embeddings", "post", "createEmbedding", "Embed texts where their label allows.",
        answers.Embeddings, wire.EmbeddingRequest, decided=True,
    ),
    Operation(
        "/v1/responses", "post", "createResponse", "Answer with a Response that a later one can go on from.",
        answers.Response, ResponsesRequest, True, decided=True,
    ),
    Operation(
        "/v1/responses/input_tokens", "post", "countResponseTokens", "About how many tokens an input has.",
        answers.InputTokens, ResponseAsked,
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
        answers.Message, MessagesRequest, True, answers.MessagesError, decided=True,
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
