"""Texts that a request holds in pieces: a number over two messages, the fields of an object.

Looks only at the edges of texts that follow one another, and only where digits or key-like characters
meet there, so that a long conversation costs little more than its last turn. Knows nothing of what is
looked for; findings go back to the pieces that they are made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gateway.detection.findings import Finding
from gateway.prompt import Field, Prompt

EDGE = 96
"""Code points of a text's edge that may belong to something that began or ends in another text."""
STEP = "split over texts"
"""What a finding that stands in several texts says was undone."""
_MOST_PIECES = 32
"""More than a card number has digits; what is cut finer is met in the next join, which begins halfway."""
_NUMBER = re.compile(r"\d(?:[\d .\-/_]{0,40}\d)?")
_LEAST_TELLING = 3
_AFTER, _BEFORE = 24, 48
"""Code points of words that may stand between: "4111 1111, and then" / "the rest: 1111 1111"."""
_KEY = re.compile(r"[A-Za-z0-9_+/=.@-]{4,80}")
_KEY_AT_END = re.compile(r"(?<![^\s\"'=:：是为])[A-Za-z0-9_+/=.@-]{4,80}$")
_LEAST_KEY = 8
_TELLING = re.compile(r"[\d@]")
"""Numbers and keys hold one of these; most texts do not, and are soon done with."""
_MIXED = re.compile(r"[A-Za-z][A-Za-z_+/=.-]*\d|\d[A-Za-z_+/=.-]*[A-Za-z]|@")
_ASKS = re.compile(r"(?:[:=：?？]|\b(?:is|are)|是|为)\s{0,3}$")
_LEAST_ASKED = 6
_SENTENCE_END = re.compile(r"[.!?;:。！？；：\n]\s*$")
_SPACE = re.compile(r"\s+")
_LONGEST_VALUE, _LONGEST_LABEL = 200, 60
_LONGEST_RECORDS = 3_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a segment inside a join: `length` code points from `start` there, at `at` here."""

    segment: int
    start: int
    at: int
    length: int


@dataclass(frozen=True, slots=True)
class Join:
    """Pieces of segments in one text.

    Attributes:
        models: whether taggers should see it; they need not for numbers and keys.
    """

    text: str
    pieces: tuple[Piece, ...]
    models: bool = False

    def __repr__(self) -> str:
        return f"Join(<{len(self.text)} characters>, {len(self.pieces)} pieces)"

    def back(self, findings: Iterable[Finding]) -> Iterator[list[tuple[int, Finding]]]:
        """Of each finding, (segment's index, finding there) for each piece that it stands in."""
        for finding in findings:
            found = []
            inside = [item for item in self.pieces if item.at < finding.end and finding.start < item.at + item.length]
            undone = finding.undone if len(inside) < 2 else tuple(sorted({*finding.undone, STEP}))
            for item in inside:
                start = max(finding.start, item.at) - item.at + item.start
                end = min(finding.end, item.at + item.length) - item.at + item.start
                found.append((item.segment, replace(finding, start=start, end=end, undone=undone)))
            yield found


class _Builder:
    """Puts a join's text together."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._pieces: list[Piece] = []
        self.length = 0

    def say(self, text: str) -> None:
        """Add text that belongs to no segment."""
        self._texts.append(text)
        self.length += len(text)

    def take(self, prompt: Prompt, segment: int, start: int, end: int) -> None:
        """Add a stretch of a segment."""
        if end > start:
            self._pieces.append(Piece(segment, start, self.length, end - start))
        self.say(prompt.segments[segment].text[start:end])

    def join(self, *, models: bool = False) -> Join:
        """What was put together."""
        return Join("".join(self._texts), tuple(self._pieces), models)


@dataclass(frozen=True, slots=True)
class _Seam:
    """Where two texts meet: the end of the first, the start in the second, and what goes between."""

    end: int
    start: int
    glue: str


def joins(prompt: Prompt) -> list[Join]:
    """The joins of a prompt, each once."""
    found = [*_parts(prompt), *_sequences(prompt), *_records(prompt)]
    return list({(join.text, join.pieces): join for join in found}.values())


def _parts(prompt: Prompt) -> Iterator[Join]:
    """Parts of one message: a name may be cut as well."""
    for indices in prompt.parts:
        for first, second in pairwise(indices):
            left, right = prompt.segments[first].text, prompt.segments[second].text
            if not _SENTENCE_END.search(left[-EDGE:]):
                for glue in ("", "\n") if left[-1].isalnum() and right[0].isalnum() else ("",):
                    yield _linked(prompt, [first, second], [_Seam(len(left), 0, glue)], models=True)


def _sequences(prompt: Prompt) -> Iterator[Join]:
    """Texts that follow one another, as far as something goes on from each to the next."""
    for indices in prompt.sequences:
        chain, seams = [indices[0]], list[_Seam]()
        for first, second in pairwise(indices):
            seam = _seam(prompt.segments[first].text, prompt.segments[second].text)
            if seams and (seam is None or seam.end <= seams[-1].start or len(prompt.segments[first].text) > EDGE):
                yield from _chained(prompt, chain, seams)
                chain, seams = [first], []
            if seam is None:
                chain = [second]
                continue
            chain.append(second)
            seams.append(seam)
            if len(chain) == _MOST_PIECES:
                yield from _chained(prompt, chain, seams)
                chain, seams = chain[_MOST_PIECES // 2 :], seams[_MOST_PIECES // 2 :]
        yield from _chained(prompt, chain, seams)


def _chained(prompt: Prompt, chain: Sequence[int], seams: Sequence[_Seam]) -> Iterator[Join]:
    """The whole chain; of keys also two at a time, as one may be complete before the next begins."""
    if not seams:
        return
    yield _linked(prompt, chain, seams)
    if len(seams) > 1:
        for pair, seam in zip(pairwise(chain), seams, strict=True):
            if not seam.glue:
                yield _linked(prompt, pair, [seam])


def _linked(prompt: Prompt, chain: Sequence[int], seams: Sequence[_Seam], *, models: bool = False) -> Join:
    """The edges of texts in a chain, one after the other."""
    builder = _Builder()
    for place, segment in enumerate(chain):
        text = prompt.segments[segment].text
        start = seams[place - 1].start if place else _word_start(text, seams[0].end - EDGE)
        end = seams[place].end if place < len(seams) else _word_end(text, start + EDGE)
        builder.take(prompt, segment, start, end)
        if place < len(seams):
            builder.say(seams[place].glue)
    return builder.join(models=models)


def _word_start(text: str, position: int) -> int:
    """The first place from `position` on at which a word begins, if there is one nearby."""
    if position <= 0:
        return 0
    space = _SPACE.search(text, position - 1, position + EDGE // 2)
    return space.end() if space else position


def _word_end(text: str, position: int) -> int:
    """The last place up to `position` at which a word ends, if there is one nearby."""
    if position >= len(text):
        return len(text)
    spaces = list(_SPACE.finditer(text, position - EDGE // 2, position + 1))
    return spaces[-1].start() if spaces else position


def _seam(left: str, right: str) -> _Seam | None:
    """How two texts go together if something may go on from one to the other."""
    tail, head = left[-EDGE:], right[:EDGE]
    offset = len(left) - len(tail)
    ends, begins = _TELLING.search(tail) is not None, _TELLING.search(head) is not None
    return (
        (ends and begins and (_key_seam(tail, head, offset) or _number_seam(tail, head, offset)))
        or ((ends or begins) and _loose_key_seam(tail, head, offset))
        or _answer_seam(left, head, len(right))
        or None
    )


def _number_seam(tail: str, head: str, offset: int) -> _Seam | None:
    """Digits at both edges, perhaps with a few words around."""
    ahead = list(_NUMBER.finditer(head))
    first = next((number for number in ahead if len(number.group()) >= _LEAST_TELLING), ahead[0] if ahead else None)
    last = next(iter(list(_NUMBER.finditer(tail))[-1:]), None)
    if first and last and first.start() <= _BEFORE and len(tail) - last.end() <= _AFTER:
        return _Seam(offset + last.end(), first.start(), "\n")
    return None


def _key_seam(tail: str, head: str, offset: int) -> _Seam | None:
    """Letters mixed with digits at both edges, perhaps with a few words around."""
    near = (key for key in reversed(list(_KEY.finditer(tail))) if len(tail) - key.end() <= _AFTER)
    last = next((key for key in near if _is_mixed(key)), None)
    first = last and next((key for key in _KEY.finditer(head) if _is_mixed(key)), None)
    if last is None or first is None or first.start() > _BEFORE:
        return None
    if (last.end() < len(tail) or first.start() > 0) and min(len(last.group()), len(first.group())) < _LEAST_KEY:
        return None
    return _Seam(offset + last.end(), first.start(), "")


def _loose_key_seam(tail: str, head: str, offset: int) -> _Seam | None:
    """The end of a text and the beginning of the next without a break between, one of them like a key."""
    last, first = _KEY_AT_END.search(tail), _KEY.match(head)
    if last and first and (_is_mixed(last) or _is_mixed(first)):
        return _Seam(offset + len(tail), 0, "")
    return None


def _answer_seam(left: str, head: str, length: int) -> _Seam | None:
    """A question or a label, and what is short or holds a number."""
    if _ASKS.search(left[-EDGE:]) is None:
        return None
    number = next((number for number in _NUMBER.finditer(head) if len(number.group()) >= _LEAST_ASKED), None)
    return _Seam(len(left.rstrip()), 0, " ") if length <= EDGE or number else None


def _is_mixed(key: re.Match[str]) -> bool:
    return _MIXED.search(key.group()) is not None


def _records(prompt: Prompt) -> Iterator[Join]:
    """The fields of objects, each with what the object calls it, as many objects in one text as fit."""
    builder = _Builder()
    for record in prompt.records:
        fields = [field for field in record if 0 < len(field.label) <= _LONGEST_LABEL]
        if builder.length > _LONGEST_RECORDS:
            yield builder.join()
            builder = _Builder()
        for field in fields:
            _add(builder, prompt, field)
        if fields:
            builder.say("\n")
    if builder.length:
        yield builder.join()


def _add(builder: _Builder, prompt: Prompt, field: Field) -> None:
    value = prompt.segments[field.value].text
    builder.say(f"{field.label}: ")
    builder.take(prompt, field.value, 0, _word_end(value, _LONGEST_VALUE))
    builder.say("\n")
