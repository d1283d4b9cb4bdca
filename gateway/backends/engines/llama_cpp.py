"""Engine `llama.cpp`: a child process around xllamacpp's own OpenAI server, on a free loopback port."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from gateway.backends import abilities
from gateway.backends.engines.engine import EMBEDDED_TEMPLATE, EngineSettingsError, Surroundings
from gateway.backends.leashed import EventCallback, Launch
from gateway.backends.status import EngineStatus
from gateway.backends.supervisor import EngineProcess
from gateway.backends.upstream import Address
from gateway.paths import Paths
from gateway.policy.schema import Destination


class LlamaCpp:
    """A llama.cpp server for one GGUF model; callers need the key that only this process holds."""

    def __init__(
        self, name: str, spec: Destination, alias: str, around: Surroundings, on_event: EventCallback | None = None
    ) -> None:
        model = around.paths.gguf if spec.model == "embedded" else Path(spec.model).expanduser()
        if spec.model != "embedded" and model.suffix != ".gguf":
            raise EngineSettingsError(f"destination {name}: engine llama.cpp needs model: a .gguf file, or `embedded`")
        argv = [sys.executable, "-I", "-m", "gateway.backends.engines.llama_cpp_server"]
        argv += ["--model", str(model), "--alias", alias]
        if spec.model == "embedded":
            argv += ["--chat-template", str(EMBEDDED_TEMPLATE)]
        if spec.mmproj:
            argv += ["--mmproj", str(Path(spec.mmproj).expanduser())]
        if spec.context_length:
            argv += ["--ctx-size", str(spec.context_length)]
        if around.threads:
            argv += ["--threads", str(around.threads)]
        self._spec, self._alias, self._on_event = spec, alias, on_event
        self._embeddings_url: str | None = None
        self._process = EngineProcess(
            name,
            lambda: Launch(
                (*argv, *_embedding_model(spec, around.paths)),
                environment={"HF_HUB_OFFLINE": "1"},
                probe_path="/health",
            ),
            log_path=around.paths.logs / f"{name}.log",
            secrets=lambda: {"api_key": secrets.token_hex(32)},
            on_event=self._heard,
            ready_within=300.0,
        )

    def _heard(self, event: str, fields: dict[str, object]) -> None:
        if event == "ready":
            abilities.learn(self._spec, fields.get("abilities"), fields.get("context_length"))
            url = fields.get("embeddings_url")
            self._embeddings_url = url if isinstance(url, str) else None
        if self._on_event is not None:
            self._on_event(event, fields)

    @property
    def status(self) -> EngineStatus:
        """How it stands now."""
        return self._process.status

    @property
    def served_model(self) -> str:
        """The alias that the server was given."""
        return self._alias

    def address(self) -> Address:
        """Its OpenAI endpoints with the key of the present start."""
        return Address(
            f"{self.status.base_url}/v1",
            api_key=self._process.secret("api_key"),
            embeddings_url=self._embeddings_url,
        )

    async def start(self, wait: float | None = None) -> EngineStatus:
        """Start the child."""
        return await self._process.start(wait)

    async def stop(self) -> None:
        """End the child."""
        await self._process.stop()


def _embedding_model(spec: Destination, paths: Paths) -> list[str]:
    """The option for it. The embedded one, where the policy does not ask for it by name, may be missing: a set-up of
    an earlier version has not fetched it, and chat must go on."""
    model = spec.embeds_with
    if model is None:
        return []
    file = paths.embedding_gguf if model == "embedded" else Path(model).expanduser()
    if spec.embedding_model is None and not file.is_file():
        return []
    return ["--embedding-model", str(file)]
