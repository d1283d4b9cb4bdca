"""The decision: policy × facts → label, admissible destinations, and why, in words.

Pure functions of their arguments. Availability is not among the inputs of `decide`, so it cannot
touch the label; `choose` takes the decision's admissible destinations and only ever narrows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from gateway.attachments.reading import Kind
from gateway.detection.findings import Finding
from gateway.policy.facts import AUTO, Endpoint, Facts
from gateway.policy.levels import Level
from gateway.policy.matching import Scene
from gateway.policy.policy import Declassification, Policy

__all__ = ["AUTO", "Decision", "Endpoint", "Facts", "Reason", "choose", "count_findings", "decide", "rewritten"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that set the level: a rule's name (or `entities`, `unreadable`, `detection`, …) and words."""

    rule: str
    level: Level
    words: str
    denies: bool = False


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
        fired: the rules that applied, in the file's order.
        tags: what they say to the audit.
        declassify: what may be replaced so that the rest may travel further, in the file's order.
        order: every destination that the rules leave, cleared or not, in the order in which to try them.
    """

    policy: Policy
    label: Level
    admissible: tuple[str, ...]
    reasons: tuple[Reason, ...]
    denied: str | None
    counts: Mapping[str, int]
    inspected: bytes | None = field(default=None, repr=False)
    fired: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    declassify: tuple[Declassification, ...] = ()
    order: tuple[str, ...] = ()

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
        reasons.append(Reason("detection", highest, words, policy.on_error.detection == "deny"))
    if facts.unreadable:
        kinds = ", ".join(sorted({item.reason for item in facts.unreadable}))
        words = f"holds content that could not be inspected ({kinds}), so the label is the highest"
        reasons.append(Reason("unreadable", highest, words, policy.on_error.unreadable == "deny"))
    return reasons


def _attached_reasons(policy: Policy, facts: Facts) -> list[Reason]:
    """What attachments are by themselves, whatever is written in them."""
    levels = {kind: policy.attachments.get(kind) or policy.levels.highest for kind in facts.attached}
    return [
        Reason("attachments", level, f"holds {_A[kind]}, which the policy puts at {level}")
        for kind, level in levels.items()
        if level != policy.levels.lowest
    ]


_A: dict[Kind, str] = {"file": "a file", "image": "an image"}
_REFUSALS = {
    "detection": "The policy refuses requests that can't be inspected, and detection gave no result. Try again later.",
    "unreadable": "The policy refuses content that can't be inspected: images, audio, files, token ids. Send text.",
}


def _asked_reasons(policy: Policy, facts: Facts) -> list[Reason]:
    """The caller's hint, the key's floor and what earlier turns were, which only raise."""
    reasons = []
    for rule, name, words in (
        ("hint", facts.hint, "the caller asked for at least"),
        ("floor", facts.floor, "the caller's API key has at least"),
        ("conversation", facts.sticky, "an earlier turn of this conversation was"),
    ):
        if name is not None:
            level = policy.levels.named(name)
            reasons.append(Reason(rule, level, f"{words} {level}"))
    return reasons


def _over_limit(policy: Policy, facts: Facts) -> str | None:
    limits = policy.limits
    characters = sum(len(text) for text, _ in facts.texts)
    for limit, number, what in (
        (limits.max_characters, characters, "characters"),
        (limits.max_messages, facts.messages, "messages"),
        (limits.max_tokens, facts.tokens or 0, "tokens"),
    ):
        if limit is not None and number > limit:
            return f"The request has {number} {what}; the policy allows {limit}. Send less at a time."
    return None


def _order(
    policy: Policy, asked: tuple[str, ...], fired: Iterable[tuple[frozenset[str] | None, tuple[str, ...]]]
) -> tuple[str, ...]:
    """Destinations that the rules leave, in order: those asked for first; then none that may see less than they.

    A caller who asks for `local` wants the text to stay here, so a fallback never goes to a
    destination with a lower clearance than what was asked for.
    """
    first: list[str] = []
    required: frozenset[str] | None = None
    for require, prefer in fired:
        first += prefer
        if require is not None:
            required = require if required is None else required & require
    # What only a rule names follows behind; of equals the file's order decides.
    named = dict.fromkeys([*first, *policy.prefer, *(name for name in policy.destinations if name in (required or ()))])
    order = [name for name in named if required is None or name in required]
    if not asked:
        return tuple(order)
    floor = min(policy.destinations[name].clearance for name in asked)
    return (
        *(name for name in order if name in asked),
        *(name for name in order if name not in asked and policy.destinations[name].clearance >= floor),
    )


def _cleared(policy: Policy, order: Iterable[str], label: Level) -> tuple[str, ...]:
    return tuple(name for name in order if label <= policy.destinations[name].clearance)


def _counted(policy: Policy, findings: Iterable[Finding]) -> tuple[bool, ...]:
    return tuple(finding.score >= policy.entity(finding.entity).min_score for finding in findings)


def count_findings(policy: Policy, findings: Iterable[Finding]) -> dict[str, int]:
    """Entity type → number of findings that reach the policy's minimum score for it."""
    counts: dict[str, int] = {}
    for finding in findings:
        if finding.score >= policy.entity(finding.entity).min_score:
            counts[finding.entity] = counts.get(finding.entity, 0) + 1
    return counts


def decide(policy: Policy, facts: Facts) -> Decision:
    """Label a prompt and list where it may run.

    The label is the join of the levels of all findings, of whatever could not be inspected, of the caller's
    hint and floor, and of every rule that applies; nothing lowers it.
    """
    lowest = policy.levels.lowest
    scene = Scene(
        facts, _counted(policy, facts.findings), lambda entity: policy.entity(entity).level == lowest, policy.search
    )
    counts = scene.all_counts
    reasons = [
        *_entity_reasons(policy, counts),
        *_fail_closed_reasons(policy, facts),
        *_attached_reasons(policy, facts),
        *_asked_reasons(policy, facts),
    ]
    denied = next((_REFUSALS[reason.rule] for reason in reasons if reason.denies), None)
    over = _over_limit(policy, facts)
    if over is not None:
        denied = denied or over
        reasons.append(Reason("limits", policy.levels.highest, "the request is over a limit of the policy", True))
    fired = [rule for rule in policy.rules if rule.holds is None or rule.holds(scene)]
    for rule in fired:
        if rule.raise_to is not None:
            reasons.append(Reason(rule.name, rule.raise_to, f"rule {rule.name} raises to {rule.raise_to}"))
        if rule.deny is not None:
            if denied is None:
                reasons.append(Reason(rule.name, policy.levels.highest, f"rule {rule.name} denies", True))
            denied = denied or rule.deny
    label = policy.levels.join(reason.level for reason in reasons)
    deciding = sorted(reasons, key=lambda reason: (not reason.denies, -reason.level.rank))
    order = _order(policy, facts.asked, ((rule.require, rule.prefer) for rule in fired)) if denied is None else ()
    return Decision(
        policy,
        label,
        _cleared(policy, order, label),
        tuple(deciding),
        denied,
        counts,
        facts.inspected,
        tuple(rule.name for rule in fired),
        tuple(dict.fromkeys(tag for rule in fired for tag in rule.tags)),
        tuple(rule.declassify for rule in fired if rule.declassify is not None and rule.declassify.to < label),
        order,
    )


def rewritten(original: Decision, facts: Facts, by: Iterable[Declassification]) -> Decision | None:
    """The decision on the rewritten prompt, or None if it may go nowhere that the original may not go.

    Everything is decided anew from the rewritten prompt's own `facts`; what the rules said of the original
    about destinations still holds, and the label is at least what the declassifications say.

    Args:
        original: the decision on the prompt as it was sent.
        by: the declassifications that were carried out.
    """
    policy, by = original.policy, tuple(by)
    if not by:
        return None
    anew = decide(policy, facts)
    target = policy.levels.join(item.to for item in by)
    if original.denied is not None or anew.denied is not None or anew.label > target:
        return None
    order = tuple(name for name in original.order if name in anew.order)
    admissible = _cleared(policy, order, target)
    if set(admissible) <= set(original.admissible):
        return None
    rules = ", ".join(dict.fromkeys(item.rule for item in by))
    reason = Reason("declassified", target, f"rule {rules} declassifies to {target}")
    return replace(anew, label=target, admissible=admissible, reasons=(reason, *anew.reasons), order=order)


def choose(decision: Decision, usable: Iterable[str]) -> tuple[str, ...]:
    """The destinations to try, in order, given those that are `usable` now. Never adds one."""
    now = set(usable)
    order = tuple(name for name in decision.admissible if name in now)
    if not decision.policy.fall_back:
        return order[:1] if decision.admissible[:1] == order[:1] else ()
    return order
