"""Puts the parts together from settings: detector, policy, decider. Engines are added in `serve`."""

from __future__ import annotations

from pathlib import Path

from gateway.detection.findings import Detector
from gateway.detection.inspect import Inspector
from gateway.policy import schema
from gateway.policy.policy import Policy
from gateway.settings import Effective
from gateway.verdict import Decider

EMBEDDED_MODEL_ID = "smollm2-135m-instruct"


def model_id(spec: schema.Destination) -> str:
    """The id under which a destination's engine serves its model."""
    if spec.model == "embedded":
        return EMBEDDED_MODEL_ID
    if spec.engine == "openai":
        return spec.model
    return Path(spec.model).stem.lower() or spec.model


def detector_of(effective: Effective) -> Detector:
    """The detector, with its models.

    Raises:
        DetectionError: a model is missing or can't be loaded.
    """
    from gateway.detection.engine import build_detector

    return build_detector()


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
