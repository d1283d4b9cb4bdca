"""Proves of a parsed policy that nothing in it is idle: rules that can't fire or change nothing, destinations
that nothing reaches, declassifications that can't lower. And the table of who may see what.

What would protect nobody where somebody relies on it must not load; what is merely of no use is a doubt.

Pure, and careful: what is reported is certain; not everything that is idle is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Literal

from gateway.document import Location
from gateway.policy.conditions import When, walk
from gateway.policy.flow import Flaw, suggest
from gateway.policy.groups import NO_SPAN, expand
from gateway.policy.levels import Level
from gateway.policy.policy import Policy, named_types
from gateway.policy.schema import PolicyFile, Rule
from gateway.policy.views import blind

Cell = Literal["as it is", "rewritten", "only by a rule", "never"]


def find_idle(parsed: PolicyFile, policy: Policy) -> list[Flaw]:
    """What has no effect in a file without other flaws; `policy` is made of it."""
    rules = [(index, rule) for index, rule in enumerate(parsed.rules) if rule.enabled]
    # Only rules that differ in nothing but `any` can cover one another; there may be thousands.
    alike: defaultdict[str, list[tuple[int, Rule]]] = defaultdict(list)
    for position, (_, rule) in enumerate(rules):
        if rule.deny is not None or rule.raise_to is not None:
            alike[_shape(rule.when)].append((position, rule))
    flaws: list[Flaw] = []
    for position, (index, rule) in enumerate(rules):
        flaws += _never(index, rule, policy)
        flaws += blind(index, rule.name, rule.when)
        flaws += _declassifies_nothing(index, rule, policy)
        flaws += _raises_nothing(index, rule, policy)
        flaws += _switched_off(index, rule)
        others = chain(alike[_shape(None)], alike[_shape(rule.when)] if rule.when is not None else ())
        flaws += islice(_shadows(index, rule, position, others, policy), 1)
        flaws += _unknown_callers(index, rule, parsed)
    flaws += _unreachable(parsed, policy)
    unique: dict[object, Flaw] = {}
    for flaw in flaws:
        place = flaw.location if flaw.location[3:4] in (("keys",), ("key_groups",)) else flaw.location[:3]
        unique.setdefault((place, flaw.doubt), flaw)
    return list(unique.values())


def _shadows(
    index: int, rule: Rule, position: int, others: Iterable[tuple[int, Rule]], policy: Policy
) -> Iterator[Flaw]:
    for place, other in others:
        if place != position:
            yield from _shadowed(index, rule, other, policy, later=place > position)


def _shape(when: When | None) -> str:
    """The conditions without the types in `any`."""
    if when is None:
        return ""
    plain = len(when.any_names) == len(when.any)
    return (when.model_copy(update={"any": []}) if plain else when).model_dump_json()


def _needed(when: When, location: Location) -> Iterator[tuple[Location, When]]:
    """`when` and those conditions inside it without which it can't hold."""
    yield location, when
    for position, item in enumerate(when.all):
        if isinstance(item, When):
            yield from _needed(item, (*location, "all", position))
    if len(when.any) == 1 and isinstance(when.any[0], When):
        yield from _needed(when.any[0], (*location, "any", 0))


def _never(index: int, rule: Rule, policy: Policy) -> Iterator[Flaw]:
    for location, when in _needed(rule.when, ("rules", index, "when")) if rule.when else ():
        for condition, problem in _contradictions(when, policy):
            yield Flaw((*location, condition), f"rule `{rule.name}` can never fire: {problem}", key=True)


def _contradictions(when: When, policy: Policy) -> Iterator[tuple[str, str]]:
    room = expand(when.only)

    def fits(types: frozenset[str]) -> bool:
        """Whether `only` has room for one of them: it overlooks types of the lowest level."""
        return any(entity in room or policy.entity(entity).level == policy.levels.lowest for entity in types)

    unwanted = expand(when.none)
    for name in when.all_names:
        if expand([name]) <= unwanted:
            yield "none", f"`all` asks for {name} and `none` forbids it; remove it from one of them"
        elif when.only and not fits(expand([name])):
            yield "only", f"`all` asks for {name} and `only` leaves no room for it; add it to `only`"
    any_types = expand(when.any_names)
    if when.any and len(when.any_names) == len(when.any):
        if any_types <= unwanted:
            yield "none", "`none` forbids every type in `any`; remove some from one of them"
        elif when.only and not fits(any_types):
            yield "only", "`only` leaves no room for any type in `any`; add some to `only`"
    if when.only and expand(when.only) <= unwanted:
        yield "none", "`none` forbids every type in `only`; remove some from one of them"
    if when.at_least is not None and when.at_most is not None and when.at_least > when.at_most:
        yield "at_most", f"no number is at least {when.at_least} and at most {when.at_most}; swap them"
    needed = bool(when.all_names or when.only or any_types)
    if when.at_most == 0 and needed and len(when.any_names) == len(when.any):
        yield "at_most", "at_most: 0 forbids what the other conditions ask for; write `none` instead"
    if when.not_ is not None and when.not_ == when.model_copy(update={"not_": None}):
        yield "not", "`not` forbids exactly what the other conditions ask for; remove one of them"


def _declassifies_nothing(index: int, rule: Rule, policy: Policy) -> Iterator[Flaw]:
    if rule.declassify is None:
        return
    where = ("rules", index, "declassify")
    to = policy.levels[rule.declassify.to]
    types = named_types(rule)
    if rule.when is None and rule.raise_to is not None and policy.levels[rule.raise_to] > to:
        yield Flaw(
            (*where, "to"),
            f"rule `{rule.name}` raises to {rule.raise_to} and declassifies to {to}: the rewritten prompt stays at "
            f"{rule.raise_to} while the rule applies; leave raise_to out",
        )
    explicit = set(rule.declassify.entities) or set(
        [*rule.when.any_names, *rule.when.all_names, *rule.when.only] if rule.when else []
    )
    for name in sorted(explicit & NO_SPAN):
        yield Flaw(
            where,
            f"`{rule.declassify.method}` can't lower {name}: it is what the text tells, not a value in it that could "
            "be replaced; leave it out, so that such prompts stay at their level",
        )
    if types is not None and all(policy.entity(entity).level <= to for entity in types):
        yield Flaw(
            (*where, "to"),
            f"rule `{rule.name}` has nothing to lower: no type that it names is above {to}; write a lower level, or "
            "leave the rule out",
            doubt=any(other.raise_to is not None for other in policy.rules),
        )
    if to >= policy.levels.highest:
        yield Flaw((*where, "to"), f"nothing is above {to}; write a lower level such as `{policy.levels.lowest}`")
    if not any(
        to <= item.clearance and item.clearance < policy.levels.highest for item in policy.destinations.values()
    ):
        yield Flaw(
            (*where, "to"),
            f"rule `{rule.name}` rewrites for nobody: every destination that may see {to} may see everything as it is; "
            "leave the rule out, or add a destination",
        )


def _raises_nothing(index: int, rule: Rule, policy: Policy) -> Iterator[Flaw]:
    when = rule.when
    if rule.raise_to is None or when is None or rule.require or rule.prefer or rule.declassify or rule.tag:
        return
    level = policy.levels[rule.raise_to]
    needed = [expand([name]) for name in when.all_names]
    if when.any and len(when.any_names) == len(when.any):
        needed.append(expand(when.any_names))
    if when.topics:
        needed.append(frozenset(when.topics))
    if any(types and all(policy.entity(entity).level >= level for entity in types) for types in needed):
        yield Flaw(
            ("rules", index, "raise_to"),
            f"rule `{rule.name}` changes nothing: what it asks for is at {level} or above already; write a higher "
            "level, or leave the rule out",
            doubt=True,
        )


def _switched_off(index: int, rule: Rule) -> Iterator[Flaw]:
    """Conditions that more text can undo, in a rule that holds prompts back."""
    if rule.raise_to is None and rule.deny is None and not rule.require:
        return
    for location, when in walk(rule.when, ("rules", index, "when")) if rule.when else ():
        for word, given in (("only", when.only), ("none", when.none), ("not", when.not_), ("at_most", when.at_most)):
            if given not in (None, []):
                yield Flaw(
                    (*location, word),
                    f"more text in a prompt can switch rule `{rule.name}` off through `{word}`; if that is not meant, "
                    "ask with any: or all:, or raise the types' own levels",
                    key=True,
                    doubt=True,
                )


def _unknown_callers(index: int, rule: Rule, parsed: PolicyFile) -> Iterator[Flaw]:
    groups = {group for key in parsed.keys.values() for group in key.groups}
    for location, when in walk(rule.when, ("rules", index, "when")) if rule.when else ():
        for word, names, known in (("keys", when.keys, set(parsed.keys)), ("key_groups", when.key_groups, groups)):
            for position, name in enumerate(names):
                if name not in known:
                    what = "key" if word == "keys" else "group of keys"
                    hint = suggest(name, sorted(known)) if known else "add it under `keys`"
                    message = (
                        f"the policy knows no {what} `{name}`, so a key that `sepal keys` made has it or nobody; {hint}"
                    )
                    yield Flaw((*location, word, position), message, doubt=True)


def _covers(wide: When | None, narrow: When | None) -> bool:
    """Whether `wide` certainly holds wherever `narrow` does."""
    if wide is None or wide == narrow:
        return True
    if narrow is None:
        return False
    if len(wide.any_names) == len(wide.any) and len(narrow.any_names) == len(narrow.any) and wide.any and narrow.any:
        same: dict[str, list[str]] = {"any": []}
        counting = wide.at_least is not None or wide.at_most is not None
        return (
            not counting
            and expand(narrow.any_names) <= expand(wide.any_names)
            and wide.model_copy(update=same) == narrow.model_copy(update=same)
        )
    return False


def _shadowed(index: int, rule: Rule, other: Rule, policy: Policy, *, later: bool) -> Iterator[Flaw]:
    """Whether `other` makes `rule` idle. Of rules that add up only one of two equals is reported: the second."""
    if not _covers(other.when, rule.when):
        return
    where = ("rules", index, "name")
    hint = "remove it, or make its conditions or its action different"
    if rule.deny is not None and not rule.tag and other.deny is not None and not later:
        yield Flaw(
            where,
            f"rule `{rule.name}` is shadowed by `{other.name}`, which denies the same before it; {hint}",
            doubt=True,
        )
    only_raises = rule.raise_to and not (rule.require or rule.prefer or rule.declassify or rule.tag)
    if only_raises and other.raise_to is not None:
        mine, others = policy.levels[str(rule.raise_to)], policy.levels[other.raise_to]
        if mine < others or (mine == others and (not later or _wider(other.when, rule.when))):
            yield Flaw(
                where,
                f"rule `{rule.name}` is shadowed by `{other.name}`, which raises the same to {others}; {hint}",
                doubt=True,
            )
    if rule.deny is None and other.deny is not None and not rule.tag:
        yield Flaw(
            where, f"rule `{rule.name}` is shadowed by `{other.name}`, which denies the same; {hint}", doubt=True
        )


def _wider(wide: When | None, narrow: When | None) -> bool:
    return wide != narrow


def floor_of(policy: Policy) -> Level:
    """The label that every prompt has at least."""
    return policy.levels.join(rule.raise_to for rule in policy.rules if rule.holds is None and rule.raise_to)


def reachable(policy: Policy) -> dict[str, dict[str, Cell]]:
    """Label → destination → how a prompt with that label may get there, leaving availability aside."""
    targets = {rule.declassify.to for rule in policy.rules if rule.declassify is not None}
    required = [rule.require for rule in policy.rules if rule.holds is None and rule.require is not None]
    named = {name for rule in policy.rules for name in (*rule.prefer, *(rule.require or ()))}
    table: dict[str, dict[str, Cell]] = {}
    floor = floor_of(policy)
    for label in policy.levels:
        row: dict[str, Cell] = {}
        for name, destination in policy.destinations.items():
            barred = any(name not in only for only in required) or (name not in policy.prefer and name not in named)
            if barred or label < floor:
                row[name] = "never"
            elif label <= destination.clearance:
                row[name] = "as it is" if name in policy.prefer else "only by a rule"
            elif any(floor <= to <= destination.clearance and to < label for to in targets):
                row[name] = "rewritten"
            else:
                row[name] = "never"
        table[label.name] = row
    return table


def _unreachable(parsed: PolicyFile, policy: Policy) -> Iterator[Flaw]:
    table = reachable(policy)
    named = {name for rule in parsed.rules if rule.enabled for name in (*rule.require, *rule.prefer)}
    for name in policy.destinations:
        if any(row[name] != "never" for row in table.values()):
            continue
        if name not in parsed.route.prefer and name not in named:
            problem = "neither route.prefer nor a rule names it; add it there, or remove it"
        else:
            problem = "the rules without `when` keep every prompt from it; change them, or remove it"
        message = f"nothing may ever reach destination `{name}`: {problem}"
        yield Flaw(("destinations", name), message, key=True, doubt=True)
