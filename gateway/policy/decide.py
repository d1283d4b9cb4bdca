"""The decision: policy × findings × caller → label, admissible destinations, and why, in words.

Pure functions of their arguments. Availability is not among the inputs of `decide`, so it cannot
touch the label; `choose` takes the decision's admissible destinations and only ever narrows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gateway.detection.findings import Finding
from gateway.policy.levels import Level
from gateway.policy.policy import Policy, Rule
from gateway.prompt import Unreadable

Endpoint = Literal["chat.completions", "completions"]
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the policy may look at.

    Attributes:
        findings: those of all segments together.
        unreadable: content that could not be inspected.
        detection_failed: why detection gave no result, or None if it ran.
        endpoint: where the request came in.
        model: what the caller asked for.
        asked: the destinations that it names, by their name or their model's id; none for ``auto``.
        inspected: `Prompt.digest` of what detection looked at; without one nothing can be cleared.
    """

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...] = ()
    detection_failed: str | None = None
    endpoint: Endpoint = "chat.completions"
    model: str = AUTO
    asked: tuple[str, ...] = ()
    inspected: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that set the level: a rule's name (or `entities`, `unreadable`, `detection`) and words."""

    rule: str
    level: Level
    words: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a prompt may run.

    Attributes:
        label: the prompt's level.
        admissible: destinations cleared for the label, in the order in which to try them.
        reasons: all that took part, the one that decided first.
        denied: the sentence for the caller when a rule refuses the request, else None.
        counts: entity type → number of findings that counted.
        inspected: of the facts: which prompt this is the decision for.
    """

    policy: Policy
    label: Level
    admissible: tuple[str, ...]
    reasons: tuple[Reason, ...]
    denied: str | None
    counts: Mapping[str, int]
    inspected: bytes | None = field(default=None, repr=False)

    @property
    def rule(self) -> str:
        """The name of what decided."""
        return self.reasons[0].rule if self.reasons else "no-findings"

    @property
    def why(self) -> str:
        """One sentence for a person."""
        return self.reasons[0].words if self.reasons else f"nothing was found, so the label is {self.label}"


def _entity_reasons(policy: Policy, counts: Mapping[str, int]) -> list[Reason]:
    by_level: dict[Level, list[str]] = {}
    for entity, count in sorted(counts.items()):
        by_level.setdefault(policy.entity(entity).level, []).append(f"{count} × {entity}")
    return [
        Reason("entities", level, f"found {', '.join(found)}: {level}") for level, found in sorted(by_level.items())
    ]


def _fail_closed_reasons(policy: Policy, facts: Facts) -> list[Reason]:
    highest = policy.levels.highest
    reasons = []
    if facts.detection_failed is not None:
        words = f"detection gave no result ({facts.detection_failed}), so the label is the highest"
        reasons.append(Reason("detection", highest, words))
    if facts.unreadable:
        kinds = ", ".join(sorted({item.reason for item in facts.unreadable}))
        words = f"holds content that could not be inspected ({kinds}), so the label is the highest"
        reasons.append(Reason("unreadable", highest, words))
    return reasons


def _applies(rule: Rule, facts: Facts, counts: Mapping[str, int]) -> bool:
    when = rule.when
    if when is None:
        return True
    counted = sum(count for entity, count in counts.items() if not when.any or entity in when.any)
    return all(
        (
            not when.any or any(entity in counts for entity in when.any),
            not when.all or all(entity in counts for entity in when.all),
            not when.only or (bool(counts) and all(entity in when.only for entity in counts)),
            when.at_least is None or counted >= when.at_least,
            not when.endpoints or facts.endpoint in when.endpoints,
            not when.models or facts.model in when.models,
        )
    )


def _order(policy: Policy, label: Level, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Admissible destinations: those asked for first; then none that may see less than they.

    A caller who asks for `local` wants the text to stay here, so a fallback never goes to a
    destination with a lower clearance than what was asked for.
    """
    admissible = [name for name in policy.prefer if label <= policy.destinations[name].clearance]
    if not asked:
        return tuple(admissible)
    floor = min(policy.destinations[name].clearance for name in asked)
    first = [name for name in admissible if name in asked]
    others = [name for name in admissible if name not in asked and policy.destinations[name].clearance >= floor]
    return (*first, *others)


def count_findings(policy: Policy, findings: Iterable[Finding]) -> dict[str, int]:
    """Entity type → number of findings that reach the policy's minimum score for it."""
    counts: dict[str, int] = {}
    for finding in findings:
        if finding.score >= policy.entity(finding.entity).min_score:
            counts[finding.entity] = counts.get(finding.entity, 0) + 1
    return counts


def decide(policy: Policy, facts: Facts) -> Decision:
    """Label a prompt and list where it may run.

    The label is the join of the levels of all findings, of whatever could not be inspected, and
    of every rule that applies; nothing lowers it.
    """
    counts = count_findings(policy, facts.findings)
    reasons = _entity_reasons(policy, counts) + _fail_closed_reasons(policy, facts)
    denied = None
    for rule in policy.rules:
        if not _applies(rule, facts, counts):
            continue
        if rule.raise_to is not None:
            reasons.append(Reason(rule.name, rule.raise_to, f"rule {rule.name} raises to {rule.raise_to}"))
        elif denied is None:
            denied = rule.deny
            reasons.append(Reason(rule.name, policy.levels.highest, f"rule {rule.name} denies"))
    label = policy.levels.join(reason.level for reason in reasons)
    deciding = sorted(reasons, key=lambda reason: reason.level, reverse=True)
    if denied is not None:
        deciding.sort(key=lambda reason: not reason.words.endswith(" denies"))
    admissible = () if denied is not None else _order(policy, label, facts.asked)
    return Decision(policy, label, admissible, tuple(deciding), denied, counts, facts.inspected)


def choose(decision: Decision, usable: Iterable[str]) -> tuple[str, ...]:
    """The destinations to try, in order, given those that are `usable` now. Never adds one."""
    now = set(usable)
    order = tuple(name for name in decision.admissible if name in now)
    if not decision.policy.fall_back:
        return order[:1] if decision.admissible[:1] == order[:1] else ()
    return order
