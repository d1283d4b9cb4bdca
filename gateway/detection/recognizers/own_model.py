"""People, places, organisations and disclosures, by the model that ships with this package.

Turns what `gateway.detection.encoder` says of pieces and stretches into entities. Knows nothing of
thresholds: everything that is more likely something than nothing is given with its probability.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway.detection.encoder import Array, Encoder, Read
from gateway.detection.presidio import EntityRecognizer, RecognizerResult
from gateway.detection.recognizers.rule import result
from gateway.detection.scripts import has_han

NAME = "SepalModel"

ENTITY_OF_TAG = {
    "person": "PERSON",
    "public": "PUBLIC_FIGURE",
    "address": "STREET_ADDRESS",
    "place": "LOCATION",
    "organisation": "ORGANIZATION",
}
"""Tag of the model → entity type. Contacts, identifiers, secrets and dates are left to rules: the model's word on
them found nothing more in any set that was measured, and held 11 of 40 harmless encoded texts back."""

TOPICS = {
    "health": "HEALTH",
    "finance": "FINANCE",
    "legal": "LEGAL",
    "employment": "EMPLOYMENT",
    "sexuality": "SEXUALITY",
    "religion": "RELIGION",
    "politics": "POLITICS",
    "union": "TRADE_UNION",
    "ethnicity": "ETHNICITY",
    "immigration": "IMMIGRATION",
    "minors": "MINOR",
    "whereabouts": "WHEREABOUTS",
    "business": "CONFIDENTIAL_BUSINESS",
    "correspondence": "CORRESPONDENCE",
}
"""Topic of the model → entity type."""
PERSONAL_CONTEXT = "PERSONAL_CONTEXT"
"""Something private is disclosed, and no topic stands out."""
_TOPIC_SHARE = 0.5
"""A topic is named when it is at least this likely."""
PRIVATE_SHARE = 0.25
"""A name is a private person's from this probability on, however likely it is somebody's whom all know."""
UNCAPITALISED = 0.6
"""The least probability at which words in small Latin letters are a private person's name."""
_FOUND = "found"
"""What the model took it for, whatever is made of it later."""
_GAPS = {"PERSON": " .'’-·", "PUBLIC_FIGURE": " .'’-·", "STREET_ADDRESS": " ,.\n#-", "LOCATION": " ,.-'’"}
_OTHER_GAP = " -.()+/@_"
_LONGEST_GAP = 3
_ALONE = re.compile(r"[⺀-鿿가-힯豈-﫿぀-ヿ]|[^\w\s]")
"""Characters that are words of their own: of scripts without spaces, and punctuation."""


@dataclass(slots=True)
class _Word:
    start: int
    end: int
    entity: str
    scores: list[float]

    @property
    def score(self) -> float:
        return sum(self.scores) / len(self.scores)


class OwnModelRecognizer(EntityRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer around the encoder."""

    LANGUAGES = ("en", "zh", "es", "fr", "de", "pt", "ja", "ko", "ru")
    EXAMPLE = "my sister's scan came back and it is the bad kind"
    STANDARD = "GDPR art. 9 and 10, PIPL art. 28 (topics)"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._entities = [ENTITY_OF_TAG.get(tag) for tag in encoder.tags]
        self._person, self._public = encoder.tags.index("person"), encoder.tags.index("public")
        super().__init__(
            supported_entities=sorted({*ENTITY_OF_TAG.values(), *TOPICS.values(), PERSONAL_CONTEXT}),
            name=NAME,
            supported_language="any",
            version="1",
        )

    def load(self) -> None:
        """Nothing: the encoder is given."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface. Text of any length; cost grows linearly with it."""
        read = self._encoder.read(text)
        if not read.offsets:
            return []
        found = [
            (word.start, word.end, word.entity, sum(word.scores) / len(word.scores))
            for word in self._joined(text, read)
            if not _is_one_character(text, word) and not _is_ordinary(text, word)
        ]
        found += self._disclosed(read)
        return [self._result(start, end, entity, score) for start, end, entity, score in found if entity in entities]

    def _result(self, start: int, end: int, entity: str, score: float) -> RecognizerResult:
        item = result(self, entity, start, end, score)
        item.recognition_metadata[_FOUND] = entity
        return item

    def calibrated(self, item: RecognizerResult) -> float:
        """How often a result of this recognizer with such a score is right, on texts it was not trained on."""
        knots = self._encoder.spans.get(str((item.recognition_metadata or {}).get(_FOUND)))
        return float(item.score if knots is None else np.interp(item.score, knots[:, 0], knots[:, 1]))

    def _words(self, text: str, read: Read) -> Iterator[_Word]:
        """Words that are more likely something than nothing, each judged by the mean over its pieces."""
        starts: list[int] = []
        previous = ""
        for index, (start, end) in enumerate(read.offsets):
            first = text[start:end].lstrip()[:1]
            if (
                not starts
                or text[start : start + 1].isspace()
                or _ALONE.match(first)
                or _ALONE.match(previous)
                or start > read.offsets[index - 1][1]
            ):
                starts.append(index)
            previous = text[end - 1 : end]
        counts = np.diff([*starts, len(read.offsets)])
        means: Array = np.add.reduceat(read.tags, starts, axis=0) / counts[:, None]
        best = self._best(means)
        for index in map(int, np.flatnonzero(best)):
            entity = self._entities[best[index]]
            if entity is None:
                continue
            first_piece, last_piece = starts[index], starts[index] + int(counts[index]) - 1
            start, end = read.offsets[first_piece][0], read.offsets[last_piece][1]
            while start < end and text[start].isspace():
                start += 1
            if any(c.isalnum() for c in text[start:end]):
                yield _Word(start, end, entity, [float(means[index, best[index]])])

    def _best(self, means: Array) -> NDArray[np.intp]:
        """The tag of each word: of names a private person's, if that is likely enough."""
        best: NDArray[np.intp] = means.argmax(axis=1)
        private, public = means[:, self._person], means[:, self._public]
        name = private + public >= means.max(axis=1)
        best[name] = np.where(private[name] >= PRIVATE_SHARE, self._person, self._public)
        return best

    def _joined(self, text: str, read: Read) -> list[_Word]:
        """Neighbouring words of one kind, joined."""
        found: list[_Word] = []
        for word in self._words(text, read):
            last = found[-1] if found else None
            if last is not None and last.entity == word.entity and _adjoin(text, last, word):
                last.end = word.end
                last.scores += word.scores
            else:
                found.append(word)
        return found

    def _disclosed(self, read: Read) -> Iterator[tuple[int, int, str, float]]:
        """The topics of each stretch, at the probability that anything is disclosed there."""
        for (start, end), row in zip(read.stretches, read.topics, strict=True):
            score = float(row[0])
            shares = zip(self._encoder.topics, row[1:], strict=True)
            named = [topic for topic, share in shares if share >= _TOPIC_SHARE]
            for entity in [TOPICS[topic] for topic in named] or [PERSONAL_CONTEXT]:
                yield start, end, entity, score


def _adjoin(text: str, left: _Word, right: _Word) -> bool:
    gap = text[left.end : right.start]
    return len(gap) <= _LONGEST_GAP and all(c in _GAPS.get(left.entity, _OTHER_GAP) for c in gap)


def _is_one_character(text: str, word: _Word) -> bool:
    """A single Chinese character by itself is no name; with a title, rules find it."""
    return word.entity == "PERSON" and word.end - word.start == 1 and has_han(text[word.start])


def _is_ordinary(text: str, word: _Word) -> bool:
    """Words in small letters, which must look the more like a name ("the gentle fence")."""
    name = text[word.start : word.end]
    return word.entity == "PERSON" and name.isascii() and name.islower() and word.score < UNCAPITALISED
