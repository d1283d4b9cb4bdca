"""What a rule's conditions mean for a request: compiled once per policy, asked once per rule and request.

Pure. Knows nothing of levels' order beyond which types count, and of nothing outside the `Facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from gateway.policy.conditions import Bounds, When
from gateway.policy.expressions import Program, compiled
from gateway.policy.groups import expand
from gateway.policy.texts import Searches, TextSearch

if TYPE_CHECKING:
    from gateway.policy.facts import Facts

Places = frozenset[frozenset[str]]
"""Of each of these sets a text or finding must stand at one place: those of a condition, and of all around it."""
Seen = tuple[Places, float | None]
"""A view of a request: only what stands there (anywhere if nothing is said), with at least this score."""
Condition = Callable[["Scene"], bool]
EVERYTHING: Seen = (frozenset(), None)


@dataclass(slots=True)
class Scene:
    """A request while its rules are tried: its facts, and what was worked out of them so far.

    Attributes:
        counted: for each finding of the facts, whether it reaches the policy's minimum score.
        all_counts: entity type → number of findings, wherever they stand.
        low: types whose level is the lowest, which `only` overlooks.
    """

    facts: Facts
    counted: tuple[bool, ...]
    low: Callable[[str], bool]
    search: TextSearch
    all_counts: Mapping[str, int] = field(init=False)
    _low: dict[str, bool] = field(init=False)
    _all_hits: frozenset[int] | None = None
    _counts: dict[Seen, Mapping[str, int]] = field(default_factory=dict)
    _hits: dict[Places, frozenset[int]] = field(default_factory=dict)
    _languages: dict[Places, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.all_counts = self._counts[EVERYTHING] = self._count(*EVERYTHING)
        self._low = {entity: self.low(entity) for entity in self.all_counts}

    @property
    def all_hits(self) -> frozenset[int]:
        """The numbers of the searches that hit anywhere."""
        if self._all_hits is None:
            self._all_hits = self.hits(frozenset())
        return self._all_hits

    def is_low(self, entity: str) -> bool:
        """Whether a type that was found has the lowest level."""
        return self._low[entity]

    def counts(self, seen: Seen) -> Mapping[str, int]:
        """Entity type → number of findings in the view."""
        counts = self._counts.get(seen)
        if counts is None:
            counts = self._counts[seen] = self._count(*seen)
        return counts

    def _count(self, where: Places, score: float | None) -> dict[str, int]:
        counts: dict[str, int] = {}
        places = self.facts.places or (frozenset[str](),) * len(self.facts.findings)
        for finding, counted, place in zip(self.facts.findings, self.counted, places, strict=True):
            if counted and _stands(place, where) and (score is None or finding.score >= score):
                counts[finding.entity] = counts.get(finding.entity, 0) + 1
        return counts

    def texts(self, where: Places) -> Iterable[str]:
        """The texts that stand there."""
        return (text for text, place in self.facts.texts if _stands(place, where))

    def hits(self, where: Places) -> frozenset[int]:
        """The numbers of the searches that hit there."""
        hits = self._hits.get(where)
        if hits is None:
            hits = self._hits[where] = frozenset().union(*map(self.search.hits, self.texts(where)))
        return hits

    def languages(self, where: Places) -> frozenset[str]:
        """The languages of the texts there."""
        found = self._languages.get(where)
        if found is None:
            from gateway.detection.languages import languages

            found = self._languages[where] = frozenset().union(*map(languages, self.texts(where)))
        return found


def _stands(place: frozenset[str], where: Places) -> bool:
    return all(not choice.isdisjoint(place) for choice in where)


def compile_when(when: When, searches: Searches, words_of: Callable[[When], tuple[str, ...]]) -> Condition:
    """A condition that holds where all that `when` asks for holds.

    Args:
        searches: takes up the expressions and words to look for.
        words_of: the words of the file that a condition names.
    """
    return _all(_parts(when, EVERYTHING, searches, words_of))


def _all(parts: list[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]
    first, rest = parts[0], _all(parts[1:])  # A chain of closures costs half of a loop over them.
    return lambda scene: first(scene) and rest(scene)


def _any(parts: list[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]
    first, rest = parts[0], _any(parts[1:])
    return lambda scene: first(scene) or rest(scene)


def _parts(
    when: When, around: Seen, searches: Searches, words_of: Callable[[When], tuple[str, ...]]
) -> list[Condition]:
    # A condition sees a part of what those around it see, so that what holds of nothing there holds of nothing here.
    where = around[0] | {frozenset[str](when.where)} if when.where else around[0]
    scores = [score for score in (around[1], when.min_score) if score is not None]
    seen: Seen = (where, max(scores, default=None))

    def inside(item: When) -> Condition:
        return _all(_parts(item, seen, searches, words_of))

    parts = _of_request(when)
    parts += _of_findings(when, seen)
    parts += _of_texts(when, where, searches, words_of(when))
    choices = [inside(item) for item in when.any if isinstance(item, When)]
    if choices:
        types = expand(when.any_names)
        if types:
            choices.append(_found(seen, types))
        parts.append(_any(choices))
    parts += [inside(item) for item in when.all if isinstance(item, When)]
    if when.not_ is not None:
        refused = inside(when.not_)
        parts.append(lambda scene: not refused(scene))
    if when.where and not parts and when.min_score is None:
        parts.append(lambda scene: any(True for _ in scene.texts(where)))
    return parts or [lambda scene: bool(scene.counts(seen))]


def _of_request(when: When) -> list[Condition]:
    parts: list[Condition] = []
    if when.endpoints:
        parts.append(lambda scene: scene.facts.endpoint in when.endpoints)
    if when.models:
        parts.append(lambda scene: scene.facts.model in when.models)
    if when.keys:
        parts.append(lambda scene: scene.facts.key in when.keys)
    if when.key_groups:
        groups = frozenset(when.key_groups)
        parts.append(lambda scene: bool(groups & scene.facts.key_groups))
    for name, expression in when.headers.items():
        parts.append(partial(_header, name=name, expression=compiled(expression)))
    return parts


def _header(scene: Scene, *, name: str, expression: Program) -> bool:
    value = scene.facts.headers.get(name)
    return value is not None and expression.fullmatch(value) is not None


def _found(seen: Seen, types: frozenset[str]) -> Condition:
    if seen == EVERYTHING:
        return lambda scene: not types.isdisjoint(scene.all_counts)
    return lambda scene: not types.isdisjoint(scene.counts(seen))


def _of_findings(when: When, seen: Seen) -> list[Condition]:
    parts: list[Condition] = []
    any_types = expand(when.any_names)
    if any_types and len(when.any_names) == len(when.any):
        parts.append(_found(seen, any_types))
    parts += [_found(seen, expand([name])) for name in when.all_names]
    if when.topics:
        parts.append(_found(seen, frozenset(when.topics)))
    if when.none:
        unwanted = expand(when.none)
        parts.append(lambda scene: unwanted.isdisjoint(scene.counts(seen)))
    if when.only:
        parts.append(partial(_only, seen=seen, types=expand(when.only)))
    if when.at_least is not None or when.at_most is not None:
        bounds = Bounds.model_construct(at_least=when.at_least, at_most=when.at_most)
        parts.append(partial(_number, seen=seen, types=any_types, bounds=bounds))
    return parts


def _only(scene: Scene, *, seen: Seen, types: frozenset[str]) -> bool:
    counts = scene.counts(seen)
    return not types.isdisjoint(counts) and all(entity in types or scene.is_low(entity) for entity in counts)


def _number(scene: Scene, *, seen: Seen, types: frozenset[str], bounds: Bounds) -> bool:
    counts = scene.counts(seen)
    return bounds.holds(sum(count for entity, count in counts.items() if not types or entity in types))


def _of_texts(when: When, where: Places, searches: Searches, words: tuple[str, ...]) -> list[Condition]:
    parts: list[Condition] = []
    for expressions, wanted in ((when.expressions, ()), ((), (*when.words, *words)), ((), when.marker_words)):
        if expressions or wanted:
            number = searches.add(expressions, wanted)
            parts.append(_hit(where, number))
    if when.languages:
        languages = frozenset(when.languages)
        parts.append(lambda scene: not languages.isdisjoint(scene.languages(where)))
    if when.characters is not None:
        characters = when.characters
        parts.append(lambda scene: characters.holds(sum(map(len, scene.texts(where)))))
    if when.tokens is not None:
        tokens = when.tokens
        parts.append(lambda scene: scene.facts.tokens is not None and tokens.holds(scene.facts.tokens))
    return parts


def _hit(where: Places, number: int) -> Condition:
    if where:
        return lambda scene: number in scene.hits(where)
    return lambda scene: number in scene.all_hits
