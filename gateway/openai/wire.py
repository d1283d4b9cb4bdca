"""Request bodies as types. Validation keeps exactly the fields named here; others are dropped.

Sources: OpenAI's API reference for chat completions and completions. What a field may hold for a
given destination is decided elsewhere.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator

MAX_MESSAGES = 2048


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, protected_namespaces=())


class TextPart(_Wire):
    type: Literal["text"]
    text: str


class RefusalPart(_Wire):
    type: Literal["refusal"]
    refusal: str


class OpaquePart(BaseModel):
    """A part that can't be inspected here: image, audio, file, or a kind not yet known."""

    model_config = ConfigDict(extra="allow", frozen=True)
    type: str


def _part_kind(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return kind if kind in ("text", "refusal") else "opaque"


Part = Annotated[
    Annotated[TextPart, Tag("text")] | Annotated[RefusalPart, Tag("refusal")] | Annotated[OpaquePart, Tag("opaque")],
    Discriminator(_part_kind),
]


def _content_kind(value: Any) -> str:
    return "parts" if isinstance(value, list) else "string"


Content = Annotated[
    Annotated[str, Tag("string")] | Annotated[list[Part], Field(min_length=1), Tag("parts")],
    Discriminator(_content_kind),
]


class FunctionCall(_Wire):
    name: str
    arguments: str


class ToolCall(_Wire):
    id: str
    type: Literal["function"] = "function"
    function: FunctionCall


def _rule_of_content(schema: dict[str, Any]) -> None:
    """Tell a message's rule in JSON Schema, too."""
    schema["anyOf"] = [
        {"properties": {"role": {"const": "assistant"}}},
        {"properties": {"content": {"not": {"type": "null"}}}, "required": ["content"]},
    ]


class Message(_Wire):
    model_config = ConfigDict(json_schema_extra=_rule_of_content)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content | None = None
    name: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None
    refusal: str | None = None
    function_call: FunctionCall | None = None
    audio: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.content is None and self.role != "assistant":
            raise ValueError(f"a message with role '{self.role}' needs `content`, a string or a list of parts")
        return self


class FunctionDefinition(_Wire):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(_Wire):
    type: Literal["function"]
    function: FunctionDefinition


class NamedFunction(_Wire):
    name: str


class NamedToolChoice(_Wire):
    type: Literal["function"]
    function: NamedFunction


def _choice_kind(value: Any) -> str:
    return "word" if isinstance(value, str) else "named"


ToolChoice = Annotated[
    Annotated[Literal["none", "auto", "required"], Tag("word")] | Annotated[NamedToolChoice, Tag("named")],
    Discriminator(_choice_kind),
]


class JsonSchema(_Wire):
    name: str
    description: str | None = None
    # Field name on the wire is "schema".
    schema_: dict[str, Any] | None = Field(None, alias="schema")
    strict: bool | None = None


class ResponseFormat(_Wire):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class StreamOptions(_Wire):
    include_usage: bool | None = None


def _stop_kind(value: Any) -> str:
    return "strings" if isinstance(value, list) else "string"


Stop = Annotated[
    Annotated[str, Tag("string")] | Annotated[list[str], Field(max_length=4), Tag("strings")],
    Discriminator(_stop_kind),
]
TokenId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}$")]
Tokens = Annotated[int, Field(ge=1, le=10_000_000)]
Penalty = Annotated[float, Field(ge=-2, le=2)]


class _Sampling(_Wire):
    model: str = Field(min_length=1, max_length=512)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Tokens | None = None
    stop: Stop | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**64)] | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    logit_bias: dict[TokenId, Annotated[float, Field(ge=-100, le=100)]] | None = None
    user: str | None = None
    metadata: dict[str, Any] | None = None


class ChatRequest(_Sampling):
    """Body of ``POST /v1/chat/completions``."""

    messages: list[Message] = Field(min_length=1, max_length=MAX_MESSAGES)
    max_completion_tokens: Tokens | None = None
    tools: list[Tool] | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    store: bool | None = None


def _prompt_kind(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return "string"
    if isinstance(value[0], str):
        return "strings"
    return "tokens" if isinstance(value[0], int) else "token_lists"


PromptText = Annotated[
    Annotated[str, Field(min_length=1), Tag("string")]
    | Annotated[list[str], Field(min_length=1, max_length=128), Tag("strings")]
    | Annotated[list[int], Tag("tokens")]
    | Annotated[
        list[Annotated[list[int], Field(min_length=1)]], Field(min_length=1, max_length=128), Tag("token_lists")
    ],
    Discriminator(_prompt_kind),
]


class CompletionRequest(_Sampling):
    """Body of ``POST /v1/completions``."""

    prompt: PromptText
    suffix: str | None = None
    echo: bool | None = None
    best_of: Annotated[int, Field(ge=1, le=20)] | None = None
    max_tokens: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    logprobs: Annotated[int, Field(ge=0, le=5)] | None = None


def _input_kind(value: Any) -> str:
    if not isinstance(value, list):
        return "string"
    return "parts" if value and not isinstance(value[0], str) else "strings"


class ModerationRequest(_Wire):
    """Body of ``POST /v1/moderations``."""

    input: Annotated[
        Annotated[str, Tag("string")]
        | Annotated[list[str], Field(min_length=1, max_length=128), Tag("strings")]
        | Annotated[list[Part], Field(min_length=1, max_length=128), Tag("parts")],
        Discriminator(_input_kind),
    ]
    model: Annotated[str, Field(max_length=512)] | None = None


class EmbeddingRequest(_Wire):
    """Body of ``POST /v1/embeddings``."""

    stream: ClassVar[None] = None

    model: str = Field(min_length=1, max_length=512)
    input: PromptText
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Annotated[int, Field(ge=1, le=65_536)] | None = None
    user: str | None = None
    metadata: dict[str, Any] | None = None


Request = ChatRequest | CompletionRequest | EmbeddingRequest
Answered = ChatRequest | CompletionRequest
"""Requests that a language model answers with text."""

# Steer the gateway or identify the caller; no engine needs them, so none gets them.
_KEPT_HERE = frozenset({"user", "metadata", "store", "stream", "stream_options", "model"})


def outbound(request: Request, *, model: str, stream: bool) -> dict[str, Any]:
    """The body as an engine gets it: validated fields only, nothing that only the gateway needs.

    Args:
        request: the validated request.
        model: the engine's own model id.
        stream: whether the engine is to stream; usage is then always asked for.
    """
    # Pydantic's warnings would quote the prompt.
    body = request.model_dump(
        mode="json", by_alias=True, exclude_unset=True, exclude_none=True, exclude=set(_KEPT_HERE), warnings=False
    )
    body["model"] = model
    if isinstance(request, EmbeddingRequest):
        # Formats and dimensions are made here, from what any engine gives.
        return {"model": model, "input": body["input"], "encoding_format": "base64"}
    body["stream"] = stream
    if stream:
        body["stream_options"] = {"include_usage": True}
    return body


def inspected_body(request: Request) -> dict[str, Any]:
    """The request as plain data for inspection: all that was validated, also what no engine gets."""
    return request.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True, warnings=False)
