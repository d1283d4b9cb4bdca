"""The one place that picks an engine by its name."""

from __future__ import annotations

from gateway.backends.engines.engine import Engine, Surroundings
from gateway.backends.engines.external import External
from gateway.backends.engines.llama_cpp import LlamaCpp
from gateway.backends.engines.petals import Petals
from gateway.backends.engines.transformers import Transformers
from gateway.backends.leashed import EventCallback
from gateway.policy.schema import Destination


def build_engine(
    name: str, spec: Destination, alias: str, around: Surroundings, on_event: EventCallback | None = None
) -> Engine:
    """Make (not start) the engine of destination `name`, which serves its model as `alias`.

    Raises:
        EngineSettingsError: its settings can't be used.
    """
    if spec.engine == "llama.cpp":
        return LlamaCpp(name, spec, alias, around, on_event)
    if spec.engine == "petals":
        return Petals(name, spec, alias, around, on_event)
    if spec.engine == "transformers":
        return Transformers(name, spec, around, on_event)
    return External(name, spec, on_event)
