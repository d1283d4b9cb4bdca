"""A recognizer as Presidio's YAML describes it: patterns or a list of words. Checked here, built in `plugins`.

Takes Presidio's documented keys with their meaning; what differs is said in docs/recognizers.md. Knows
nothing of files and policies.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import regex
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

Entity = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,62}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Words = list[Annotated[str, StringConstraints(min_length=1, max_length=1000)]]
RecognizerName = Annotated[str, StringConstraints(pattern=r"^\w[\w .:()/-]{0,62}$")]
Score = Annotated[float, Field(gt=0, le=1)]

GROUP = "sepal.recognizers"
"""The group of Python entry points in which packages name their recognizers."""
FLAGS = regex.DOTALL | regex.MULTILINE | regex.IGNORECASE
"""Presidio's own default."""
_KNOWN_FLAGS = FLAGS | regex.VERBOSE | regex.ASCII | regex.UNICODE


def _only_known(flags: int) -> int:
    if flags & ~_KNOWN_FLAGS:
        raise ValueError(
            "expected a sum of 2 (ignore case), 8 (multi-line), 16 (dot matches all), 64 (verbose), 128 (ASCII)"
        )
    return flags


Flags = Annotated[int, AfterValidator(_only_known)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ListedPattern(_Part):
    """One regular expression of a recognizer."""

    name: str = Field(min_length=1, max_length=200, description="What the expression finds.")
    regex: str = Field(min_length=1, max_length=20_000, description="The expression, in Python's notation.")
    score: Score = Field(description="How sure a match is by itself, from 0 to 1.")

    @field_validator("regex")
    @classmethod
    def _compiles(cls, expression: str) -> str:
        try:
            regex.compile(expression, FLAGS)
        except regex.error as error:
            raise ValueError(f"not a valid regular expression: {error}") from None
        except (RecursionError, OverflowError, MemoryError, ValueError):
            raise ValueError(
                "not a regular expression that can be used: it is nested too deeply, or its flags clash"
            ) from None
        return expression


class LanguageWords(_Part):
    """A language, with the context words of that language."""

    language: Language
    context: Words = Field(default_factory=list)


class ListedRecognizer(_Part):
    """A recognizer made of regular expressions, of words, or of both."""

    name: RecognizerName = Field(description="Shown with what it finds; no other recognizer has it.")
    supported_entity: Entity = Field(description="The type that it finds: a new one, or one that exists.")
    supported_languages: list[Language | LanguageWords] = Field(
        default_factory=list, description="For information: every recognizer looks at texts of every language."
    )
    supported_language: Language | None = Field(None, description="The same for one language.")
    patterns: list[ListedPattern] = Field(default_factory=list, max_length=100)
    context: Words = Field(default_factory=list, description="Words nearby that make a match surer.")
    deny_list: Words = Field(default_factory=list, max_length=10_000, description="Words to find, whatever their case.")
    deny_list_score: Score = Field(1.0, description="How sure a word of the list is.")
    global_regex_flags: Flags | None = Field(
        None, description="Sum of Python's flags: 2 ignore case, 8 multi-line, 16 dot matches all. Absent: 26."
    )
    type: Literal["custom"] = Field("custom", description="Presidio's word for recognizers like this one.")
    enabled: bool = Field(True, description="false: as if it were not here.")

    @field_validator("type", mode="before")
    @classmethod
    def _custom(cls, value: Any) -> Any:
        if value == "predefined":
            raise ValueError(
                "Presidio's own recognizers are not chosen here: `sepal recognizers` lists those that are built in; "
                "remove this one, or write its patterns with type: custom"
            )
        return value

    @model_validator(mode="after")
    def _finds_something(self) -> Self:
        if not self.patterns and not self.deny_list:
            raise ValueError(f"recognizer `{self.name}` finds nothing; give it patterns: or deny_list:")
        return self

    @model_validator(mode="after")
    def _strong_enough(self) -> Self:
        # Imported only where there is something to check: they bring the detector's libraries along.
        from gateway.detection.context import BOOST, FLOOR
        from gateway.detection.thresholds import least

        needed = least(self.supported_entity)
        scores = [(item.name, item.score) for item in self.patterns]
        scores += [("deny_list", self.deny_list_score)] if self.deny_list else []
        for name, score in scores:
            if (max(score + BOOST, FLOOR) if self.words else score) < needed:
                remedy = "" if self.words else ", or give context: words that stand nearby"
                raise ValueError(
                    f"`{name}` would never count: its score is {score:g} and {self.supported_entity} is believed from "
                    f"{needed:g} on; write a score of at least {needed:g}{remedy}"
                )
        return self

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it names; ``any`` when it names none."""
        named = [item if isinstance(item, str) else item.language for item in self.supported_languages]
        return tuple(dict.fromkeys([*named, *([self.supported_language] if self.supported_language else [])])) or (
            "any",
        )

    @property
    def words(self) -> list[str]:
        """Context words of all its languages."""
        of_languages = [item.context for item in self.supported_languages if isinstance(item, LanguageWords)]
        return list(dict.fromkeys(word for words in (self.context, *of_languages) for word in words))


def same_name(recognizers: list[ListedRecognizer]) -> int | None:
    """The index of the first recognizer whose name an earlier one has, or None."""
    names = [item.name for item in recognizers]
    return next((index for index, name in enumerate(names) if name in names[:index]), None)


class RecognizersFile(_Part):
    """A file of Presidio's: `recognizers`, and what holds for all of them."""

    recognizers: list[ListedRecognizer] = Field(min_length=1)
    supported_languages: list[Language] = Field(default_factory=list)
    global_regex_flags: Flags | None = None
