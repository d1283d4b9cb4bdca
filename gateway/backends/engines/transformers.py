"""Engine `transformers`: a child `transformers serve`, with bitsandbytes quantization where asked.

Meant for CUDA machines; on a CPU it answers too, slowly. Source of the options: transformers 5,
"Serving".
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from gateway.backends.engines.engine import Surroundings
from gateway.backends.leashed import EventCallback, Launch, StartError
from gateway.backends.probe import free_port
from gateway.backends.status import EngineStatus
from gateway.backends.supervisor import EngineProcess
from gateway.backends.upstream import Address
from gateway.policy.schema import Destination

# What the `transformers` script does; by the interpreter, since the script's place varies.
_ENTRY = "import sys; from transformers.cli.transformers import main; sys.exit(main())"


class Transformers:
    """`transformers serve` for one local model directory, on a free loopback port."""

    def __init__(
        self, name: str, spec: Destination, around: Surroundings, on_event: EventCallback | None = None
    ) -> None:
        self._spec, self._around = spec, around
        self._process = EngineProcess(
            name,
            self._launch,
            log_path=around.paths.logs / f"{name}.log",
            on_event=on_event,
            ready_within=600.0,
        )

    @property
    def served_model(self) -> str:
        """The directory (or cached hub id) of the model, which is also its id towards the server."""
        return str(self._around.paths.checkpoint) if self._spec.model == "embedded" else self._spec.model

    def _launch(self) -> Launch:
        python = self._around.transformers_python
        if python is None:
            if importlib.util.find_spec("transformers") is None:
                raise StartError(
                    "Engine transformers needs the extra: pip install 'sepal-gateway[transformers]', or set "
                    "transformers_python to a Python that has it."
                )
            python = Path(sys.executable)
        elif not python.exists():
            raise StartError(f"There is no Python at {python}; set transformers_python to one that has the extra.")
        port = free_port()
        argv = [str(python), "-I", "-c", _ENTRY, "serve", self.served_model]
        argv += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
        if self._spec.quantization:
            argv += ["--quantization", self._spec.quantization]
        environment = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TRANSFORMERS_VERBOSITY": "error"}
        return Launch(tuple(argv), environment, base_url=f"http://127.0.0.1:{port}", probe_path="/health")

    @property
    def status(self) -> EngineStatus:
        """How it stands now."""
        return self._process.status

    def address(self) -> Address:
        """Its OpenAI endpoints."""
        return Address(f"{self.status.base_url}/v1")

    async def start(self, wait: float | None = None) -> EngineStatus:
        """Start the child."""
        return await self._process.start(wait)

    async def stop(self) -> None:
        """End the child."""
        await self._process.stop()
