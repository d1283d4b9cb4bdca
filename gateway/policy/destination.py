"""A destination of the policy file: a place where a prompt may run, as a Pydantic model."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

_OF_THE_POLICY = ("abilities", "clearance", "trusted", "first_token_timeout")
"""What a destination says to the policy alone; its engine is the same whatever stands there."""
NAME = r"^[a-z][a-z0-9_-]{0,62}$"
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
AbilityName = Literal[
    "tools",
    "response_format",
    "logprobs",
    "logit_bias",
    "n",
    "images",
    "files",
    "echo",
    "suffix",
    "best_of",
    "token_ids",
]
EngineName = Literal["llama.cpp", "petals", "openai", "transformers"]


class Part(BaseModel):
    """A part of the policy file: unknown keys are mistakes, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Destination(Part):
    """A place where a prompt may run."""

    clearance: Name = Field(description="The highest level that this destination may see.")
    engine: EngineName = Field(description="What answers there.")
    model: str = Field(
        "embedded",
        min_length=1,
        max_length=256,
        description="`embedded` for the model that comes with Sepal, else a file, directory or model id.",
    )
    mmproj: str | None = Field(
        None,
        pattern=r"\.gguf$",
        max_length=256,
        description="engine llama.cpp: the .gguf file of the projector that comes with a model which sees images.",
    )
    embedding_model: str | None = Field(
        None,
        min_length=1,
        max_length=256,
        description="What answers /v1/embeddings here. engine llama.cpp: `embedded` for the embedding model that comes "
        "with Sepal (what holds when absent and model is `embedded`), a .gguf file, or `none`; engine openai: the id "
        "of an embedding model on that server.",
    )
    base_url: str | None = Field(
        None, description="engine openai: the server's URL, with its /v1, e.g. http://127.0.0.1:11434/v1."
    )
    api_key_env: str | None = Field(
        None,
        pattern=VARIABLE,
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
    abilities: list[AbilityName] | None = Field(
        None,
        description="engine openai: what this server's model can, if not everything; a request that needs more goes "
        "elsewhere or is refused.",
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
        if self.mmproj is not None and self.model == "embedded":
            raise ValueError("the embedded model sees no images; mmproj needs model: the .gguf file that it belongs to")
        owners = {
            "mmproj": "llama.cpp",
            "base_url": "openai",
            "api_key_env": "openai",
            "trusted": "openai",
            "abilities": "openai",
            "initial_peers": "petals",
            "allowed_servers": "petals",
            "quantization": "transformers",
        }
        for field, engine in owners.items():
            if field in self.model_fields_set and self.engine != engine:
                raise ValueError(f"{field} belongs to engine {engine}; this destination has engine {self.engine}")
        return self

    @model_validator(mode="after")
    def _embedding_model_of_the_engine(self) -> Self:
        model = self.embedding_model
        if model is None:
            return self
        if self.engine not in ("llama.cpp", "openai"):
            raise ValueError(
                f"embedding_model belongs to engines llama.cpp and openai; this destination has engine {self.engine}"
            )
        if self.engine == "openai" and model in ("embedded", "none"):
            raise ValueError(
                "engine openai takes as embedding_model the id of an embedding model on that server; leave it out if "
                "there is none"
            )
        if self.engine == "llama.cpp" and model not in ("embedded", "none") and not model.endswith(".gguf"):
            raise ValueError("engine llama.cpp takes as embedding_model a .gguf file, `embedded` or `none`")
        return self

    @property
    def embeds_with(self) -> str | None:
        """What answers embeddings here: `embedded`, a file or an id; None when nothing does."""
        if self.embedding_model is None:
            return "embedded" if self.engine == "llama.cpp" and self.model == "embedded" else None
        return None if self.embedding_model == "none" else self.embedding_model

    @property
    def identity(self) -> str:
        """The same for two destinations with the same engine, model and address."""
        return self.model_dump_json(exclude=set(_OF_THE_POLICY))

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
