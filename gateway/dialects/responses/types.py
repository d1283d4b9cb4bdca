"""Bodies of ``POST /v1/responses`` as types. Source: OpenAI's API reference, "Responses".

Tools that are not named here are refused, not dropped: an answer without them would be another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic.json_schema import SkipJsonSchema

from gateway.dialects.responses.input_types import Item, Refused, Wire, by_type, string_or
from gateway.openai.wire import MAX_MESSAGES, Tokens


class FunctionTool(Wire):
    type: Literal["function"]
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class RefusedTool(Refused):
    why: ClassVar[str] = (
        "tools that run at OpenAI's servers (web_search, file_search, code_interpreter, computer use, mcp, …) and "
        "custom tools are not to be had here; leave this one out, or give a tool of type 'function'"
    )


class NamespaceTool(Wire):
    """Functions with a name in common, such as those of one MCP server."""

    type: Literal["namespace"]
    name: str = Field(min_length=1)
    description: str = ""
    tools: list[
        Annotated[
            Annotated[FunctionTool, Tag("function")] | Annotated[SkipJsonSchema[RefusedTool], Tag("refused")],
            Discriminator(by_type("function")),
        ]
    ] = Field(min_length=1)


Tool = Annotated[
    Annotated[FunctionTool, Tag("function")]
    | Annotated[NamespaceTool, Tag("namespace")]
    | Annotated[SkipJsonSchema[RefusedTool], Tag("refused")],
    Discriminator(by_type("function", "namespace")),
]


class NamedFunction(Wire):
    type: Literal["function"]
    name: str


class AllowedTools(Wire):
    type: Literal["allowed_tools"]
    mode: Literal["auto", "required"]
    tools: list[NamedFunction] = Field(min_length=1)


class RefusedChoice(Refused):
    why: ClassVar[str] = (
        "only functions can be called here; choose 'auto', 'none', 'required', or a function by its name"
    )


def _choice_kind(value: Any) -> str:
    return "word" if isinstance(value, str) else by_type("function", "allowed_tools")(value)


ToolChoice = Annotated[
    Annotated[Literal["none", "auto", "required"], Tag("word")]
    | Annotated[NamedFunction, Tag("function")]
    | Annotated[AllowedTools, Tag("allowed_tools")]
    | Annotated[SkipJsonSchema[RefusedChoice], Tag("refused")],
    Discriminator(_choice_kind),
]


class TextFormat(Wire):
    """What the answer's text is to be. A schema has a name and a `schema`."""

    type: Literal["text", "json_object", "json_schema"]
    name: str | None = None
    description: str | None = None
    schema_: dict[str, Any] | None = Field(None, alias="schema")
    strict: bool | None = None

    @model_validator(mode="after")
    def _has_schema(self) -> Self:
        if self.type == "json_schema" and (self.name is None or self.schema_ is None):
            raise ValueError("a format of type 'json_schema' needs `name` and `schema`")
        return self


class TextConfig(Wire):
    format: TextFormat | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class ReasoningConfig(Wire):
    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None


Includable = Literal[
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
]


class ResponsesRequest(Wire):
    """Body of ``POST /v1/responses``."""

    model: str = Field(min_length=1, max_length=512)
    input: Annotated[
        Annotated[str, Tag("string")] | Annotated[list[Item], Field(max_length=MAX_MESSAGES), Tag("items")],
        Discriminator(string_or(list, "items")),
    ]
    instructions: str | None = None
    previous_response_id: str | None = None
    tools: list[Tool] | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    max_tool_calls: Annotated[int, Field(ge=1)] | None = None
    text: TextConfig | None = None
    reasoning: ReasoningConfig | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_output_tokens: Tokens | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    include: list[Includable] | None = None
    metadata: Annotated[dict[str, str], Field(max_length=16)] | None = None
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    truncation: Literal["auto", "disabled"] | None = None
    store: bool | None = None
    stream: bool | None = None
    background: bool | None = None

    @property
    def wants_logprobs(self) -> bool:
        """Whether the answer's tokens come with their log probabilities."""
        return bool(self.top_logprobs) or "message.output_text.logprobs" in (self.include or ())


IGNORED: Mapping[str, str] = {
    "background_options": "what runs in the background here runs as soon as it can",
    "context_management": "nothing is summarised; what is too long is refused",
    "image": "images are sent as they are",
    "max_tool_calls": "counts tools of OpenAI's servers, of which there are none",
    "prompt_cache_key": "engines keep prompts by themselves",
    "prompt_cache_options": "engines keep prompts by themselves",
    "prompt_cache_retention": "engines keep prompts by themselves",
    "safety_identifier": "names the caller to OpenAI; nobody is told here",
    "service_tier": "OpenAI's own queues",
    "stream_options": "obfuscation is for wires that others listen to",
    "truncation": "nothing is dropped; what is too long is refused",
}
"""Fields that change nothing of the answer: what becomes of them."""
REFUSED: Mapping[str, str] = {
    "conversation": "Conversations are not kept as objects of their own here. Send `previous_response_id` instead.",
    "moderation": "Answers are not moderated here. Leave `moderation` out; /v1/moderations looks at texts.",
    "prompt": "Prompt templates lie at OpenAI's servers, which nobody asks here. Send `instructions` and `input`.",
}
"""Fields without which the answer would be another one."""
