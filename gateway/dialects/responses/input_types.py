"""What may be said in the `input` of a Responses request, as types. Source: OpenAI's API reference, "Responses".

Kinds of items and parts that are not named here are refused, not dropped: an answer without them would be another one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Tag, model_validator
from pydantic.json_schema import SkipJsonSchema


class Wire(BaseModel):
    """A part of a body; what is not named in it is dropped."""

    model_config = ConfigDict(extra="ignore", frozen=True, protected_namespaces=())


class Refused(Wire):
    """Something that can't be honoured. `why` is the end of the sentence that says so."""

    why: ClassVar[str]

    @model_validator(mode="after")
    def _refuse(self) -> Self:
        raise ValueError(self.why)


def by_type(*known: str, otherwise: str = "refused") -> Callable[[Any], str]:
    """A discriminator: the `type` of an object if it is `known`."""

    def kind(value: Any) -> str:
        given = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
        return given if given in known else otherwise

    return kind


def string_or(other: type[Any], name: str) -> Callable[[Any], str]:
    """A discriminator between a string and something else, which has `name`."""

    def kind(value: Any) -> str:
        return name if isinstance(value, other) else "string"

    return kind


class TextPart(Wire):
    """What somebody wrote; an `output_text` is what a model wrote."""

    type: Literal["input_text", "output_text"]
    text: str


class RefusalPart(Wire):
    type: Literal["refusal"]
    refusal: str


class ImagePart(Wire):
    type: Literal["input_image"]
    image_url: str | None = None
    file_id: str | None = None
    detail: Literal["low", "high", "auto", "original"] | None = None


class FilePart(Wire):
    type: Literal["input_file"]
    file_data: str | None = None
    file_id: str | None = None
    filename: str | None = None
    file_url: str | None = None

    @model_validator(mode="after")
    def _is_here(self) -> Self:
        if self.file_url is not None:
            raise ValueError("nothing is fetched for a request; send the file itself as `file_data`")
        return self


class RefusedPart(Refused):
    why: ClassVar[str] = "this kind of content is not known here; send input_text, input_image or input_file"


Part = Annotated[
    Annotated[TextPart, Tag("input_text")]
    | Annotated[TextPart, Tag("output_text")]
    | Annotated[RefusalPart, Tag("refusal")]
    | Annotated[ImagePart, Tag("input_image")]
    | Annotated[FilePart, Tag("input_file")]
    | Annotated[SkipJsonSchema[RefusedPart], Tag("refused")],
    Discriminator(by_type("input_text", "output_text", "refusal", "input_image", "input_file")),
]
Content = Annotated[
    Annotated[str, Tag("string")] | Annotated[list[Part], Tag("parts")], Discriminator(string_or(list, "parts"))
]


class Message(Wire):
    type: Literal["message"] | None = None
    role: Literal["user", "assistant", "system", "developer"]
    content: Content

    @model_validator(mode="after")
    def _models_write_text(self) -> Self:
        parts = () if isinstance(self.content, str) else self.content
        if self.role == "assistant" and any(isinstance(part, ImagePart | FilePart) for part in parts):
            raise ValueError("a message of the role 'assistant' holds text alone")
        if self.role != "assistant" and any(isinstance(part, RefusalPart) for part in parts):
            raise ValueError("only a message of the role 'assistant' holds a refusal")
        return self


class FunctionCall(Wire):
    type: Literal["function_call"]
    call_id: str
    name: str
    namespace: str | None = None
    arguments: str


class FunctionCallOutput(Wire):
    type: Literal["function_call_output"]
    call_id: str
    output: Content


class ThoughtText(Wire):
    type: str
    text: str


class Reasoning(Wire):
    """What a model thought in an earlier turn; no engine here wants it back."""

    type: Literal["reasoning"]
    summary: list[ThoughtText] = []
    content: list[ThoughtText] | None = None


class ItemReference(Wire):
    type: Literal["item_reference"] | None = None
    id: str


class RefusedItem(Refused):
    why: ClassVar[str] = "items of this type come from tools that are not to be had here; leave them out"


def _item_kind(value: Any) -> str:
    if isinstance(value, dict) and value.get("type") is None:
        # Clients leave the type of a message out, and that of a reference too.
        return "message" if "role" in value or "id" not in value else "item_reference"
    return by_type("message", "function_call", "function_call_output", "reasoning", "item_reference")(value)


Item = Annotated[
    Annotated[Message, Tag("message")]
    | Annotated[FunctionCall, Tag("function_call")]
    | Annotated[FunctionCallOutput, Tag("function_call_output")]
    | Annotated[Reasoning, Tag("reasoning")]
    | Annotated[ItemReference, Tag("item_reference")]
    | Annotated[SkipJsonSchema[RefusedItem], Tag("refused")],
    Discriminator(_item_kind),
]
