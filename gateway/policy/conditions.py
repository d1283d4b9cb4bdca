"""What a rule may ask for, as Pydantic models. What the conditions mean for a request is in `matching`.

Whether its regular expressions are any is said by `expressions`, and of its words by `words`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, field_validator, model_validator

from gateway.detection.languages import KNOWN
from gateway.detection.topics import TOPICS
from gateway.document import Location
from gateway.policy.destination import Part
from gateway.policy.facts import Endpoint

ENTITY_NAME = r"^([A-Z][A-Z0-9_]{0,62}|[a-z][a-z0-9_]{0,62})$"
HEADER_NAME = r"^[a-z0-9][a-z0-9_-]{0,62}$"
EntityName = Annotated[str, StringConstraints(pattern=ENTITY_NAME)]
Place = Literal["system", "user", "assistant", "tool", "last_turn", "earlier_turns", "tools", "parameters"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]

MARKERS: tuple[str, ...] = (
    "confidential", "strictly confidential", "internal use only", "for internal use only", "company confidential",
    "proprietary and confidential", "do not distribute", "not for distribution", "attorney-client privileged",
    "top secret", "机密", "秘密", "绝密", "内部资料", "仅供内部使用", "内部使用", "严禁外传", "不得外传",
    "商业秘密", "保密",
)  # fmt: skip
"""Words with which people mark what must not travel."""


NAMED = "name"
"""Marks a name where a mapping may stand instead."""


def _kind(value: Any) -> str:
    return "condition" if isinstance(value, dict | When) else NAMED


NameOrWhen = Annotated[Annotated[EntityName, Tag(NAMED)] | Annotated["When", Tag("condition")], Discriminator(_kind)]


def _topic(name: str) -> str:
    known = sorted(topic.lower() for topic in TOPICS)
    if name.lower() not in known:
        raise ValueError(f"unknown topic `{name[:60]}`; expected one of: {', '.join(known)}")
    return name.upper()


def _language(code: str) -> str:
    if code not in KNOWN:
        raise ValueError(f"unknown language `{code[:60]}`; expected one of: {', '.join(sorted(KNOWN))}")
    return code


Topic = Annotated[str, AfterValidator(_topic)]
Language = Annotated[str, AfterValidator(_language)]


class Bounds(Part):
    """A number from `at_least` to `at_most`, both included."""

    at_least: int | None = Field(None, ge=0)
    at_most: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("write at_least: N, at_most: N, or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"no number is at least {self.at_least} and at most {self.at_most}")
        return self

    def holds(self, number: int) -> bool:
        """Whether `number` lies between the bounds."""
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)


class When(Part):
    """A rule's conditions; all that are given must hold. Types may be named by their group, e.g. `contact`."""

    any: list[NameOrWhen] = Field(
        default_factory=list,
        max_length=200,
        description="At least one of these types was found, or one of these conditions holds.",
    )
    all: list[NameOrWhen] = Field(
        default_factory=list,
        max_length=200,
        description="Each of these types was found (of a group: one of it), and each of these conditions holds.",
    )
    only: list[EntityName] = Field(
        default_factory=list,
        description="One of these types was found, and nothing above the lowest level but these types.",
    )
    none: list[EntityName] = Field(default_factory=list, description="None of these types was found.")
    not_: When | None = Field(None, alias="not", description="These conditions do not hold.")
    at_least: int | None = Field(None, ge=1, description="So many findings (of the types in `any`, if given).")
    at_most: int | None = Field(None, ge=0, description="No more findings (of the types in `any`, if given).")
    min_score: float | None = Field(None, ge=0, le=1, description="Only findings with at least this score are seen.")
    topics: list[Topic] = Field(default_factory=list, description="The prompt tells of one of these, e.g. health.")
    where: list[Place] = Field(
        default_factory=list,
        description="Only what stands there is seen: a role's messages, the last turn (from the last user message on), "
        "tool definitions, other parameters. Inside another `where`: only what stands at both.",
    )
    languages: list[Language] = Field(
        default_factory=list,
        description="Some text is in one of these languages (ISO 639-1). Of a few words it can't be told.",
    )
    endpoints: list[Endpoint] = Field(default_factory=list, description="The request came to one of these.")
    models: list[Text] = Field(default_factory=list, description="The caller asked for one of these models.")
    keys: list[Text] = Field(default_factory=list, description="The caller's API key has one of these names.")
    key_groups: list[Text] = Field(default_factory=list, description="The caller's API key is in one of these groups.")
    headers: dict[Annotated[str, StringConstraints(pattern=HEADER_NAME)], Expression] = Field(
        default_factory=dict,
        description="Header (lower case) → regular expression (RE2) that its whole value matches.",
    )
    characters: Bounds | None = Field(None, description="How long all texts are together, in characters.")
    tokens: Bounds | None = Field(
        None, description="The same in tokens, as the detector's model cuts them, wherever they stand."
    )
    matches: list[Expression] | Expression = Field(
        default_factory=list, description="Some text matches one of these regular expressions (RE2: linear time)."
    )
    words: list[Text] = Field(
        default_factory=list, max_length=10_000, description="Some text holds one of these words, whatever their case."
    )
    words_file: str | None = Field(
        None, min_length=1, max_length=1000, description="A text file beside the policy with such words, one a line."
    )
    markers: Literal[True] | list[Text] | None = Field(
        None,
        description="Some text is marked as confidential: true for the usual words of English and Chinese "
        "(confidential, internal use only, 机密, 仅供内部使用, …), or a list of your own.",
    )

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        for name in sorted(self.model_fields_set):
            if getattr(self, name) in (None, [], {}):
                raise ValueError(f"nothing stands behind `{name.rstrip('_')}`; say what it asks for, or leave it out")
        if not self.model_fields_set - {"min_score"}:
            raise ValueError(
                "`when` is empty; name a condition such as any: [PERSON], or leave `when` out for a rule that "
                "always applies"
            )
        return self

    @field_validator("markers", mode="before")
    @classmethod
    def _true_or_words(cls, markers: Any) -> Any:
        if markers is not True and not isinstance(markers, list | None):
            raise ValueError("markers is true, for the usual words, or a list such as [eyes only, 密件]")
        return markers

    @field_validator("matches")
    @classmethod
    def _as_list(cls, matches: list[str] | str) -> list[str]:
        return [matches] if isinstance(matches, str) else matches

    @property
    def any_names(self) -> list[str]:
        """The types and groups in `any`."""
        return [item for item in self.any if isinstance(item, str)]

    @property
    def all_names(self) -> list[str]:
        """The types and groups in `all`."""
        return [item for item in self.all if isinstance(item, str)]

    @property
    def expressions(self) -> list[str]:
        """The regular expressions in `matches`."""
        return [self.matches] if isinstance(self.matches, str) else list(self.matches)

    @property
    def marker_words(self) -> tuple[str, ...]:
        """The words in `markers`."""
        if self.markers is True:
            return MARKERS
        return tuple(self.markers or ())

    def inside(self) -> Iterator[tuple[Location, When]]:
        """The conditions inside this one, each with where it stands in it."""
        for name, items in (("any", self.any), ("all", self.all)):
            for index, item in enumerate(items):
                if isinstance(item, When):
                    yield (name, index), item
        if self.not_ is not None:
            yield ("not",), self.not_


def walk(when: When, location: Location = ()) -> Iterator[tuple[Location, When]]:
    """`when` and all conditions inside it, each with where it stands."""
    yield location, when
    for below, item in when.inside():
        yield from walk(item, (*location, *below))


PLACES: tuple[str, ...] = get_args(Place)
