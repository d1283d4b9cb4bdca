"""Engine `llama.cpp`: a child process around xllamacpp's own OpenAI server, on a free loopback port."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from gateway.backends.engines.engine import EngineSettingsError, Surroundings
from gateway.backends.leashed import EventCallback, Launch
from gateway.backends.status import EngineStatus
from gateway.backends.supervisor import EngineProcess
from gateway.backends.upstream import Address
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
        if spec.context_length:
            argv += ["--ctx-size", str(spec.context_length)]
        if around.threads:
            argv += ["--threads", str(around.threads)]
        self._alias = alias
        self._process = EngineProcess(
            name,
            lambda: Launch(tuple(argv), environment={"HF_HUB_OFFLINE": "1"}, probe_path="/health"),
            log_path=around.paths.logs / f"{name}.log",
            secrets=lambda: {"api_key": secrets.token_hex(32)},
            on_event=on_event,
            ready_within=300.0,
        )

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
        return Address(f"{self.status.base_url}/v1", api_key=self._process.secret("api_key"))

    async def start(self, wait: float | None = None) -> EngineStatus:
        """Start the child."""
        return await self._process.start(wait)

    async def stop(self) -> None:
        """End the child."""
        await self._process.stop()
