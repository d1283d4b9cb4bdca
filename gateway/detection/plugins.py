"""People's own recognizers: described in YAML, or written in Python on Presidio's interfaces.

Whatever they are made for, they look at texts of every language here, their patterns run under the same
time limit as ours, and what they answer is checked: a recognizer that fails, hangs or answers nonsense makes
a prompt one that could not be inspected, never a clean one. Knows nothing of policies.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from gateway.detection.context import compile_words
from gateway.detection.findings import DetectionError
from gateway.detection.listed import FLAGS, GROUP, ListedRecognizer
from gateway.detection.presidio import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from gateway.detection.recognizers.rule import name_of, run_patterns

BUILT_IN, PRESIDIO = "built in", "Presidio"
_ELSEWHERE = {
    "SpacyRecognizer": "it needs an NLP engine, and none runs here; people and places are found by Sepal's own model",
    "RemoteRecognizer": "it sends texts to a server, and nothing may leave this machine to be inspected",
}


class PluginError(DetectionError):
    """A recognizer that can't be used; the message says which and what to do about it."""


class Described(PatternRecognizer):  # type: ignore[misc, unused-ignore]
    """A recognizer out of YAML."""

    def __init__(self, listed: ListedRecognizer, origin: str) -> None:
        patterns = [Pattern(item.name, item.regex, item.score) for item in listed.patterns]
        if listed.deny_list:
            # Not Presidio's own expression, which looks for white space around words: Chinese has none.
            patterns.append(Pattern("deny_list", compile_words(listed.deny_list).pattern, listed.deny_list_score))
        super().__init__(
            supported_entity=listed.supported_entity,
            name=listed.name,
            supported_language="any",
            patterns=patterns,
            context=listed.words,
            global_regex_flags=FLAGS if listed.global_regex_flags is None else listed.global_regex_flags,
        )
        self.LANGUAGES = listed.languages
        self.ORIGIN = origin
        self.content = listed.model_dump_json()


def described(listed: Iterable[ListedRecognizer], origin: str) -> list[EntityRecognizer]:
    """Recognizers out of YAML; those that are not enabled are left out."""
    return [Described(item, origin) for item in listed if item.enabled]


def installed() -> list[EntityRecognizer]:
    """The recognizers of installed packages.

    Raises:
        PluginError: one can't be loaded, or can't be used here.
    """
    return [item for point in sorted(entry_points(group=GROUP)) for item in _load(point)]


def _load(point: EntryPoint) -> list[EntityRecognizer]:
    package = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown package"
    where = f"entry point {point.name} of {package}"
    try:
        named = point.load()
        made = named() if callable(named) else named
        found = [made] if isinstance(made, EntityRecognizer) else list(made)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise PluginError(f"the {where} can't be loaded ({reason}); mend or uninstall it") from None
    return [prepared(item, where) for item in found]


def prepared(given: Any, origin: str) -> EntityRecognizer:
    """What an entry point gave, made ready to run here.

    Raises:
        PluginError: it can't be used here.
    """
    if not isinstance(given, EntityRecognizer):
        raise PluginError(
            f"the {origin} gives a {type(given).__name__}; it must give recognizers, which are instances of "
            "presidio_analyzer.EntityRecognizer"
        )
    recognizer: Any = given
    for base in type(given).__mro__:
        if base.__name__ in _ELSEWHERE and base.__module__.startswith("presidio_analyzer"):
            raise PluginError(f"the recognizer {name_of(given)} ({origin}) can't run: {_ELSEWHERE[base.__name__]}")
    if not given.supported_entities:
        raise PluginError(f"the recognizer {name_of(given)} ({origin}) names no supported_entities")
    if not hasattr(given, "LANGUAGES"):
        recognizer.LANGUAGES = (str(given.supported_language),)
    recognizer.supported_language = "any"
    recognizer.ORIGIN = origin
    if isinstance(given, PatternRecognizer):
        # Presidio's own loop logs a pattern that ran out of time and goes on without it.
        recognizer._PatternRecognizer__analyze_patterns = lambda text, flags=None: run_patterns(recognizer, text)
    # An entry point may give the same one whenever it is asked: once is enough.
    if not (isinstance(recognizer.analyze, _Checked) and recognizer.analyze.recognizer is recognizer):
        recognizer.analyze = _Checked(recognizer, recognizer.analyze)
    return given


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Checked:
    """What `analyze` of a recognizer gives, with results that are none as an error."""

    recognizer: Any
    analyze: Callable[..., Any]

    def __call__(self, text: str, entities: list[str], nlp_artifacts: Any = None, *rest: Any) -> list[RecognizerResult]:
        results = list(self.analyze(text, entities, nlp_artifacts, *rest) or ())
        for item in results:
            inside = 0 <= item.start < item.end <= len(text)
            known = item.entity_type in self.recognizer.supported_entities
            if not (inside and known and math.isfinite(item.score) and 0 <= item.score <= 1):
                raise ValueError("a result that is none")
            item.recognition_metadata = {
                RecognizerResult.RECOGNIZER_NAME_KEY: name_of(self.recognizer),
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.recognizer.id,
            }
        return results


def joined(own: Sequence[EntityRecognizer], extra: Sequence[EntityRecognizer]) -> list[EntityRecognizer]:
    """Both together.

    Raises:
        PluginError: two have the same name, so that findings would not say whose they are.
    """
    refuse_twins(map(name_of, own), extra)
    return [*own, *extra]


def refuse_twins(built_in: Iterable[str], extra: Iterable[EntityRecognizer]) -> None:
    """See that every recognizer has a name of its own.

    Raises:
        PluginError: two have the same.
    """
    origins = dict.fromkeys(built_in, BUILT_IN)
    for item in extra:
        name, origin = name_of(item), origin_of(item)
        if name in origins:
            raise PluginError(
                f"there are two recognizers named {name} ({origins[name]}; {origin}); give one another name"
            )
        origins[name] = origin


def origin_of(recognizer: Any) -> str:
    """Where a recognizer comes from: built in, Presidio, an entry point, or a file."""
    if (origin := getattr(recognizer, "ORIGIN", None)) is not None:
        return str(origin)
    return PRESIDIO if type(recognizer).__module__.startswith("presidio_analyzer.") else BUILT_IN


def suffix(extra: Iterable[EntityRecognizer]) -> str:
    """What the detector's version ends with: other recognizers, or other versions of them, give another one."""
    contents = sorted(_content(item) for item in extra)
    if not contents:
        return ""
    return "+" + hashlib.sha256(json.dumps(contents).encode()).hexdigest()[:8]


def _content(recognizer: EntityRecognizer) -> list[str]:
    if isinstance(recognizer, Described):
        return ["described", recognizer.content]
    kind = type(recognizer)
    patterns = getattr(recognizer, "patterns", None) or ()
    about = [
        f"{kind.__module__}.{kind.__qualname__}", name_of(recognizer), str(recognizer.version), origin_of(recognizer),
        *recognizer.supported_entities, *(f"{item.regex} {item.score}" for item in patterns),
    ]  # fmt: skip
    return [*about, _source(kind)]


def _source(kind: type) -> str:
    """The hash of the module in which a recognizer is written: it may change without its version."""
    try:
        return hashlib.sha256(Path(inspect.getfile(kind)).read_bytes()).hexdigest()
    except (OSError, TypeError):
        return ""
