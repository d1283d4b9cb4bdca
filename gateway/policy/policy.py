"""A policy that has been checked, in the form that decisions are made from. Immutable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.detection.findings import HIDDEN
from gateway.detection.listed import ListedRecognizer
from gateway.policy import schema
from gateway.policy.levels import Level, Levels


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination with its clearance; `spec` is what the file says of it."""

    name: str
    clearance: Level
    spec: schema.Destination


@dataclass(frozen=True, slots=True)
class EntityRule:
    """The level of one entity type, for findings of at least `min_score`."""

    level: Level
    min_score: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: raises to `raise_to`, or denies with a sentence; exactly one of the two is set."""

    name: str
    when: schema.When | None
    raise_to: Level | None
    deny: str | None


@dataclass(frozen=True, slots=True)
class Policy:
    """A checked policy. `sha256` is the hash of the file's bytes; `prefer` names destinations, best first."""

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

    def entity(self, entity: str) -> EntityRule:
        """What applies to an entity type; the default for types that the file does not name.

        What could not be read because it is encoded too many times has the highest level, as all that could
        not be inspected, unless the file names it.
        """
        default = EntityRule(self.levels.highest, 0.0) if entity == HIDDEN else self.default
        return self.entities.get(entity, default)

    def enough(self, entities: Iterable[str]) -> frozenset[str]:
        """Those of `entities` of which one settles the label, so that looking further can be left out."""
        if not self.stop_at_highest or any(rule.deny is not None for rule in self.rules):
            return frozenset()
        highest = self.levels.highest
        rules = {entity: self.entity(entity) for entity in entities}
        return frozenset(name for name, rule in rules.items() if rule.level == highest and rule.min_score == 0)


def compile_policy(parsed: schema.PolicyFile, *, name: str, sha256: str) -> Policy:
    """Turn a parsed file without flaws into a `Policy`."""
    levels = Levels(tuple(parsed.levels))
    entities = {
        entity: EntityRule(levels[level.level], level.min_score)
        if isinstance(level, schema.EntityLevel)
        else EntityRule(levels[level], 0.0)
        for entity, level in parsed.entities.items()
    }
    default = entities.pop("default")
    return Policy(
        name=name,
        sha256=sha256,
        levels=levels,
        destinations=MappingProxyType(
            {key: Destination(key, levels[spec.clearance], spec) for key, spec in parsed.destinations.items()}
        ),
        entities=MappingProxyType(entities),
        default=default,
        rules=tuple(
            Rule(rule.name, rule.when, levels[rule.raise_to] if rule.raise_to else None, rule.deny)
            for rule in parsed.rules
        ),
        prefer=tuple(parsed.route.prefer),
        fall_back=parsed.route.on_unavailable == "next",
        stop_at_highest=parsed.stop_at_highest,
        recognizers=tuple(parsed.recognizers),
    )
