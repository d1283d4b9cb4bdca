"""The detector: texts in, findings out.

For each text: look at it as it is and as a reader would take it (`views`), cut long ones into
windows, run every recognizer that could find something there, weigh the results (context words,
thresholds, reserved addresses), and map them back. Any failure is an error: nothing that could not
be looked at passes for clean. Knows nothing of levels, policies or requests.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.detection import builtin, plugins
from gateway.detection.asking import asks_anywhere
from gateway.detection.beside import with_owners
from gateway.detection.context import NearbyWords
from gateway.detection.encoder import MODEL
from gateway.detection.findings import HIDDEN, SPELLED, DetectionError, DetectionTimeout, Finding
from gateway.detection.overlaps import settle
from gateway.detection.presidio import (
    EntityRecognizer,
    NlpArtifacts,
    NoOpNlpEngine,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from gateway.detection.recognizers.lac import LacRecognizer
from gateway.detection.recognizers.needs import Needs, signals
from gateway.detection.recognizers.own_model import NAME as OWN_MODEL
from gateway.detection.recognizers.own_model import OwnModelRecognizer
from gateway.detection.recognizers.rule import compile_patterns, name_of, run_patterns
from gateway.detection.reserved import is_reserved
from gateway.detection.scripts import has_han
from gateway.detection.shared import shared
from gateway.detection.thresholds import least
from gateway.detection.views import View, views
from gateway.detection.views.number_words import DIGITS, NUMBERS, ROUND
from gateway.detection.views.spelled import STEP as SPELLED_OUT
from gateway.detection.well_known import is_well_known
from gateway.detection.whose import tell_apart
from gateway.detection.windows import windows

LANGUAGE = "any"
_LONG_NUMBER = re.compile(r"(?<!\d)\d{9,}(?!\d)")
_DECIMAL = frozenset({"point", "punto", "virgule", "komma", "vírgula"})
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_DICTATED = 6
"""Number words in a number that is dictated, not a year or a quantity."""
_COUNTING = "".join(map(str, range(30))) + "9876543210" + "10987654321"
# Their findings lean on the whole sentence: where a view shows the same words with less of it, they say nothing new.
_TAGGERS = frozenset({"LAC", "SepalModel"})


@dataclass(frozen=True, slots=True)
class _Look:
    """One window of one view of a text."""

    text: str
    offset: int
    view: View
    digits: int
    models: bool

    def is_new(self, result: RecognizerResult) -> bool:
        """Whether the view's parent does not hold the very same words."""
        start, end = self.offset + result.start - 1, self.offset + result.end + 1
        return self.view.parent is None or self.view.touches(start, end)

    def finding(self, result: RecognizerResult, entity: str, name: str) -> Finding:
        start, end = self.offset + result.start, self.offset + result.end
        undone = tuple(sorted(self.view.undone(start, end)))
        score = round(min(result.score, 1.0), 4)
        return Finding(*self.view.original_span(start, end), entity, score, name, undone)


class SepalDetector:
    """A `Detector`. Build it once with `build_detector`; any number of threads may call it.

    Args:
        registry: the recognizers, all of language `LANGUAGE`.
        needs: by recognizer name, how many digits a text must hold for it to be run.
        required: names of the recognizers that need a context word.
        version, parts: as `Detector` describes them.
        words: context words that are compiled already (see `NearbyWords`).
    """

    def __init__(
        self,
        registry: RecognizerRegistry,
        needs: dict[str, int],
        required: frozenset[str],
        version: str,
        parts: Mapping[str, str],
        words: Mapping[Any, Any] | None = None,
    ) -> None:
        self._recognizers: list[EntityRecognizer] = registry.get_recognizers(language=LANGUAGE, all_fields=True)
        self._asked = [(item, _needs_of(item)) for item in self._recognizers]
        self._own = next((item for item in self._recognizers if isinstance(item, OwnModelRecognizer)), None)
        self._needs = needs
        self._required = required
        self._context = NearbyWords(self._recognizers, required, words)
        self._version = version
        self._parts = parts
        self._entities = frozenset(
            {
                "PUBLIC_FIGURE",
                HIDDEN,
                SPELLED,
                *(name for item in self._recognizers for name in item.supported_entities),
            }
        )
        nlp = NoOpNlpEngine([{"lang_code": LANGUAGE, "model_name": "none"}])
        nlp.load()
        self._nlp_artifacts: NlpArtifacts = nlp.process_text("", LANGUAGE)
        for recognizer in self._recognizers:
            if isinstance(recognizer, PatternRecognizer):
                compile_patterns(recognizer)

    @property
    def version(self) -> str:
        """Changes with this package's code, its models and the libraries that detection uses."""
        return self._version

    @property
    def parts(self) -> dict[str, str]:
        """Name → version of the libraries and models in use."""
        return dict(self._parts)

    @property
    def entities(self) -> frozenset[str]:
        """Every entity type that can be found."""
        return self._entities

    @property
    def recognizers(self) -> tuple[EntityRecognizer, ...]:
        """Those that are run."""
        return tuple(self._recognizers)

    def detect(
        self,
        texts: Sequence[str],
        *,
        deadline: float | None = None,
        rules_only: bool = False,
        answers: bool = False,
    ) -> list[tuple[Finding, ...]]:
        """See `Detector.detect`."""
        return [self._detect(text, deadline, rules_only, answers) for text in texts]

    def _detect(self, text: str, deadline: float | None, rules_only: bool, answer: bool) -> tuple[Finding, ...]:
        asked = answer or asks_anywhere(text)
        found: list[Finding] = []
        spelled: list[Finding] = []
        for view in views(text):
            if view.sealed:
                found += _sealed(view)
            else:
                found += (finding for look in _looks(view, rules_only) for finding in self._look(look, asked, deadline))
                spelled += _spelled(text, view)
        # What is known better is not said twice.
        known = [it for it in found if it.recognizer not in _TAGGERS]
        found += [one for one in spelled if not any(one.start < it.end and it.start < one.end for it in known)]
        return settle(with_owners(text, found))

    def _look(self, look: _Look, asked: bool, deadline: float | None) -> Iterator[Finding]:
        results: list[RecognizerResult] = []
        judged: list[RecognizerResult] = []
        seen = signals(look.text)
        for recognizer, needs in self._asked:
            if deadline is not None and time.monotonic() > deadline:
                raise DetectionTimeout("detection did not finish before its deadline")
            if self._worthwhile(recognizer, look) if needs is None else needs.met_by(seen):
                found = self._run(recognizer, look.text)
                results += found
                # What people's own recognizers call a person is one, however well known.
                judged += [] if hasattr(recognizer, "ORIGIN") else found
        results = self._context.enhance_using_context(look.text, results, self._nlp_artifacts, self._recognizers)
        tell_apart(look.text, judged, asked=asked)
        for result in results:
            entity, words = result.entity_type, look.text[result.start : result.end]
            name = (result.recognition_metadata or {}).get(RecognizerResult.RECOGNIZER_NAME_KEY, "unnamed")
            if result.score < least(entity, name):
                if name != OWN_MODEL or entity != "PERSON":
                    continue
                entity = "PUBLIC_FIGURE"  # A name for certain, and too likely somebody's whom all know.
            if is_reserved(entity, words):
                continue
            if name in _TAGGERS and not look.is_new(result):
                continue
            if self._own is not None and name == OWN_MODEL:
                result.score = self._own.calibrated(result)
            yield look.finding(result, entity, name)

    def _worthwhile(self, recognizer: EntityRecognizer, look: _Look) -> bool:
        """Whether `recognizer`, which has no `Needs`, could find anything: saves most of the work on ordinary prose."""
        if isinstance(recognizer, LacRecognizer):
            return look.models and has_han(look.text)
        if isinstance(recognizer, OwnModelRecognizer):
            return look.models
        if look.digits < self._needs.get(name_of(recognizer), 0):
            return False
        return name_of(recognizer) not in self._required or self._context.mentions(recognizer, look.text)

    def _run(self, recognizer: EntityRecognizer, text: str) -> list[RecognizerResult]:
        try:
            # Presidio's own loop over patterns swallows time-outs; recognizers that bring another one keep it.
            if isinstance(recognizer, PatternRecognizer) and type(recognizer).analyze is PatternRecognizer.analyze:
                return run_patterns(recognizer, text)
            return recognizer.analyze(text, recognizer.supported_entities, self._nlp_artifacts) or []
        except TimeoutError:
            raise DetectionTimeout(f"the recognizer {name_of(recognizer)} ran out of time") from None
        except Exception as error:
            # The cause may hold the text: only its type goes on.
            raise DetectionError(f"the recognizer {name_of(recognizer)} failed ({type(error).__name__})") from None


def _needs_of(recognizer: EntityRecognizer) -> Needs | None:
    """What a text must hold for `recognizer`; None where more is to be asked (see `SepalDetector._worthwhile`)."""
    if isinstance(recognizer, LacRecognizer | OwnModelRecognizer):
        return None
    needs: Needs | None = getattr(recognizer, "NEEDS", None)
    return needs


def _looks(view: View, rules_only: bool) -> Iterator[_Look]:
    """Windows of those parts of a view that are not its parent's."""
    for begin, until in view.regions():
        for start, end in windows(view.text[begin:until]):
            part = view.text[begin + start : begin + end]
            digits = sum(map(part.count, "0123456789"))
            yield _Look(part, begin + start, view, digits, view.models and not rules_only)


def _spelled(text: str, view: View) -> Iterator[Finding]:
    """Long numbers that `text` writes out in words, whatever they are; counting and decimals are none."""
    if view.parent is None:
        return
    for match in _LONG_NUMBER.finditer(view.text):
        undone = view.undone(match.start(), match.end())
        start, end = view.original_span(match.start(), match.end())
        words = _WORD.findall(text[start:end].casefold())
        # Tens and hundreds make quantities; digit by digit it is dictated whatever else stands in it.
        counting = NUMBERS if ROUND.keys().isdisjoint(words) else DIGITS
        counted = sum(word in counting for word in words)
        dictated = counted >= _LEAST_DICTATED and _DECIMAL.isdisjoint(words)
        if SPELLED_OUT in undone and match[0] not in _COUNTING and dictated:
            yield Finding(start, end, SPELLED, 0.6, "views", tuple(sorted(undone)))


def _sealed(view: View) -> Iterator[Finding]:
    """What is encoded more often than is undone: nobody can say what it holds."""
    for start, end in view.sealed:
        yield Finding(*view.original_span(start, end), HIDDEN, 1.0, "views", tuple(sorted(view.undone(start, end))))


def build_detector(*, model: Path = MODEL, extra: Sequence[EntityRecognizer] = ()) -> SepalDetector:
    """The detector with all its parts loaded; the first in a process takes a second, others what `extra` takes.

    Args:
        model: the directory of the model; the one that ships with this package is the default.
        extra: people's own recognizers, as `plugins` makes them.

    Raises:
        DetectionError: a model is missing or is not the one this version was made for, or two recognizers
            have the same name.
    """
    is_well_known("")  # the list is read now, not when the first request needs it
    own = shared(model)
    return SepalDetector(
        RecognizerRegistry(recognizers=plugins.joined(own.recognizers, extra), supported_languages=[LANGUAGE]),
        needs={item.name: item.digits for item in builtin.BUILTINS},
        required=frozenset(item.name for item in builtin.BUILTINS if item.required),
        version=own.version + plugins.suffix(extra),
        parts=own.parts,
        words=own.words,
    )
