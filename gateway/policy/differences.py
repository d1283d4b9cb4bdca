"""Which recorded decisions another policy would have made otherwise: from the audit's records alone, without texts.

What a record can't tell, such as whether a text matches an expression, is not guessed: every way in which it could
be is tried, and where they don't all agree a difference is one that may be. Knows nothing of files and terminals.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.policy.conditions import walk
from gateway.policy.decide import AUTO, Decision, decide, rewritten
from gateway.policy.facts import Facts
from gateway.policy.groups import NO_SPAN
from gateway.policy.matching import Condition, Scene
from gateway.policy.policy import Caller, Policy
from gateway.policy.policy import Rule as Compiled
from gateway.policy.schema import PolicyFile
from gateway.policy.unknown import asks_for_texts, possibly, surely

MOST_WAYS = 256
"""So many ways in which the unknown could be are tried for a record, those with one thing changed first."""
NOWHERE = "none"
_MANAGED = "a key that `sepal keys` made"
_NOBODY = Caller("", frozenset(), None)
Ask = Callable[[Hashable, bool], bool]
"""Whether something unknown is so; the second argument is what is likelier."""


@dataclass(frozen=True, slots=True, order=True)
class Routed:
    """Where a policy sends a prompt first, with which label; `rewritten` if not as it is."""

    label: str
    destination: str
    rewritten: bool = False

    def __str__(self) -> str:
        return f"{self.label} → {self.destination}{' rewritten' if self.rewritten else ''}"


@dataclass(frozen=True, slots=True)
class Record:
    """What a decision's record says: the facts, and what became of what the facts can't tell.

    Attributes:
        unable: destinations that could not do what the request asked for.
        policy: the hash of the policy that decided; `fired` are its rules that applied, limits included.
        declassified: whether the prompt was rewritten; None if the policy did not ask for that.
    """

    facts: Facts
    unable: frozenset[str]
    policy: str
    fired: frozenset[str]
    declassified: bool | None


@dataclass(frozen=True, slots=True)
class _Partly:
    """A rule that asks for what no record holds. `question` is the same for rules that ask for the same."""

    question: Hashable
    surely: Condition
    possibly: Condition


class Side:
    """One of two policies that are compared.

    Args:
        parsed: the file that `policy` was made from.
        models: destination → its engine's own id of the model.
        lists: word list → its hash.
    """

    def __init__(
        self, policy: Policy, parsed: PolicyFile, models: Mapping[str, str], lists: Mapping[str, str] | None = None
    ) -> None:
        self.policy = policy
        self._models = models
        self._partly: dict[str, _Partly] = {}
        for rule in parsed.rules:
            if rule.enabled and rule.when is not None and asks_for_texts(rule.when):
                written = rule.when.model_dump_json(exclude_defaults=True)
                question = (written, tuple(sorted(item for item in (lists or {}).items() if item[0] in written)))
                self._partly[rule.name] = _Partly(question, surely(rule.when), possibly(rule.when))
        conditions = [when for rule in parsed.rules if rule.when is not None for _, when in walk(rule.when)]
        by_key = any(when.keys or when.key_groups for when in conditions)
        self._callers = {key: item for key, item in policy.callers.items() if by_key or item.floor is not None}
        self._variants: dict[tuple[str, ...], Policy] = {}
        self._rules = [(rule, replace(rule, holds=None)) for rule in policy.rules]
        limits = policy.limits
        self._limits = ("limits", limits.max_characters, limits.max_messages, limits.max_tokens)

    @property
    def unjudged(self) -> tuple[str, ...]:
        """The rules that no record can tell of, and `limits` if there are any."""
        return (*self._partly, *(("limits",) if any(self._limits[1:]) else ()))

    def known(self, record: Record) -> dict[Hashable, bool]:
        """What the record says of the unknown, if it is this policy that decided then."""
        if record.policy != self.policy.sha256:
            return {}
        known: dict[Hashable, bool] = {item.question: name in record.fired for name, item in self._partly.items()}
        known[self._limits] = "limits" in record.fired
        if record.declassified is not None:
            decision = self._decide(record.facts, lambda question, likely: known.get(question, likely))
            known[_way(decision)] = record.declassified
        return known

    def routed(self, record: Record, ask: Ask) -> Routed:
        """Where this policy sends the prompt, with the answers of `ask` to what the record can't tell."""
        policy, facts = self.policy, record.facts
        asked = self._asked(facts.model)
        if asked is None or (facts.hint is not None and facts.hint not in policy.levels):
            return Routed("-", NOWHERE)
        if facts.key is not None and ask(_MANAGED, False):
            caller = policy.joined(Caller(facts.key, facts.key_groups, facts.floor))
        else:
            caller = next((item for key, item in self._callers.items() if ask(("caller", key), False)), _NOBODY)
        facts = replace(facts, asked=asked, key=caller.name, key_groups=caller.groups, floor=caller.floor)
        if any(self._limits[1:]) and ask(self._limits, False):
            return Routed(policy.levels.highest.name, NOWHERE)
        decision = self._decide(facts, ask)
        anew = self._rewritten(decision, facts, ask)
        allowed = {*decision.admissible, *(anew.admissible if anew is not None else ())}
        order = [name for name in decision.order if name in allowed]
        able = [name for name in order if name not in record.unable]
        if not able or (order[0] in asked and order[0] not in able):
            return Routed(decision.label.name, NOWHERE)
        return Routed(decision.label.name, able[0], able[0] not in decision.admissible)

    def _asked(self, model: str) -> tuple[str, ...] | None:
        if model == AUTO:
            return ()
        return tuple(name for name in self.policy.prefer if model in (name, self._models[name])) or None

    def _decide(self, facts: Facts, ask: Ask) -> Decision:
        policy = self.policy
        counted = tuple(item.score >= policy.entity(item.entity).min_score for item in facts.findings)
        lowest = policy.levels.lowest
        scene = Scene(facts, counted, lambda entity: policy.entity(entity).level == lowest, policy.search)
        fired = tuple(fires for rule, fires in self._rules if self._fires(rule, scene, ask))
        names = tuple(rule.name for rule in fired)
        variant = self._variants.get(names)
        if variant is None:
            variant = self._variants[names] = replace(policy, rules=fired)
        return decide(variant, facts)

    def _fires(self, rule: Compiled, scene: Scene, ask: Ask) -> bool:
        partly = self._partly.get(rule.name)
        if partly is None:
            return rule.holds is None or rule.holds(scene)
        if not partly.possibly(scene):
            return False
        return partly.surely(scene) or ask(partly.question, False)

    def _rewritten(self, decision: Decision, facts: Facts, ask: Ask) -> Decision | None:
        """The decision on the rewritten prompt if what may be replaced is gone from it; None if it stays as it is."""
        by = decision.declassify
        if not by or decision.denied is not None or facts.unreadable or facts.detection_failed is not None:
            return None
        policy = self.policy

        def replaced(entity: str) -> bool:
            level = policy.entity(entity).level
            named = any(entity in item.entities if item.entities is not None else level > item.to for item in by)
            return named and entity not in NO_SPAN

        if not any(map(replaced, decision.counts)):
            return None
        rest = [index for index, finding in enumerate(facts.findings) if not replaced(finding.entity)]
        left = replace(
            facts,
            findings=tuple(facts.findings[index] for index in rest),
            places=tuple(facts.places[index] for index in rest),
        )
        after = self._decide(left, ask)
        anew = rewritten(replace(decision, policy=after.policy), left, by)
        if anew is None:
            return None
        return anew if ask(_way(decision), True) else None


def _way(decision: Decision) -> Hashable:
    """The question whether a prompt can be rewritten as its rules ask."""
    items = tuple((item.to.name, item.method, tuple(sorted(item.entities or ()))) for item in decision.declassify)
    return "rewritten", items


@dataclass(frozen=True, slots=True)
class Change:
    """A prompt that the two policies send to different places, surely or perhaps. `name` says which."""

    name: str
    time: str
    before: Routed
    after: Routed
    certain: bool = True


def compare(old: Side, new: Side, record: Record) -> tuple[Routed, Routed, bool] | None:
    """Before, after, and whether that is certain; None where nothing could differ."""
    known = {**new.known(record), **old.known(record), **_callers(old, new, record)}
    pairs = list(_ways(lambda ask: (old.routed(record, ask), new.routed(record, ask)), known))
    differing = [pair for pair in pairs if pair[0] != pair[1]]
    if not differing:
        return None
    # Where looking ended at the highest level, more could have been found.
    whole = not any(side.policy.stop_at_highest and side.policy.sha256 == record.policy for side in (old, new))
    return (*differing[0], whole and len(differing) == len(pairs))


def _callers(old: Side, new: Side, record: Record) -> dict[Hashable, bool]:
    """What is known of whose API key it was. The record has a name; a caller without one may have one by now."""
    sides = sorted((old, new), key=lambda side: side.policy.sha256 != record.policy)
    callers = [side.policy.callers for side in sides]
    name = record.facts.key
    if name is None:
        decided = [side for side in sides if side.policy.sha256 == record.policy]
        return {("caller", key): False for side in decided for key in side.policy.callers}
    deciding = next((side.policy for side in sides if side.policy.sha256 == record.policy), None)
    names = {caller.name for side in sides for caller in side.policy.callers.values()}
    if name not in ({caller.name for caller in deciding.callers.values()} if deciding is not None else names):
        return {_MANAGED: True}
    its = next((key for known in callers for key, caller in known.items() if caller.name == name), None)
    return {_MANAGED: False, **{("caller", key): key == its for known in callers for key in known}}


def _ways(
    look: Callable[[Ask], tuple[Routed, Routed]], known: Mapping[Hashable, bool]
) -> Iterable[tuple[Routed, Routed]]:
    """What comes of each way in which the unknown could be; the likeliest first."""
    waiting = deque([dict(known)])
    count = 0
    while waiting and count < MOST_WAYS:
        given, asked = waiting.popleft(), list[Hashable]()

        def ask(question: Hashable, likely: bool, given: dict[Hashable, bool] = given, asked: Any = asked) -> bool:
            if question not in given:
                given[question] = likely
                asked.append(question)
            return given[question]

        before = dict(given)
        yield look(ask)
        count += 1
        for index, question in enumerate(asked):
            fixed = {earlier: given[earlier] for earlier in asked[:index]}
            waiting.append({**before, **fixed, question: not given[question]})
