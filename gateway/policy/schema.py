"""The policy file, version 1, as Pydantic models: one source for validation, editors and docs.

Checks form alone. References inside the file and whether it could route down are judged in `flow` and
`proof`, and where a mistake stands in the file in `load`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, field_validator, model_validator

from gateway.detection.listed import ListedRecognizer
from gateway.policy.conditions import NAMED, EntityName, When
from gateway.policy.destination import Destination, EngineName, Name, Part

__all__ = ["Destination", "EngineName", "EntityName", "Name", "PolicyFile", "Rule", "When"]

BY_TEXT = "by_text"
"""In the place of a level: none of its own."""
Method = Literal["pseudonym", "placeholder", "mask", "hash", "remove"]


def _says_something(text: str) -> str:
    if not any(character.isprintable() and character != " " for character in text):
        raise ValueError("this says nothing; write a sentence for the caller")
    return text


SHA256 = r"^[0-9a-f]{64}$"
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_says_something)]


class EntityLevel(Part):
    """A level for an entity type or a group, for findings of at least `min_score`."""

    level: Name
    min_score: float = Field(0.0, ge=0, le=1, description="Findings with a lower score are ignored.")


def _level_kind(value: Any) -> str:
    return "scored" if isinstance(value, dict | EntityLevel) else NAMED


LevelOrScored = Annotated[
    Annotated[Name, Tag(NAMED)] | Annotated[EntityLevel, Tag("scored")], Discriminator(_level_kind)
]


class Declassify(Part):
    """Replaces what was found, so that the rest may travel further. The one way in which a label goes down."""

    method: Method = Field(
        description="pseudonym: an invented value of the same kind; placeholder: <PERSON_1>; hash: a keyed hash; "
        "mask: ****; remove: nothing. The first three come back as they were in the answer."
    )
    to: Name = Field(description="The label of the rewritten prompt, unless what is left in it is higher.")
    entities: list[EntityName] = Field(
        default_factory=list,
        description="The types (or groups) that are replaced. Absent: those that the rule's `when` names, else all "
        "above `to`.",
    )


class Rule(Part):
    """A rule raises the label, narrows where a prompt may go, denies, or asks for declassification. None lowers."""

    name: Name
    enabled: bool = Field(True, description="false: as if the rule were not here (to switch off an inherited one).")
    when: When | None = Field(None, description="Absent: the rule always applies.")
    raise_to: Name | None = Field(None, description="The label becomes at least this level.")
    deny: Sentence | None = Field(None, description="The request is refused; the caller sees this sentence.")
    require: list[Name] = Field(default_factory=list, description="Only these destinations may be used.")
    prefer: list[Name] = Field(default_factory=list, description="These destinations come first, if they may be used.")
    declassify: Declassify | None = Field(None, description="Replace what was found, and decide again.")
    tag: list[Name] | Name = Field(default_factory=list, description="Words for the audit record.")

    @model_validator(mode="before")
    @classmethod
    def _no_way_down(cls, value: Any) -> Any:
        if isinstance(value, dict):
            if "when" in value and value["when"] is None:
                raise ValueError(
                    "nothing stands behind `when`; name a condition such as any: [PERSON], or leave `when` out for a "
                    "rule that always applies"
                )
            for word in ("lower_to", "allow", "route_to", "send_to", "set_level", "level", "destination"):
                if word in value:
                    raise ValueError(
                        f"a rule has no action `{word}`: nothing lowers a label; to let more text travel, change the "
                        "level under `entities`, or write declassify: {method: pseudonym, to: LEVEL}"
                    )
        return value

    @field_validator("tag")
    @classmethod
    def _as_list(cls, tag: list[str] | str) -> list[str]:
        return [tag] if isinstance(tag, str) else tag

    @model_validator(mode="after")
    def _some_action(self) -> Self:
        acts = [self.raise_to, self.require, self.prefer, self.declassify]
        if self.deny is not None and any(acts):
            raise ValueError("a rule that denies sends nothing anywhere; leave its other actions out (tag may stay)")
        if self.enabled and not any([*acts, self.deny, self.tag]):
            raise ValueError(
                "a rule needs an action: raise_to: LEVEL, deny: a sentence for the caller, require: [DESTINATION], "
                "prefer: [DESTINATION], declassify: {method: pseudonym, to: LEVEL}, or tag: WORD"
            )
        return self


class Key(Part):
    """A caller's API key, or what is known besides of one that `sepal keys` has. Where any key is known, requests
    without a good one are refused."""

    sha256: Annotated[str, StringConstraints(pattern=SHA256)] | None = Field(
        None,
        description="The key's SHA-256 in hexadecimal (printf %s KEY | sha256sum), never the key itself; absent: "
        "`sepal keys` has a key of this name.",
    )
    groups: list[Name] = Field(default_factory=list, description="For conditions: key_groups.")
    floor: Name | None = Field(None, description="The label of this key's prompts is at least this level.")


class Route(Part):
    """Which of the admissible destinations is taken."""

    prefer: list[Name] = Field(
        min_length=1, description="Destinations, best first. One that is named neither here nor in a rule is a mistake."
    )
    on_unavailable: Literal["next", "refuse"] = Field(
        "next", description="When the chosen one is down: try the next admissible one, or refuse with 503."
    )


class OnError(Part):
    """What happens with a prompt that could not be inspected. Never that it travels further."""

    detection: Literal["highest", "deny"] = Field(
        "highest", description="Detection failed or took too long: the highest level, or a refusal."
    )
    unreadable: Literal["highest", "deny"] = Field(
        "highest", description="Images, audio, files, token ids: the highest level, or a refusal."
    )


class Attachments(Part):
    """What files and images count as when this machine could read every text in them (`pip install
    sepal-gateway[files]`); what it can't read wholly has the highest level. The level of what was found in the texts
    counts besides, always."""

    files: Name | Literal["by_text"] = Field(
        "by_text", description="by_text: no level of their own. A file leaves as its text, never as a file."
    )
    images: Name | Literal["by_text"] | None = Field(
        None,
        description="Absent: images are not looked at and have the highest level. A level, or by_text for none of "
        "their own: words in them are read; faces, places and whatever else they show are not seen.",
    )


class Limits(Part):
    """Requests beyond these are refused."""

    max_characters: int | None = Field(None, ge=1, description="All texts of a request together.")
    max_messages: int | None = Field(None, ge=1, description="Messages of a chat request.")
    max_tokens: int | None = Field(None, ge=1, description="All texts together, as the detector's model cuts them.")


class Expected(Part):
    """What a test expects; whatever is given must be so."""

    label: Name | None = None
    destination: Name | Literal["none"] | None = Field(None, description="Where it goes first; `none` when refused.")
    rule: Name | None = Field(None, description="A rule that fires, or what decided: entities, no-findings, …")
    entities: list[str] | None = Field(None, description="Exactly these types count, in any order.")
    declassified: bool | None = Field(None, description="Whether it goes there rewritten.")
    denied: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("expect nothing is no test; write label: LEVEL, destination: NAME or rule: NAME")
        return self


class PolicyTest(Part):
    """A prompt, and what the policy must decide for it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    enabled: bool = Field(True, description="false: as if the test were not here (to switch off an inherited one).")
    prompt: str | None = Field(None, description="One user message.")
    messages: list[dict[str, Any]] | None = Field(
        None, description="Or a whole conversation, as a chat request has it."
    )
    request: dict[str, Any] = Field(
        default_factory=dict, description="Further fields of the request: model, tools, metadata, …"
    )
    headers: dict[str, str] = Field(default_factory=dict)
    expect: Expected

    @model_validator(mode="after")
    def _one_prompt(self) -> Self:
        if (self.prompt is None) == (self.messages is None):
            raise ValueError("a test has either prompt: a text, or messages: a list")
        return self


class PolicyFile(Part):
    """A whole policy, with what it extends merged in."""

    version: Literal[1]
    name: Name | None = Field(None, description="Shown in the audit; the file's name when absent.")
    extends: list[str] | str = Field(
        default_factory=list,
        description="A ready-made policy, or a file beside this one, on which this one builds: mappings are merged, "
        "rules, recognizers and tests by their name (an entry of `name` and `enabled` alone switches the inherited "
        "one on or off, any other replaces it), other lists replaced; null removes an entry.",
    )
    levels: list[Name] = Field(min_length=2, max_length=16, description="Ascending: the first may be seen by anyone.")
    destinations: dict[Name, Destination] = Field(min_length=1)
    entities: dict[str, LevelOrScored] = Field(
        description="Entity type or group → level; a type's own line comes before its group's, and of two groups the "
        "higher level counts. `default` is for every type that is not named."
    )
    recognizers: list[ListedRecognizer] = Field(
        default_factory=list, max_length=200, description="Recognizers of your own, as in Presidio's YAML."
    )
    rules: list[Rule] = Field(
        default_factory=list,
        max_length=2000,
        description="All are tried; those that apply add up, and of what can't be added the first counts.",
    )
    stop_at_highest: bool = Field(
        False,
        description="Where rules have found something of the highest level, the models are not asked: faster, but "
        "the audit names less. Without effect while a rule denies, declassifies or asks for more than what was found.",
    )
    route: Route
    keys: dict[Name, Key] = Field(default_factory=dict, description="Callers by their API key, for floors and rules.")
    on_error: OnError = Field(default_factory=OnError)
    attachments: Attachments = Field(default_factory=Attachments)
    limits: Limits = Field(default_factory=Limits)
    tests: list[PolicyTest] = Field(
        default_factory=list, max_length=5000, description="Run by `sepal policy test`; without effect otherwise."
    )
