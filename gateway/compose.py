"""Puts the parts together from settings: recognizers, detector, policy, decider. Engines are added in `serve`."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.detection.entities import KNOWN_ENTITIES
from gateway.detection.findings import Detector
from gateway.detection.inspect import Inspector
from gateway.detection.listed import GROUP
from gateway.policy.destination import Destination as DestinationSpec
from gateway.policy.load import load_recognizers
from gateway.policy.policy import Policy
from gateway.settings import Effective
from gateway.verdict import Decider

if TYPE_CHECKING:
    from gateway.detection.engine import SepalDetector
    from gateway.detection.presidio import EntityRecognizer

EMBEDDED_MODEL_ID = "smollm2-135m-instruct"


def model_id(spec: DestinationSpec) -> str:
    """The id under which a destination's engine serves its model."""
    if spec.model == "embedded":
        return EMBEDDED_MODEL_ID
    if spec.engine == "openai":
        return spec.model
    return Path(spec.model).stem.lower() or spec.model


def known_entities(effective: Effective) -> frozenset[str]:
    """Every type that can be found: what is built in, and what people's own recognizers find.

    Those that a policy describes are known to that policy, and are not among them.

    Raises:
        PluginError: a recognizer can't be loaded. PolicyError: the file that sepal.yaml names can't be used.
    """
    return KNOWN_ENTITIES.union(*(item.supported_entities for item in _own(effective)))


def detector_of(effective: Effective, policy: Policy | None = None) -> SepalDetector:
    """The detector with its models, people's own recognizers, and those that `policy` describes.

    Raises:
        DetectionError: a model is missing or can't be loaded, or a recognizer can't be used.
        PolicyError: the file that sepal.yaml names can't be used.
    """
    from gateway.detection.engine import build_detector

    return build_detector(extra=[*_own(effective), *_described(policy)])


def check_names(effective: Effective, policy: Policy) -> None:
    """See that no two recognizers have the same name, without loading a model.

    Raises:
        DetectionError, PolicyError: as `detector_of`.
    """
    extra = [*_own(effective), *_described(policy)]
    if not extra:
        return
    from gateway.detection import builtin
    from gateway.detection.plugins import joined
    from gateway.detection.recognizers import own_rules

    joined([*own_rules(), *map(builtin.load, builtin.BUILTINS)], extra)


def _own(effective: Effective) -> list[EntityRecognizer]:
    """Those of installed packages, and those of the file that sepal.yaml names."""
    path = effective.settings.recognizers
    if path is None and not entry_points(group=GROUP):
        return []  # What they need takes a second to import.
    from gateway.detection.plugins import described, installed

    listed = load_recognizers(path.expanduser().absolute()) if path is not None else []
    return [*installed(), *described(listed, str(path))]


def _described(policy: Policy | None) -> list[EntityRecognizer]:
    if policy is None or not policy.recognizers:
        return []
    from gateway.detection.plugins import described

    return described(policy.recognizers, f"policy {policy.name}")


def decider(effective: Effective, policy: Policy, detector: Detector, *, cache_size: int | None = None) -> Decider:
    """What decides by `policy` with `detector`; `cache_size` replaces the configured number of texts remembered."""
    settings = effective.settings
    inspector = Inspector(
        detector,
        timeout=settings.detection_timeout,
        threads=settings.detection_threads,
        cache_size=settings.detection_cache if cache_size is None else cache_size,
        enough=policy.enough(detector.entities),
    )
    models = {name: model_id(destination.spec) for name, destination in policy.destinations.items()}
    return Decider(policy, inspector, models)
