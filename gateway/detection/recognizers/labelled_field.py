"""Values of fields that say what they are: "Name: …", 姓名：…, ``first=…, last=…``, ``"lastName": "…"``.

Finds them even where a tagger sees nothing. Placeholders are left out, as are labels that may belong to
anything ("name") unless one that belongs to people stands near.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, NamedTuple

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.field_values import fits
from gateway.detection.recognizers.labels import KINDS, is_of_a_person, kind_of, plain
from gateway.detection.recognizers.rule import result

SCORE = 0.75
WEAK_SCORE = 0.6
NEAR = 240
"""Code points within which labels belong to the same record."""
_SIGN = re.compile(r"[:：=＝]|[?？](?= ?[^\s?])|=>|\||\t")
_LABEL = re.compile(
    r"(?:^|(?<=[\n\r,，;；|\t(（{\[<>&?？。.!！/]))[ \t\"'`“*_#>-]{0,6}([^\W\d_][\w '’.#/-]{0,31})"
    r"[\"'`”*_\]]{0,3}[ \t]{0,3}$"
)
_HAN_LABEL = re.compile(r"[\u3400-\u9fff]{1,8}$")
_VALUE = re.compile(
    r"[ \t]{0,4}(?:>[ \t]?)?[\"'`“「*_]{0,3}"
    r"((?:[^\n\r\t\"'`”」|;；<>&{}\[\]()（）*]|(?<=[^\W\d_])'(?=[^\W\d_])){1,80})"
)
_END = re.compile(r"[,，、。！!?？]|\.(?=\s|$)| - | (?=\w{1,20}\s?[:：=])")
_BACK = 44


class Labelled(NamedTuple):
    """A field: where its label begins, the label as `plain` leaves it, and the value's span."""

    at: int
    label: str
    start: int
    end: int


class LabelledFieldRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for the fields of forms and records."""

    LANGUAGES = ("en", "zh", "es", "fr", "de", "pt", "it", "ja", "ko", "ru")
    EXAMPLE = "Surname: Okonkwo\nFirst name: Adaeze\nPhone: 0161 496 0203"

    def __init__(self) -> None:
        entities = sorted({entity for entity, _ in KINDS.values()})
        super().__init__(supported_entities=entities, supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface. Cost grows with the signs that may end a label."""
        fields = list(fields_of(text))
        starts = [field.at for field in fields]
        results = []
        for field in fields:
            kind = kind_of(field.label)
            if kind is None or kind[0] not in entities or not fits(kind[0], text[field.start : field.end]):
                continue
            if kind[1]:
                begin = bisect_left(starts, field.at - NEAR)
                near = [
                    other.label for other in fields[begin : bisect_left(starts, field.end + NEAR)] if other is not field
                ]
                if not is_of_a_person(field.label, near):
                    continue
            score = WEAK_SCORE if kind[1] else SCORE
            results.append(result(self, kind[0], field.start, field.end, score))
        return results


def fields_of(text: str) -> Iterator[Labelled]:
    """The fields in `text` whose label may be one of a form, in order."""
    for sign in _SIGN.finditer(text):
        begin = max(0, sign.start() - _BACK)
        before = text[begin : sign.start()]
        found = _LABEL.search(before) or _HAN_LABEL.search(before)
        if found is None:
            continue
        group = 1 if found.re is _LABEL else 0
        label = plain(found.group(group))
        value = _VALUE.match(text, sign.end())
        if value is None or not label:
            continue
        start, end = value.span(1)
        cut = _END.search(text, start, end)
        end = cut.start() if cut else end
        shown = text[start:end]
        start += len(shown) - len(shown.lstrip())
        yield Labelled(begin + found.start(group), label, start, max(start, start + len(shown.strip())))
