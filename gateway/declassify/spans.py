"""Where the values of a request stand that are to be replaced: what was found, and other mentions of the same.

Knows nothing of stand-ins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.declassify.alike import alike, joined
from gateway.declassify.assign import Method
from gateway.declassify.birthdays import days_of, told_again
from gateway.declassify.grown import grown
from gateway.declassify.known_words import CALENDAR, is_everyday_word, is_name, is_never_alone
from gateway.declassify.parts import ABBREVIATIONS
from gateway.declassify.surrogates.calendar_words import MONTHS, any_of
from gateway.declassify.surrogates.draw import DATES
from gateway.declassify.surrogates.names import parse
from gateway.declassify.surrogates.titles import TITLES, bare
from gateway.detection.findings import Finding
from gateway.detection.scripts import HAN, has_han

MethodOf = Callable[[str], Method | None]
POSSESSIVE = re.compile(r"['’]s\Z")
_MIN_PART = 2
_LONGEST_WORD = 200
"""So far a span grows to the edges of its word; what is longer is no word, and is not rewritten."""
_ROUNDS = 3
"""How often names are completed by what was found of others."""
_PEOPLE = frozenset({"PERSON", "PUBLIC_FIGURE"})
_HAN_NAME = 3  # characters; of a shorter one the given name alone is no name
_HAN_ONLY = re.compile(f"[{HAN}]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ENDING = re.compile(r"e?s(?![\w])")
_NUMBER_BESIDE, _NUMBER_BEHIND = re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th|\.)?[\s-]?\Z"), re.compile(r"\.?[\s-]?\d")
_MONTH = re.compile(any_of(MONTHS), re.IGNORECASE)
_SHORT = 3
"""Letters up to which a name in capitals may be something else: MAX, MAY."""


class CannotRewrite(Exception):
    """A request can't be rewritten safely; the message says why and holds no content."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text that is one value."""

    start: int
    end: int
    entity: str
    method: Method


def found_spans(
    texts: Mapping[str, str], findings: Iterable[tuple[str, Finding]], method_of: MethodOf
) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {path: [] for path in texts}
    for path, finding in findings:
        method = method_of(finding.entity)
        if method is None or finding.start >= finding.end:
            continue
        if path not in texts:
            raise CannotRewrite(
                f"a {finding.entity} stands where nothing can be replaced: in a number, a key or another part that is "
                "no text"
            )
        start, end = _word_edges(texts[path], finding.start, finding.end)
        if finding.entity in _PEOPLE and _is_title(texts[path][start:end]):
            continue
        if finding.entity in _PEOPLE and POSSESSIVE.search(texts[path], start, end):
            end -= 2
        if start < end:
            found[path].append(Span(start, end, finding.entity, method))
    return {path: _apart(spans) for path, spans in found.items()}


def _is_title(value: str) -> bool:
    words = _WORD.findall(value)
    return bool(words) and all(bare(word) in TITLES for word in words)


def _word_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends, grown to whole words."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    first, last = max(0, start - _LONGEST_WORD), min(len(text), end + _LONGEST_WORD)
    while first < start < end and joined(alike(text[start - 1]), alike(text[start])):
        start -= 1
    while start < end < last and joined(alike(text[end - 1]), alike(text[end])):
        end += 1
    return start, end


def _apart(spans: list[Span]) -> list[Span]:
    """Without overlaps: of spans of one type, and of one within another, the union; of others each keeps its part."""
    result: list[Span] = []
    waiting = sorted(spans, key=_order, reverse=True)
    while waiting:
        span = waiting.pop()
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
            continue
        result.pop()
        waiting += [piece for piece in _settled(last, span) if piece.start < piece.end]
        waiting.sort(key=_order, reverse=True)
    return result


def _order(span: Span) -> tuple[int, int]:
    return span.start, -span.end


def _settled(first: Span, second: Span) -> list[Span]:
    """What becomes of two spans that overlap."""
    person = next((span for span in (first, second) if span.entity in _PEOPLE), None)
    if first.entity == second.entity or (first.entity in _PEOPLE and second.entity in _PEOPLE):
        return [replace(first, end=max(first.end, second.end))]
    if second.end <= first.end:
        # A date's stand-in keeps the words beside its numbers, a name among them too.
        if person is second and first.entity in DATES:
            return [replace(first, end=second.start), second, replace(first, start=second.end)]
        return [first]
    if first.start == second.start:
        return [second]
    if person is first:
        return [replace(first, end=second.start), second]
    return [first, replace(second, start=first.end)]


def sweep(texts: Mapping[str, str], spans: dict[str, list[Span]]) -> None:
    """Add what detection missed: other mentions of the same values, in any case, parts of names, and the other half of
    a name that was found in half."""
    for _ in range(_ROUNDS):
        _add_mentions(texts, spans)
        if not _grow(texts, spans):
            return
    _add_mentions(texts, spans)


def _grow(texts: Mapping[str, str], spans: dict[str, list[Span]]) -> bool:
    """Complete names that were found in half; whether there were any."""
    before = {path: list(some) for path, some in spans.items()}
    for path, some in spans.items():
        ends = [0, *(span.end for span in some)]
        starts = [*(span.start for span in some[1:]), len(texts[path])]
        for index, span in enumerate(some):
            if span.entity in _PEOPLE:
                start, end = grown(texts[path], span.start, span.end)
                start = start if start >= ends[index] else span.start
                end = end if end <= starts[index] else span.end
                some[index] = Span(start, end, span.entity, span.method)
        spans[path] = _apart(some)
    return spans != before


def _add_mentions(texts: Mapping[str, str], spans: dict[str, list[Span]]) -> None:
    wanted: dict[str, tuple[str, Method]] = {}
    for path, some in spans.items():
        for span in some:
            value = texts[path][span.start : span.end]
            wanted.setdefault(value.casefold(), (span.entity, span.method))
            if span.entity in _PEOPLE:
                for part in _called(value):
                    if len(part) >= _MIN_PART and not part[:1].islower() and not has_han(part):
                        wanted.setdefault(part, (span.entity, span.method))
                        if len(part) > _SHORT or not is_everyday_word(part):
                            wanted.setdefault(part.upper(), (span.entity, span.method))
                for initials in _initials(value, texts):
                    wanted.setdefault(initials, (span.entity, span.method))
                if len(value) == _HAN_NAME and _HAN_ONLY.fullmatch(value) and not is_everyday_word(value[1:]):
                    wanted.setdefault(value[1:], (span.entity, span.method))
    births = _births(texts, spans)
    for path, text in texts.items():
        more = [span for span in _mentions(text, wanted) if not _overlaps(span, spans[path])]
        if births is not None:
            again = (replace(births[1], start=start, end=end) for start, end in told_again(text, births[0]))
            more += [span for span in again if not _overlaps(span, [*spans[path], *more])]
        spans[path] = _apart([*spans[path], *more])


def _births(texts: Mapping[str, str], spans: Mapping[str, list[Span]]) -> tuple[set[tuple[int, int]], Span] | None:
    """The days and months of dates of birth, and one of these."""
    found = [(texts[path][span.start : span.end], span) for path, some in spans.items() for span in some]
    births = [(text, span) for text, span in found if span.entity == "DATE_OF_BIRTH"]
    return ({day for text, _ in births for day in days_of(text)}, births[0][1]) if births else None


def _called(name: str) -> list[str]:
    """The words of `name` that may stand for the person: no titles, particles and suffixes."""
    kept = {part for word in parse(name).words if not word.is_named for part in _WORD.findall(word.text)}
    return [part for part in _WORD.findall(name) if part not in kept]


def _initials(name: str, texts: Mapping[str, str]) -> list[str]:
    """How a person's initials are written, where they can be nothing else: with points, of three letters or more, or
    introduced in brackets behind the name."""
    letters = [part[0] for part in _called(name)]
    if len(letters) < _MIN_PART or not all(letter.isupper() for letter in letters):
        return []
    forms = []
    if "".join(letters).casefold() not in ABBREVIATIONS:
        forms = ["".join(f"{letter}." for letter in letters), " ".join(f"{letter}." for letter in letters)]
    for alone in dict.fromkeys(("".join(letters), letters[0] + letters[-1])):
        if len(alone) > _MIN_PART or any(f"{name} ({alone})" in text for text in texts.values()):
            forms.append(alone)
    return forms


def _mentions(text: str, wanted: Mapping[str, tuple[str, Method]]) -> Iterable[Span]:
    folded = text.casefold()
    same_length = len(folded) == len(text)
    for value, (entity, method) in wanted.items():
        # A value is looked for in any case; a part of a name only as it was written, since it may be a word, too.
        haystack = folded if value == value.casefold() and same_length else text
        start = haystack.find(value)
        while start >= 0 and value.strip():
            end = start + len(value)
            if _stands_alone(text, start, end) and not _is_another_word(text, start, end):
                yield Span(start, end, entity, method)
            start = haystack.find(value, start + 1)


def _is_another_word(text: str, start: int, end: int) -> bool:
    """Whether a part of a name is something else here: a month beside a number, a function's name, a function word."""
    value = text[start:end]
    capitals = value.isupper() and len(value) > 1
    if capitals and text[end : end + 1] == "(" and len(value) > _MIN_PART:
        return True
    if not _MONTH.fullmatch(value) and value.casefold() not in CALENDAR:
        return not capitals and is_never_alone(value)
    return bool(_NUMBER_BESIDE.search(text[max(0, start - 7) : start]) or _NUMBER_BEHIND.match(text, end))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether `start`..`end` begins and ends where a word does."""
    if text[start].isspace() or text[end - 1].isspace():
        return False
    before, last = alike(text[start - 1 : start]), alike(text[end - 1])
    if joined(before, alike(text[start])):
        return False
    return not joined(last, alike(text[end : end + 1])) or _has_ending(text, start, end)


def _has_ending(text: str, start: int, end: int) -> bool:
    """Whether a name's plural or genitive stands here that is no other name or word: Coles, Hahns."""
    ending = _ENDING.match(text, end)
    word = text[start:end] + ending[0] if ending else ""
    return bool(word) and word[0].isupper() and len(word) > _HAN_NAME and not (is_name(word) or is_everyday_word(word))


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
