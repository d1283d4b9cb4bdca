"""Proves of a parsed policy that it names only what exists and that nothing in it could route down.

Pure: a policy file's model in, flaws out. Knows nothing of YAML or of requests.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.policy.conditions import When, walk
from gateway.policy.destination import Destination
from gateway.policy.groups import GROUPS
from gateway.policy.schema import BY_TEXT, EntityLevel, PolicyFile, Rule


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the policy that must not load. `key` means the key at `location`, not its value.

    A `doubt` is no mistake: it loads, and is shown.
    """

    location: tuple[Hashable, ...]
    message: str
    key: bool = False
    doubt: bool = False


DOWN = "could route down: "
"""How a flaw begins that would let text reach a destination that is not cleared for it."""


def suggest(name: str, known: list[str]) -> str:
    """What to write instead of `name`: the nearest of `known`, and all of them when they are few."""
    spelling = {item.lower(): item for item in reversed(known)}
    near = difflib.get_close_matches(name.lower(), spelling, n=1, cutoff=0.6)
    hint = [f"did you mean `{spelling[near[0]]}`?"] if near else []
    if len(known) <= 16:
        hint.append(f"expected one of: {', '.join(known)}")
    elif not near:
        some = difflib.get_close_matches(name, known, n=5, cutoff=0.0) or known[:5]
        hint.append(f"expected one of {len(known)} names such as {', '.join(some)}")
    return " ".join(hint)


def _unknown(kind: str, name: str, known: list[str]) -> str:
    return f"unknown {kind} `{name}`; {suggest(name, known)}"


def _level_names(policy: PolicyFile) -> Iterator[Flaw]:
    for index, name in enumerate(policy.levels):
        if name in policy.levels[:index]:
            yield Flaw(("levels", index), f"level `{name}` stands here a second time; each level has its own name")
    uses: list[tuple[tuple[Hashable, ...], str]] = []
    for name, destination in policy.destinations.items():
        uses.append((("destinations", name, "clearance"), destination.clearance))
    for entity, level in policy.entities.items():
        if isinstance(level, EntityLevel):
            uses.append((("entities", entity, "level"), level.level))
        else:
            uses.append((("entities", entity), level))
    for index, rule in enumerate(policy.rules):
        if rule.raise_to is not None:
            uses.append((("rules", index, "raise_to"), rule.raise_to))
        if rule.declassify is not None:
            uses.append((("rules", index, "declassify", "to"), rule.declassify.to))
    for name, key in policy.keys.items():
        if key.floor is not None:
            uses.append((("keys", name, "floor"), key.floor))
    for kind, own in (("files", policy.attachments.files), ("images", policy.attachments.images)):
        if own is not None and own != BY_TEXT:
            uses.append((("attachments", kind), own))
    for index, test in enumerate(policy.tests):
        if test.expect.label is not None:
            uses.append((("tests", index, "expect", "label"), test.expect.label))
    for location, name in uses:
        if name not in policy.levels:
            yield Flaw(location, _unknown("level", name, policy.levels))


def _entity_names(policy: PolicyFile, known: frozenset[str] | None) -> Iterator[Flaw]:
    if "default" not in policy.entities:
        yield Flaw(("entities",), "`default` is missing: the level of every type that is not named here")
    if known is None:
        return
    names = [*GROUPS, *sorted(known)]
    uses: list[tuple[tuple[Hashable, ...], bool]] = [
        (("entities", entity), True) for entity in policy.entities if entity != "default"
    ]
    for index, rule in enumerate(policy.rules):
        uses += [(location, False) for location in _named_entities(index, rule)]
    for location, key in uses:
        entity = location[-1] if key else _at(policy, location)
        if entity not in known and entity not in GROUPS:
            yield Flaw(location, _unknown("entity type", str(entity), names), key=key)


def _named_entities(index: int, rule: Rule) -> Iterator[tuple[Hashable, ...]]:
    for location, when in walk(rule.when, ("rules", index, "when")) if rule.when else ():
        for condition in ("any", "all", "only", "none"):
            for position, item in enumerate(getattr(when, condition)):
                if not isinstance(item, When):
                    yield (*location, condition, position)
    if rule.declassify is not None:
        for position in range(len(rule.declassify.entities)):
            yield ("rules", index, "declassify", "entities", position)


def _at(policy: PolicyFile, location: tuple[Hashable, ...]) -> object:
    found: object = policy
    for step in location:
        name = "not_" if step == "not" else step
        found = found[name] if isinstance(name, int) else getattr(found, str(name))  # type: ignore[index]
    return found


_OUR_RULES = frozenset({"attachments", "declassified", "detection", "entities", "no-findings", "unreadable"})
"""What the audit calls reasons that are no rules, and that nobody must take for one."""


def _reserved_names(policy: PolicyFile) -> Iterator[Flaw]:
    for name in policy.destinations:
        if name in ("auto", "none"):
            yield Flaw(
                ("destinations", name), f"`{name}` has a meaning of its own; call the destination otherwise", True
            )
    for index, rule in enumerate(policy.rules):
        if rule.name in _OUR_RULES:
            message = f"`{rule.name}` is what the audit calls something else; call the rule otherwise"
            yield Flaw(("rules", index, "name"), message)
    owners: dict[str, str] = {}
    for name, key in policy.keys.items():
        other = owners.setdefault(key.sha256 or name, name)
        if other != name:
            yield Flaw(("keys", name, "sha256"), f"this is the key of `{other}`, too; a key has one name")


def _route_names(policy: PolicyFile) -> Iterator[Flaw]:
    seen: set[str] = set()
    for index, name in enumerate(policy.route.prefer):
        if name not in policy.destinations:
            yield Flaw(("route", "prefer", index), _unknown("destination", name, list(policy.destinations)))
        if name in seen:
            yield Flaw(("route", "prefer", index), f"destination `{name}` stands here a second time; remove one")
        seen.add(name)
    rules: set[str] = set()
    for index, rule in enumerate(policy.rules):
        for action in ("require", "prefer"):
            for position, name in enumerate(getattr(rule, action)):
                if name not in policy.destinations:
                    where = ("rules", index, action, position)
                    yield Flaw(where, _unknown("destination", name, list(policy.destinations)))
        if rule.name in rules:
            yield Flaw(("rules", index, "name"), f"rule `{rule.name}` exists already; give this one another name")
        rules.add(rule.name)


def _destination_down(name: str, destination: Destination, policy: PolicyFile) -> Iterator[Flaw]:
    lowest, highest = policy.levels[0], policy.levels[-1]
    where = ("destinations", name, "clearance")
    if destination.engine == "petals" and destination.clearance != lowest and not destination.allowed_servers:
        yield Flaw(
            where,
            f"{DOWN}every server on a Petals route can read the prompt, and `{name}` admits any server; "
            f"write clearance: {lowest}, or name the peers you trust in allowed_servers",
        )
    if destination.engine == "petals" and destination.clearance == highest:
        yield Flaw(
            where,
            f"{DOWN}`{highest}` holds what could not even be inspected and must stay on machines that "
            f"you run; write clearance: {policy.levels[-2]} or lower",
        )
    if destination.engine == "openai" and not destination.on_this_machine:
        if destination.clearance == highest and not destination.trusted:
            yield Flaw(
                where,
                f"{DOWN}`{name}` is another machine and would see `{highest}`; write a lower clearance, "
                "or trusted: true if you run that machine yourself",
            )
        if destination.base_url and urlsplit(destination.base_url).scheme == "http" and destination.clearance != lowest:
            yield Flaw(
                ("destinations", name, "base_url"),
                f"{DOWN}http:// to another machine can be read on the way, and `{name}` may see "
                f"`{destination.clearance}`; write https://, or clearance: {lowest}",
            )


def _default_down(policy: PolicyFile) -> Iterator[Flaw]:
    default = policy.entities.get("default")
    level = default.level if isinstance(default, EntityLevel) else default
    if level == policy.levels[0] and not all(item.on_this_machine for item in policy.destinations.values()):
        yield Flaw(
            ("entities", "default"),
            f"{DOWN}a type that is not named here would be `{level}` and leave this machine; write a "
            f"higher level such as `{policy.levels[1]}`, and name the types that are `{level}`",
        )


def _default_ignored(policy: PolicyFile) -> Iterator[Flaw]:
    default = policy.entities.get("default")
    if isinstance(default, EntityLevel) and default.min_score > 0:
        yield Flaw(
            ("entities", "default", "min_score"),
            f"{DOWN}findings of types that are not named here would be ignored below this score; leave "
            "min_score out, and set it for the types that need it",
        )


def _rule_down(index: int, rule: Rule, policy: PolicyFile) -> Iterator[Flaw]:
    if rule.raise_to == policy.levels[0]:
        yield Flaw(
            ("rules", index, "raise_to"),
            f"rule `{rule.name}` can't raise anything: `{rule.raise_to}` is the lowest level and no rule lowers a "
            f"label; write a higher level such as `{policy.levels[1]}`, or change the type's level under `entities`",
        )


def find_flaws(policy: PolicyFile, known_entities: frozenset[str] | None = None) -> list[Flaw]:
    """Every flaw of `policy`, references first; without any, no prompt can travel further than its label.

    Args:
        policy: the parsed file.
        known_entities: the types that detectors can find, or None to accept any name.
    """
    flaws = [*_level_names(policy), *_route_names(policy), *_reserved_names(policy)]
    flaws += _entity_names(policy, known_entities)
    if flaws:
        return flaws
    for name, destination in policy.destinations.items():
        flaws += _destination_down(name, destination, policy)
    flaws += _default_down(policy)
    flaws += _default_ignored(policy)
    for index, rule in enumerate(policy.rules):
        flaws += _rule_down(index, rule, policy)
    return flaws
