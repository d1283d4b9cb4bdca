"""Puts the parts together from settings: recognizers, detector, policy, decider. Engines are added in `serve`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.attachments.reader import Reader, is_installed
from gateway.detection.entities import KNOWN_ENTITIES
from gateway.detection.findings import Detector
from gateway.detection.inspect import Inspector
from gateway.detection.listed import GROUP, ListedRecognizer
from gateway.model_names import ModelNames
from gateway.policy.destination import Destination as DestinationSpec
from gateway.policy.load import load_policy, load_recognizers
from gateway.policy.policy import Policy
from gateway.settings import Effective
from gateway.verdict import Decider

if TYPE_CHECKING:
    from gateway.detection.engine import SepalDetector
    from gateway.detection.presidio import EntityRecognizer

EMBEDDED_MODEL_ID = "smollm2-135m-instruct"
EMBEDDED_EMBEDDING_MODEL_ID = "multilingual-e5-small"


def model_id(spec: DestinationSpec) -> str:
    """The id under which a destination's engine serves its model."""
    if spec.model == "embedded":
        return EMBEDDED_MODEL_ID
    if spec.engine == "openai":
        return spec.model
    return Path(spec.model).stem.lower() or spec.model


def embedding_model_id(spec: DestinationSpec) -> str | None:
    """The id of what computes embeddings at a destination, if something does."""
    model = spec.embeds_with
    if model is None or spec.engine == "openai":
        return model
    return EMBEDDED_EMBEDDING_MODEL_ID if model == "embedded" else Path(model).stem.lower() or model


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
    from gateway.detection.plugins import refuse_twins
    from gateway.detection.recognizers import lac, own_model, own_rules
    from gateway.detection.recognizers.rule import name_of

    rules = [*own_rules(), *map(builtin.load, builtin.BUILTINS)]
    refuse_twins([*map(name_of, rules), lac.NAME, own_model.NAME], extra)


def _own(effective: Effective) -> list[EntityRecognizer]:
    """Those of installed packages, and those of the file that sepal.yaml names."""
    path = effective.settings.recognizers
    if path is None and not entry_points(group=GROUP):
        return []  # What they need takes a second to import.
    from gateway.detection.plugins import described, installed

    return [*installed(), *described(_listed(effective), str(path))]


def _listed(effective: Effective) -> list[ListedRecognizer]:
    """What the file of recognizers that sepal.yaml names says."""
    path = recognizers_file(effective)
    return load_recognizers(path) if path is not None else []


def recognizers_file(effective: Effective) -> Path | None:
    """The file of recognizers that sepal.yaml names."""
    path = effective.settings.recognizers
    return path.expanduser().absolute() if path is not None else None


def _described(policy: Policy | None) -> list[EntityRecognizer]:
    if policy is None or not policy.recognizers:
        return []
    from gateway.detection.plugins import described

    return described(policy.recognizers, f"policy {policy.name}")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A policy and the detector that goes with it; `described` are the recognizers in YAML that this has."""

    policy: Policy
    detector: Detector
    described: tuple[ListedRecognizer, ...]


def load_from(path: Path, effective: Effective) -> Policy:
    """The policy in the file that stands at `path` now, with the options that sepal.yaml lays over it.

    Raises:
        PolicyError: it does not load. DetectionError: an installed recognizer can't be used.
    """
    return load_policy(Path(os.path.realpath(path)), known_entities(effective), effective.overrides())


def load_whole(
    path: Path,
    effective: Effective,
    before: Loaded | None = None,
    check: Callable[[Policy], None] = lambda policy: None,
) -> Loaded:
    """A policy with its detector: that of `before` where the recognizers are the same.

    Args:
        check: raises if the policy can't be used here; called before a detector is built.

    Raises:
        PolicyError, DetectionError: something can't be used.
    """
    listed = _listed(effective)
    policy = load_from(path, effective)
    check(policy)
    if any(rule.declassify is not None for rule in policy.rules):
        from gateway.declassify.warm import warm_up

        warm_up()
    described = (*listed, *policy.recognizers)
    if before is not None and before.described == described:
        return Loaded(policy, before.detector, described)
    return Loaded(policy, detector_of(effective, policy), described)


def decider(
    effective: Effective,
    policy: Policy,
    detector: Detector,
    *,
    cache_size: int | None = None,
    before: Inspector | None = None,
) -> Decider:
    """What decides by `policy` with `detector`.

    Args:
        cache_size: replaces the configured number of texts remembered.
        before: an inspector whose threads and memory are taken over.
    """
    settings = effective.settings
    enough = policy.enough(detector.entities)
    reader = Reader() if is_installed() else None
    if before is not None:
        return Decider(policy, before.renewed(detector, enough), model_names(effective, policy), reader)
    inspector = Inspector(
        detector,
        timeout=settings.detection_timeout,
        threads=settings.detection_threads,
        cache_size=settings.detection_cache if cache_size is None else cache_size,
        enough=enough,
    )
    return Decider(policy, inspector, model_names(effective, policy), reader)


def model_names(effective: Effective, policy: Policy) -> ModelNames:
    """How models may be asked for."""
    embedding = {name: embedding_model_id(destination.spec) for name, destination in policy.destinations.items()}
    return ModelNames(
        models_of(policy),
        {name: model for name, model in embedding.items() if model is not None},
        effective.settings.model_aliases,
    )


def models_of(policy: Policy) -> dict[str, str]:
    """Destination → the id under which its engine serves its model."""
    return {name: model_id(destination.spec) for name, destination in policy.destinations.items()}
