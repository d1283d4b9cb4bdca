"""Bodies of Anthropic's ``POST /v1/messages`` as types. Source: Anthropic's API reference, "Messages".

Kinds of blocks and tools that are not named here are refused, not dropped: an answer without them would be another.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, protected_namespaces=())


class TextBlock(_Wire):
    type: Literal["text"]
    text: str


class Source(BaseModel):
    """Where an image or a document comes from: its bytes, its text, a URL, or a file's id."""

    model_config = ConfigDict(extra="allow", frozen=True)
    type: Literal["base64", "url", "text", "content", "file"]
    media_type: str | None = None
    data: str | None = None
    url: str | None = None
    content: str | list[TextBlock] | None = None


class ImageBlock(_Wire):
    type: Literal["image"]
    source: Source


class DocumentBlock(_Wire):
    type: Literal["document"]
    source: Source
    title: str | None = None
    context: str | None = None


class ToolUseBlock(_Wire):
    type: Literal["tool_use"]
    id: str
    name: str
    input: dict[str, Any]


def _content_kind(value: Any) -> str:
    return "blocks" if isinstance(value, list) else "string"


Shown = Annotated[TextBlock | ImageBlock | DocumentBlock, Discriminator("type")]
ShownContent = Annotated[
    Annotated[str, Tag("string")] | Annotated[list[Shown], Tag("blocks")], Discriminator(_content_kind)
]


class ToolResultBlock(_Wire):
    type: Literal["tool_result"]
    tool_use_id: str
    content: ShownContent | None = None
    is_error: bool | None = None


class ThinkingBlock(_Wire):
    """What a model thought in an earlier turn; no engine here wants it back."""

    type: Literal["thinking", "redacted_thinking"]


Block = Annotated[
    TextBlock | ImageBlock | DocumentBlock | ToolUseBlock | ToolResultBlock | ThinkingBlock, Discriminator("type")
]
Content = Annotated[Annotated[str, Tag("string")] | Annotated[list[Block], Tag("blocks")], Discriminator(_content_kind)]


class MessageParam(_Wire):
    role: Literal["user", "assistant", "system"]
    content: Content

    @model_validator(mode="after")
    def _instructions_are_text(self) -> Self:
        blocks = () if isinstance(self.content, str) else self.content
        if self.role == "system" and not all(isinstance(block, TextBlock) for block in blocks):
            raise ValueError("a message of the role 'system' holds text alone")
        return self


class ToolParam(_Wire):
    type: Literal["custom"] | None = None
    name: str
    description: str | None = None
    input_schema: dict[str, Any]


class ToolChoice(_Wire):
    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class Metadata(_Wire):
    user_id: str | None = None


class OutputFormat(_Wire):
    """The schema that the answer is to fit."""

    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class OutputConfig(_Wire):
    format: OutputFormat | None = None


System = Annotated[
    Annotated[str, Tag("string")] | Annotated[list[TextBlock], Tag("blocks")], Discriminator(_content_kind)
]


class CountRequest(_Wire):
    """Body of ``POST /v1/messages/count_tokens``."""

    model: str = Field(min_length=1, max_length=512)
    messages: list[MessageParam] = Field(min_length=1, max_length=2048)
    system: System | None = None
    tools: list[ToolParam] | None = None
    tool_choice: ToolChoice | None = None


class MessagesRequest(CountRequest):
    """Body of ``POST /v1/messages``."""

    max_tokens: Annotated[int, Field(ge=1, le=10_000_000)]
    stop_sequences: Annotated[list[str], Field(max_length=4)] | None = None
    stream: bool | None = None
    temperature: Annotated[float, Field(ge=0, le=1)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    metadata: Metadata | None = None
    output_config: OutputConfig | None = None
    # The name that it had before.
    output_format: OutputFormat | None = None

    @property
    def format(self) -> OutputFormat | None:
        """What the answer is to fit, if anything."""
        return (self.output_config and self.output_config.format) or self.output_format


IGNORED = {
    "cache_control": "engines keep prompts by themselves",
    "container": "names an earlier container; nothing runs in one here",
    "inference_geo": "every destination is named in the policy",
    "output_config.effort": "effort is the engine's own",
    "service_tier": "Anthropic's own queues",
    "thinking": "engines think as their model does",
    "top_k": "OpenAI's form, which engines are asked in, has no such field",
}
"""Fields that are dropped, and why that does no harm."""
REFUSED = {
    "mcp_servers": "No destination calls other servers, and none is asked to. Leave `mcp_servers` out.",
}
"""Fields without which the answer would be another one."""
