"""A policy that has been checked, in the form that decisions are made from. Immutable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.attachments.reading import Kind
from gateway.detection.findings import HIDDEN
from gateway.detection.listed import ListedRecognizer
from gateway.policy import schema
from gateway.policy.conditions import When, walk
from gateway.policy.destination import Destination as DestinationSpec
from gateway.policy.groups import GROUPS, expand
from gateway.policy.levels import Level, Levels
from gateway.policy.matching import Condition, compile_when
from gateway.policy.texts import Searches, TextSearch


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination with its clearance; `spec` is what the file says of it."""

    name: str
    clearance: Level
    spec: DestinationSpec


@dataclass(frozen=True, slots=True)
class EntityRule:
    """The level of one entity type, for findings of at least `min_score`."""

    level: Level
    min_score: float


@dataclass(frozen=True, slots=True)
class Declassification:
    """What a rule would replace, how, and what the rewritten prompt's label is at least.

    Attributes:
        entities: the types to replace; None for all whose level is above `to`.
    """

    rule: str
    method: schema.Method
    to: Level
    entities: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: `holds` says whether it applies (None: always), the others what it does then."""

    name: str
    holds: Condition | None = None
    raise_to: Level | None = None
    deny: str | None = None
    require: frozenset[str] | None = None
    prefer: tuple[str, ...] = ()
    declassify: Declassification | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, by their API key."""

    name: str
    groups: frozenset[str]
    floor: str | None


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be gathered of a request so that the policy can be asked; the rest is left out."""

    texts: bool = False
    tokens: bool = False
    headers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """A checked policy. `sha256` is the hash of all its files; `prefer` names destinations, best first.

    `attachments` has the level of attachments that were read, by their kind; of none for those that must not be read.
    `callers` are by the SHA-256 of their keys, `named` those whose keys are not in the file; `warnings` are what is of
    no use in it, each with its place; `files` are those that it was read from, the policy's own first.
    """

    name: str
    sha256: str
    levels: Levels
    destinations: Mapping[str, Destination]
    entities: Mapping[str, EntityRule]
    default: EntityRule
    rules: tuple[Rule, ...]
    prefer: tuple[str, ...]
    fall_back: bool
    stop_at_highest: bool = False
    recognizers: tuple[ListedRecognizer, ...] = ()
    on_error: schema.OnError = field(default_factory=schema.OnError)
    attachments: Mapping[Kind, Level | None] = field(default_factory=dict)
    limits: schema.Limits = field(default_factory=schema.Limits)
    tests: tuple[schema.PolicyTest, ...] = ()
    callers: Mapping[str, Caller] = field(default_factory=dict, repr=False)
    named: Mapping[str, Caller] = field(default_factory=dict)
    needs: Needs = Needs()
    warnings: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    search: TextSearch = field(default_factory=lambda: TextSearch((), {}), repr=False)

    def entity(self, entity: str) -> EntityRule:
        """What applies to an entity type; the default for types that the file does not name.

        What could not be read because it is encoded too many times has the highest level, as all that could
        not be inspected, unless the file names it.
        """
        default = EntityRule(self.levels.highest, 0.0) if entity == HIDDEN else self.default
        return self.entities.get(entity, default)

    def caller(self, key: str) -> Caller | None:
        """Whose API key this is, if the policy knows it."""
        return self.callers.get(hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest())

    def joined(self, caller: Caller) -> Caller:
        """`caller`, whose key is not in the file, with what the file says of a key of that name.

        A floor that is no level of this policy is its highest.
        """
        own = self.named.get(caller.name, caller)
        floors = [
            self.levels[floor] if floor in self.levels.names else self.levels.highest
            for floor in (own.floor, caller.floor)
            if floor is not None
        ]
        return Caller(caller.name, own.groups | caller.groups, max(floors).name if floors else None)

    def enough(self, entities: Iterable[str]) -> frozenset[str]:
        """Those of `entities` of which one settles the label, so that looking further can be left out."""
        if not self.stop_at_highest or any(
            rule.deny is not None or rule.declassify or rule.require is not None or rule.prefer for rule in self.rules
        ):
            return frozenset()
        highest = self.levels.highest
        rules = {entity: self.entity(entity) for entity in entities}
        return frozenset(name for name, rule in rules.items() if rule.level == highest and rule.min_score == 0)


def compile_policy(
    parsed: schema.PolicyFile,
    *,
    name: str,
    sha256: str,
    words_of: Callable[[When], tuple[str, ...]] = lambda when: (),
    warnings: tuple[str, ...] = (),
    files: tuple[str, ...] = (),
) -> Policy:
    """Turn a parsed file without flaws into a `Policy`; `words_of` has the words of the files that conditions name."""
    levels = Levels(tuple(parsed.levels))
    searches = Searches()
    own = {entity: _entity_rule(level, levels) for entity, level in parsed.entities.items()}
    default = own.pop("default")
    enabled = [rule for rule in parsed.rules if rule.enabled]
    return Policy(
        name=name,
        sha256=sha256,
        levels=levels,
        destinations=MappingProxyType(
            {key: Destination(key, levels[spec.clearance], spec) for key, spec in parsed.destinations.items()}
        ),
        entities=MappingProxyType(by_type(own)),
        default=default,
        rules=tuple(_rule(rule, levels, searches, words_of) for rule in enabled),
        prefer=tuple(parsed.route.prefer),
        fall_back=parsed.route.on_unavailable == "next",
        stop_at_highest=parsed.stop_at_highest,
        recognizers=tuple(parsed.recognizers),
        on_error=parsed.on_error,
        attachments=MappingProxyType(
            {
                "file": _attached(parsed.attachments.files, levels),
                "image": _attached(parsed.attachments.images, levels),
            }
        ),
        limits=parsed.limits,
        tests=tuple(test for test in parsed.tests if test.enabled),
        callers=MappingProxyType(
            {key.sha256: _caller(name, key) for name, key in parsed.keys.items() if key.sha256 is not None}
        ),
        named=MappingProxyType({name: _caller(name, key) for name, key in parsed.keys.items() if key.sha256 is None}),
        needs=_needs(parsed, enabled),
        warnings=warnings,
        files=files,
        search=searches.build(),
    )


def _attached(level: str | None, levels: Levels) -> Level | None:
    return levels.lowest if level == schema.BY_TEXT else None if level is None else levels[level]


def _entity_rule(level: schema.LevelOrScored, levels: Levels) -> EntityRule:
    if isinstance(level, schema.EntityLevel):
        return EntityRule(levels[level.level], level.min_score)
    return EntityRule(levels[level], 0.0)


def by_type(own: Mapping[str, EntityRule]) -> dict[str, EntityRule]:
    """The level of each type: its own line, else the strictest of its groups' (highest level, least score)."""
    rules: dict[str, EntityRule] = {}
    for group in own.keys() & GROUPS.keys():
        for entity in GROUPS[group]:
            other = rules.get(entity, own[group])
            rules[entity] = EntityRule(max(other.level, own[group].level), min(other.min_score, own[group].min_score))
    return rules | {name: rule for name, rule in own.items() if name not in GROUPS}


def named_types(rule: schema.Rule) -> frozenset[str] | None:
    """The types that a rule's declassification replaces; None for all above its level."""
    if rule.declassify is not None and rule.declassify.entities:
        return expand(rule.declassify.entities)
    when = rule.when
    return expand([*when.any_names, *when.all_names, *when.only]) or None if when is not None else None


def _caller(name: str, key: schema.Key) -> Caller:
    return Caller(name, frozenset(key.groups), key.floor)


def _rule(rule: schema.Rule, levels: Levels, searches: Searches, words_of: Callable[[When], tuple[str, ...]]) -> Rule:
    declassify = None
    if rule.declassify is not None:
        to = levels[rule.declassify.to]
        declassify = Declassification(rule.name, rule.declassify.method, to, named_types(rule))
    return Rule(
        name=rule.name,
        holds=compile_when(rule.when, searches, words_of) if rule.when is not None else None,
        raise_to=levels[rule.raise_to] if rule.raise_to else None,
        deny=rule.deny,
        require=frozenset(rule.require) if rule.require else None,
        prefer=tuple(rule.prefer),
        declassify=declassify,
        tags=tuple(rule.tag),
    )


def _needs(parsed: schema.PolicyFile, rules: list[schema.Rule]) -> Needs:
    conditions = [when for rule in rules if rule.when is not None for _, when in walk(rule.when)]
    limits = parsed.limits
    return Needs(
        texts=limits.max_characters is not None
        or any(
            when.expressions or when.words or when.words_file or when.markers or when.languages or when.characters
            or when.where
            for when in conditions
        ),
        tokens=limits.max_tokens is not None or any(when.tokens is not None for when in conditions),
        headers=frozenset(name for when in conditions for name in when.headers),
    )  # fmt: skip
