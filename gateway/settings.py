"""Settings of the gateway process, each with its origin.

One precedence: command line, then environment (SEPAL_…), then sepal.yaml, then the default. What
may go where is not here but in the policy file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gateway.document import Document, DocumentError, read_document
from gateway.paths import default_state_dir
from gateway.policy.flow import suggest
from gateway.policy.overrides import Overrides
from gateway.team.address import parse_address

ENV_PREFIX = "SEPAL_"
_LISTS = ("trusted_hosts", "cors_origins")
"""Separated by commas in the environment."""
_MAPPINGS = ("destinations", "model_aliases")
"""In the file only."""
CONFIG_NAME = "sepal.yaml"
_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
_SECRET = ("api_key_env", "store_password_env", "store_key_env")
"""Where people write a secret by mistake, so that what they wrote is not said again."""


class SettingsError(Exception):
    """Settings that can't be used; the message says where and what to write instead."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EngineOptions(_Part):
    """How to reach or start the engine of a destination; laid over what the policy says.

    The clearance, and whom it trusts (`trusted`, `allowed_servers`), are the policy's alone.
    """

    engine: Literal["llama.cpp", "petals", "openai", "transformers"] | None = None
    model: str | None = None
    base_url: str | None = None
    api_key_env: str | None = None
    initial_peers: Literal["auto"] | list[str] | None = None
    first_token_timeout: float | None = None
    context_length: int | None = None
    quantization: Literal["bnb-4bit", "bnb-8bit"] | None = None


class Settings(_Part):
    """All settings with their defaults."""

    host: str = Field("127.0.0.1", description="Address to listen on; without API keys and TLS it must be loopback.")
    tls_certificate: Path | None = Field(
        None, description="Certificate chain (PEM); with tls_key the gateway speaks HTTPS."
    )
    tls_key: Path | None = Field(None, description="The certificate's private key (PEM).")
    behind_proxy: bool = Field(False, description="A proxy in front ends TLS, so others may reach this address.")
    trusted_hosts: list[str] = Field(
        default_factory=list, description="Names by which the gateway may be called, besides its address."
    )
    cors_origins: list[str] = Field(
        default_factory=list, description="Web pages that may use the gateway, such as https://chat.example.com."
    )
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    policy: str = Field("default", description="A policy file, or the name of a ready-made policy.")
    shadow: str | None = Field(
        None, description="A policy that is tried beside it: its verdicts are recorded and never acted on."
    )
    recognizers: Path | None = Field(None, description="A file of recognizers of your own, in Presidio's YAML.")
    state_dir: Path | None = Field(None, description="Models, keys, logs and the audit trail.")
    store: str | None = Field(
        None,
        description="Server with the API keys and their use, for gateways on several machines: redis://HOST:6379/0, "
        "rediss:// (TLS), valkey://, unix://; absent: store.db in the state directory.",
    )
    store_password_env: str | None = Field(
        None, pattern=_VARIABLE, description="Environment variable with the password of the store's server."
    )
    store_ca: Path | None = Field(
        None, description="Certificates (PEM) that the store's server must have one of; absent: the system's."
    )
    store_key_env: str | None = Field(
        None, pattern=_VARIABLE, description="Environment variable with the key that records are encrypted with."
    )
    store_key_file: Path | None = Field(
        None, description="File with that key; absent: keys/store.key in the state directory, made when needed."
    )
    audit: Path | None = Field(None, description="The audit file; absent: audit.jsonl in the state directory.")
    petals_python: Path | None = Field(None, description="Python of the Petals environment; absent: .venv-petals.")
    transformers_python: Path | None = Field(
        None, description="Python with the extra `transformers`; absent: this one."
    )
    max_body_bytes: int = Field(8 * 1024 * 1024, ge=1024, description="Largest request body.")
    detection_timeout: float = Field(10.0, gt=0, description="Seconds to inspect a prompt; then the highest level.")
    detection_threads: int = Field(2, ge=1, le=64, description="Prompts inspected at the same time.")
    detection_cache: int = Field(20_000, ge=0, description="Texts whose findings are remembered.")
    threads: int | None = Field(None, ge=1, description="Threads of the llama.cpp engine; absent: all cores.")
    model_aliases: dict[str, str] = Field(
        default_factory=dict,
        description="What stands for a model that clients ask for: gpt-4o: auto; `*` stands for any characters.",
    )
    workers: int = Field(1, ge=1, le=64, description="Processes that answer; each loads the detector (0.4 GB).")
    request_timeout: float | None = Field(
        None, gt=0, description="Seconds a request may take in all; callers may ask for less (x-sepal-timeout)."
    )
    conversation_days: int = Field(
        30,
        ge=0,
        le=365,
        description="Days for which responses are kept (encrypted), so that they can be followed up; 0: nothing is "
        "written, they are kept in memory for an hour.",
    )
    destinations: dict[str, EngineOptions] = Field(
        default_factory=dict, description="By destination: options of its engine, laid over the policy's."
    )

    @field_validator("store")
    @classmethod
    def _check_store(cls, url: str | None) -> str | None:
        if url is not None:
            parse_address(url)
        return url


class Effective:
    """Settings with the origin of each value."""

    def __init__(self, settings: Settings, origins: Mapping[str, str], document: Document | None = None) -> None:
        self.settings = settings
        self.origins = dict(origins)
        self._document = document

    @property
    def state_dir(self) -> Path:
        """The state directory, absolute."""
        chosen = self.settings.state_dir or default_state_dir()[0]
        return chosen.expanduser().absolute()

    def overrides(self) -> Overrides:
        """Engine options by destination, as plain data; a mistake in them has its place in the settings file."""
        options = {name: given.model_dump(exclude_none=True) for name, given in self.settings.destinations.items()}
        return Overrides(options, self._document)


def _read_file(path: Path) -> Document:
    try:
        return read_document(str(path), path.read_text("utf-8-sig"), start="port: 8080")
    except OSError as error:
        raise SettingsError(f"{path}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except DocumentError as error:
        raise SettingsError(str(error)) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    given = {}
    for name in Settings.model_fields:
        value = environment.get(f"{ENV_PREFIX}{name.upper()}")
        if value and name not in _MAPPINGS:
            given[name] = [item.strip() for item in value.split(",") if item.strip()] if name in _LISTS else value
    return given


def load_settings(
    config: Path | None,
    environment: Mapping[str, str],
    command_line: Mapping[str, Any] | None = None,
) -> Effective:
    """Settings from all sources.

    Args:
        config: the file named on the command line; None looks for `sepal.yaml` in the current directory.
        environment: the process environment.
        command_line: options that were given; those that are None were not.

    Raises:
        SettingsError: a file, variable or option can't be used.
    """
    file = config if config is not None else Path(CONFIG_NAME)
    document = _read_file(file) if config is not None or file.is_file() else Document(str(file), {}, {}, {}, {})
    from_file = document.data
    layers: list[tuple[str, dict[str, Any]]] = [
        (str(file), from_file),
        ("environment", _from_environment(environment)),
        ("command line", {key: value for key, value in (command_line or {}).items() if value is not None}),
    ]
    merged: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for origin, layer in layers:
        for name, value in layer.items():
            merged[name] = value
            origins[str(name)] = f"{origin} ({ENV_PREFIX}{name.upper()})" if origin == "environment" else origin
    _look_beside(file, merged, origins)
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        raise SettingsError(_explain(error, origins, document)) from None
    if settings.state_dir is None:
        origins["state_dir"] = f"default ({default_state_dir()[1]})"
    return Effective(settings, origins, document)


def _look_beside(file: Path, merged: dict[str, Any], origins: Mapping[str, str]) -> None:
    """Files that a settings file names lie beside it; a policy may also be a ready-made one."""
    for name in ("tls_certificate", "tls_key", "store_ca", "store_key_file"):
        if origins[name] == str(file) and isinstance(merged[name], str):
            merged[name] = str(file.parent / merged[name])
    for name in ("policy", "shadow"):
        if origins[name] == str(file) and isinstance(merged[name], str):
            beside = file.parent / merged[name]
            merged[name] = str(beside) if beside.is_file() else merged[name]
    if origins["recognizers"] == str(file) and isinstance(merged["recognizers"], str):
        merged["recognizers"] = str(file.parent / merged["recognizers"])


def _explain(error: ValidationError, origins: Mapping[str, str], document: Document) -> str:
    first = error.errors(include_url=False)[0]
    location = first["loc"]
    # The last part may be one of Pydantic's own words for alternatives.
    while len(location) > 1 and location not in document.values:
        location = location[:-1]
    name, origin = ".".join(map(str, location)), origins.get(str(location[0]), "settings")
    if first["type"] == "extra_forbidden":
        fields = Settings.model_fields if len(location) == 1 else EngineOptions.model_fields
        message = f"unknown setting `{name}`; {suggest(str(location[-1]), list(fields))}"
    elif location == ("store",):
        # A URL may hold a password, so it is not said again.
        message = f"`store` can't be used: {first['msg'].removeprefix('Value error, ')}"
    elif first["loc"][-1] in _SECRET:
        message = f"`{name}` must be the name of an environment variable"
    else:
        found = document.written.get(location, str(first["input"])) if origin == document.file else str(first["input"])
        expected = first["msg"].replace("Input should be", "expected").split(" or instance of ")[0]
        expected = expected.replace("a valid dictionary", "a mapping")
        message = f"`{name}` is {found[:60]!r}; {expected[0].lower()}{expected[1:]}"
    if origin == document.file:
        return str(document.mistake(location, message, key=first["type"] == "extra_forbidden"))
    return f"{origin}: {message}"
