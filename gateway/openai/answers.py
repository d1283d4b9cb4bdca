"""What the endpoints answer, as types for the OpenAPI document. Sources: OpenAI's and Anthropic's API references.

Answers are not made from these; tests hold them against what is sent.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class ErrorDetail(_Answer):
    message: str
    type: str
    param: str | None
    code: str | None


class Error(_Answer):
    """A fault, as OpenAI's servers tell it."""

    error: ErrorDetail


class Usage(_Open):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CalledFunction(_Answer):
    name: str
    arguments: str


class Called(_Answer):
    id: str
    type: Literal["function"]
    function: CalledFunction


class AnswerMessage(_Answer):
    role: Literal["assistant"]
    content: str | None
    refusal: str | None
    reasoning_content: str | None = None
    tool_calls: list[Called] | None = None


class ChatChoice(_Answer):
    index: int
    message: AnswerMessage
    logprobs: dict[str, Any] | None
    finish_reason: Literal["stop", "length", "tool_calls", "content_filter", "function_call"]


class ChatCompletion(_Answer):
    """A chat's answer; with `stream: true` it comes as ``chat.completion.chunk`` events instead."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    usage: Usage | None = None
    system_fingerprint: str | None = None


class TextChoice(_Answer):
    index: int
    text: str
    logprobs: dict[str, Any] | None
    finish_reason: Literal["stop", "length", "content_filter"]


class Completion(_Answer):
    """A completion's answer; with `stream: true` it comes in events."""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[TextChoice]
    usage: Usage | None = None
    system_fingerprint: str | None = None


class EmbeddingUsage(_Answer):
    prompt_tokens: int
    total_tokens: int


class Embedding(_Answer):
    object: Literal["embedding"]
    index: int
    embedding: list[float] | str


class Embeddings(_Answer):
    """Embeddings in the order of the input."""

    object: Literal["list"]
    data: list[Embedding]
    model: str
    usage: EmbeddingUsage


class ModelFacts(_Answer):
    """What Sepal says of a model besides.

    Attributes:
        destinations: that serve it.
        context_length: tokens of prompt and answer together, where that is known.
        abilities: what a request may ask for: parameters, and ``embeddings``.
    """

    destinations: list[str]
    context_length: int | None
    abilities: list[str]


class Model(_Answer):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    sepal: ModelFacts


class Models(_Answer):
    object: Literal["list"]
    data: list[Model]


class ModerationResult(_Answer):
    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[str]]
    sepal_label: str


class Moderation(_Answer):
    """What detection and policy say of each input: categories are levels and types."""

    id: str
    model: str
    results: list[ModerationResult]


class Response(_Open):
    """OpenAI's Response object; with `stream: true` it comes in events."""

    id: str
    object: Literal["response"]
    created_at: float
    status: Literal["completed", "failed", "in_progress", "cancelled", "queued", "incomplete"]
    model: str
    output: list[dict[str, Any]]


class InputTokens(_Answer):
    object: Literal["response.input_tokens"]
    input_tokens: int


class DeletedResponse(_Answer):
    id: str
    object: Literal["response"]
    deleted: Literal[True]


class InputItems(_Answer):
    object: Literal["list"]
    data: list[dict[str, Any]]
    first_id: str | None
    last_id: str | None
    has_more: bool


class MessageUsage(_Answer):
    input_tokens: int
    output_tokens: int


class Message(_Answer):
    """Anthropic's Message; with `stream: true` it comes in events."""

    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    model: str
    content: list[dict[str, Any]]
    stop_reason: str | None
    stop_sequence: str | None
    usage: MessageUsage


class TokenCount(_Answer):
    input_tokens: int


class MessagesErrorDetail(_Answer):
    type: str
    message: str


class MessagesError(_Answer):
    """A fault, as Anthropic's servers tell it."""

    type: Literal["error"]
    error: MessagesErrorDetail
    request_id: str


class Decision(_Open):
    """What the policy does with a request, and why; no text of it."""

    object: Literal["sepal.decision"]
    label: str
    destination: str | None
    destinations: list[str]
    rule: str
    why: str
    findings: list[dict[str, Any]]
    unable: dict[str, list[str]]


class OpenApi(_Open):
    openapi: str
    paths: dict[str, Any]


class Live(_Answer):
    status: Literal["live"]


class Readiness(_Open):
    """What is in use, and whether a prompt of any label can be answered."""

    status: Literal["ready", "not_ready"]
    version: str
    destinations: dict[str, dict[str, Any]] = Field(description="By destination.")
