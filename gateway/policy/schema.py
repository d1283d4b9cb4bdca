"""The policy file, version 1, as Pydantic models: one source for validation, editors and docs.

Checks form and the references inside the file. Whether the policy could route down is judged in
`flow`, and where a mistake stands in the file in `load`.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    field_validator,
    model_validator,
)

from gateway.detection.listed import ListedRecognizer

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
EntityName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,62}$")]
EngineName = Literal["llama.cpp", "petals", "openai", "transformers"]
Endpoint = Literal["chat.completions", "completions"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Destination(_Part):
    """A place where a prompt may run."""

    clearance: Name = Field(description="The highest level that this destination may see.")
    engine: EngineName = Field(description="What answers there.")
    model: str = Field(
        "embedded",
        min_length=1,
        max_length=256,
        description="`embedded` for the model that comes with Sepal, else a file, directory or model id.",
    )
    base_url: str | None = Field(
        None, description="engine openai: the server's URL, with its /v1, e.g. http://127.0.0.1:11434/v1."
    )
    api_key_env: str | None = Field(
        None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="engine openai: the environment variable that holds the server's key.",
    )
    trusted: bool = Field(
        False,
        description="engine openai: true declares that you run the machine behind base_url yourself; needed for "
        "the highest clearance on a server that is not this machine.",
    )
    initial_peers: Literal["auto"] | list[str] = Field(
        "auto", description="engine petals: multiaddresses of the swarm; `auto` is the private swarm of `sepal up`."
    )
    allowed_servers: list[str] = Field(
        default_factory=list,
        description="engine petals: peer ids that may be on the route; needed for a clearance above the lowest level.",
    )
    first_token_timeout: float | None = Field(
        None,
        gt=0,
        le=3600,
        description="Seconds until the first token; then the next destination is tried. Absent: 15 for engine "
        "petals, no limit for others.",
    )
    context_length: int | None = Field(
        None, ge=1, description="Tokens of prompt and answer together; the engine's own value when absent."
    )
    quantization: Literal["bnb-4bit", "bnb-8bit"] | None = Field(
        None, description="engine transformers: bitsandbytes quantization."
    )

    @field_validator("base_url")
    @classmethod
    def _http_url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            reachable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            reachable = False
        if not reachable:
            raise ValueError("base_url must be an http:// or https:// URL such as http://127.0.0.1:11434/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("base_url takes no user, password, query or fragment; a key belongs in api_key_env")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _fields_of_the_engine(self) -> Self:
        if self.engine == "openai" and self.base_url is None:
            raise ValueError("engine openai needs base_url, e.g. base_url: http://127.0.0.1:11434/v1")
        if self.engine == "openai" and self.model == "embedded":
            raise ValueError("engine openai needs model: the id of a model on that server")
        owners = {
            "base_url": "openai",
            "api_key_env": "openai",
            "trusted": "openai",
            "initial_peers": "petals",
            "allowed_servers": "petals",
            "quantization": "transformers",
        }
        for field, engine in owners.items():
            if field in self.model_fields_set and self.engine != engine:
                raise ValueError(f"{field} belongs to engine {engine}; this destination has engine {self.engine}")
        return self

    @property
    def patience(self) -> float | None:
        """Seconds to wait for the first token, or None for no limit."""
        if self.first_token_timeout is None and self.engine == "petals":
            return 15.0
        return self.first_token_timeout

    @property
    def on_this_machine(self) -> bool:
        """Whether prompts sent here stay on this machine. A Petals swarm never counts as such."""
        if self.engine == "petals":
            return False
        if self.base_url is None:
            return True
        host = urlsplit(self.base_url).hostname or ""
        if host == "localhost":
            return True
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return False


class EntityLevel(_Part):
    """A level for an entity type, for findings of at least `min_score`."""

    level: Name
    min_score: float = Field(0.0, ge=0, le=1, description="Findings with a lower score are ignored.")


def _level_kind(value: Any) -> str:
    return "scored" if isinstance(value, dict | EntityLevel) else "name"


LevelOrScored = Annotated[
    Annotated[Name, Tag("name")] | Annotated[EntityLevel, Tag("scored")], Discriminator(_level_kind)
]


class When(_Part):
    """A rule's conditions; all that are given must hold."""

    any: list[EntityName] = Field(default_factory=list, description="At least one of these types was found.")
    all: list[EntityName] = Field(default_factory=list, description="Each of these types was found.")
    only: list[EntityName] = Field(
        default_factory=list, description="Something was found, and nothing but these types."
    )
    at_least: int | None = Field(None, ge=1, description="So many findings (of the types in `any`, if given).")
    endpoints: list[Endpoint] = Field(default_factory=list, description="The request came to one of these.")
    models: list[str] = Field(default_factory=list, description="The caller asked for one of these models.")

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(
                "`when` is empty; name a condition such as any: [PERSON], or leave `when` out for a rule that "
                "always applies"
            )
        return self


class Rule(_Part):
    """A rule raises the label or denies; none can lower."""

    name: Name
    when: When | None = Field(None, description="Absent: the rule always applies.")
    raise_to: Name | None = Field(None, description="The label becomes at least this level.")
    deny: str | None = Field(
        None, min_length=1, max_length=500, description="The request is refused; the caller sees this sentence."
    )

    @model_validator(mode="before")
    @classmethod
    def _no_way_down(cls, value: Any) -> Any:
        if isinstance(value, dict):
            for word in ("lower_to", "allow", "route_to", "send_to", "set_level", "level", "destination"):
                if word in value:
                    raise ValueError(
                        f"a rule has no action `{word}`: rules only raise_to or deny, nothing lowers a label; "
                        "to let more text travel, change the level under `entities`"
                    )
        return value

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        if (self.raise_to is None) == (self.deny is None):
            raise ValueError("a rule needs exactly one action: raise_to: LEVEL, or deny: a sentence for the caller")
        return self


class Route(_Part):
    """Which of the admissible destinations is taken."""

    prefer: list[Name] = Field(min_length=1, description="Destinations, best first. One not named is never used.")
    on_unavailable: Literal["next", "refuse"] = Field(
        "next", description="When the chosen one is down: try the next admissible one, or refuse with 503."
    )


class PolicyFile(_Part):
    """A whole policy file."""

    version: Literal[1]
    name: Name | None = Field(None, description="Shown in the audit; the file's name when absent.")
    levels: list[Name] = Field(min_length=2, max_length=16, description="Ascending: the first may be seen by anyone.")
    destinations: dict[Name, Destination] = Field(min_length=1)
    entities: dict[str, LevelOrScored] = Field(
        description="Entity type → level. `default` is for every type not named."
    )
    recognizers: list[ListedRecognizer] = Field(
        default_factory=list, max_length=200, description="Recognizers of your own, as in Presidio's YAML."
    )
    rules: list[Rule] = Field(default_factory=list)
    stop_at_highest: bool = Field(
        False,
        description="Where rules have found something of the highest level, the models are not asked: faster, but "
        "the audit names less. Without effect while a rule denies.",
    )
    route: Route
