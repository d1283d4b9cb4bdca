"""Declassifying one request: rewrite, inspect again, decide again. The one way in which a label goes down.

Whatever goes wrong, the prompt stays at its own label, and says why.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from gateway.declassify.afterwards import beyond, left_over
from gateway.declassify.assign import Method
from gateway.declassify.days import read_day
from gateway.declassify.replaced import Replaced
from gateway.declassify.rewrite import Rewriting, conversation_key, rewrite
from gateway.declassify.spans import CannotRewrite
from gateway.detection.findings import Finding
from gateway.detection.inspect import Inspection
from gateway.openai import wire
from gateway.policy.decide import Decision, rewritten
from gateway.policy.facts import Facts
from gateway.policy.groups import NO_SPAN
from gateway.policy.policy import Declassification
from gateway.prompt import Prompt

logger = logging.getLogger(__name__)
_TRIES = 4
"""How often stand-ins are drawn: beside some of them a detector sees more than beside others."""
_STILL_ABOVE = "the rewritten prompt, inspected again, is still above the target level"
_LONG = 1_000
_DAY = re.compile(r"\d{4}|\d[-/.]\d|[〇零一二三四五六七八九]{4}|\d\s*月\s*\d")
FactsOf = Callable[[list[tuple[str, Finding]]], Facts]
Look = Callable[[wire.Request], Awaitable[tuple[Prompt, Inspection, FactsOf]]]

# Lives and dies with the gateway: the same value gets another stand-in after a restart.
_SECRET = secrets.token_bytes(32)


def conversation_secret() -> bytes:
    """What stand-ins are drawn with, for the gateway's other processes."""
    return _SECRET


def use_conversation_secret(secret: bytes) -> None:
    """Draw stand-ins as the process does that has this `secret`, so that a conversation keeps its own."""
    global _SECRET
    _SECRET = secret


@dataclass(frozen=True, slots=True)
class Declassified:
    """A rewritten request that may go where the original may not.

    Attributes:
        prompt: what was inspected of it.
        decision: on it; its label is at least what the rule says.
        by: what was carried out.
        counts: entity type → how many places were replaced.
        rest: what is still found in it.
    """

    request: wire.Request = field(repr=False)
    prompt: Prompt = field(repr=False)
    decision: Decision
    by: tuple[Declassification, ...]
    replaced: tuple[Replaced, ...] = field(repr=False)
    counts: Mapping[str, int]
    rest: tuple[tuple[str, Finding], ...]

    @property
    def methods(self) -> tuple[str, ...]:
        """How values were replaced, each method once."""
        return tuple(dict.fromkeys(item.method for item in self.by))


async def declassified(
    decision: Decision, request: wire.Request, body: Mapping[str, Any], inspection: Inspection, look: Look
) -> tuple[Declassified | None, str | None]:
    """Rewrite `request` as the rules that fired ask for.

    Args:
        decision: on the request as it is.
        body: what was inspected of it.
        look: inspects the rewritten request.

    Returns:
        The rewritten request, or None and why the prompt stays at its label.
    """
    if not _worth_it(decision):
        return None, "no destination is cleared for the target level and not for the prompt as it is"
    kept: str | None = None
    attempts: dict[str, int] = {}
    try:
        for _ in range(_TRIES):
            work = partial(
                rewrite,
                body,
                inspection.prompt,
                _counted(decision, inspection),
                _methods(decision),
                conversation_key(_SECRET, body),
                attempts=attempts,
            )
            rewriting = await asyncio.to_thread(work) if _is_long(inspection.prompt) else work()
            if rewriting is None:
                return None, "nothing that was found can be replaced"
            outcome = await _inspected(decision, request, rewriting, look)
            if isinstance(outcome, Declassified):
                return outcome, None
            kept = outcome.why
            if outcome.seen is None or not _by_chance(decision):
                break
            attempts = rewriting.again(outcome.seen)
        return None, kept
    except CannotRewrite as problem:
        return None, str(problem)
    except Exception as fault:
        # Whatever it is: what can't be rewritten for certain stays. The type only, its text may quote.
        logger.error("rewriting failed with %s (bug), the prompt stays at its label", type(fault).__name__)
        return None, f"{type(fault).__name__} while rewriting (bug)"


@dataclass(frozen=True, slots=True)
class _Kept:
    """Why a prompt stays; what was `seen` of the rewritten one, and where, if other stand-ins may fare better."""

    why: str
    seen: tuple[tuple[str, int, int], ...] | None = None


async def _inspected(
    decision: Decision, request: wire.Request, rewriting: Rewriting, look: Look
) -> Declassified | _Kept:
    changed = type(request).model_validate(rewriting.body)
    prompt, inspection, facts_of = await look(changed)
    work = partial(left_over, prompt, rewriting.replaced, rewriting.spans)
    if await asyncio.to_thread(work) if _is_long(prompt) else work():
        return _Kept("the rest of the text would still tell a value that was replaced")
    rest = beyond(inspection.findings, rewriting.spans, prompt)
    by = tuple(item for item in decision.declassify if _took_part(item, decision, rewriting))
    anew = rewritten(decision, facts_of(rest), by)
    if anew is None:
        target = decision.policy.levels.join(item.to for item in by)
        above = ((path, item) for path, item in rest if decision.policy.entity(item.entity).level > target)
        return _Kept(_STILL_ABOVE, tuple((path, item.start, item.end) for path, item in above))
    return Declassified(changed, prompt, anew, by, rewriting.replaced, rewriting.counts, tuple(rest))


def _worth_it(decision: Decision) -> bool:
    if decision.label == decision.policy.levels.highest and any(
        reason.rule in ("detection", "unreadable") for reason in decision.reasons
    ):
        return False
    found = [item for item in decision.declassify if any(_names(item, decision, name) for name in decision.counts)]
    target = decision.policy.levels.join(item.to for item in found)
    return bool(found) and any(
        name not in decision.admissible and target <= decision.policy.destinations[name].clearance
        for name in decision.order
    )


def _is_long(prompt: Prompt) -> bool:
    """Whether rewriting takes so long that others would wait."""
    return sum(len(segment.text) for segment in prompt.segments) > _LONG


def _by_chance(decision: Decision) -> bool:
    """Whether other stand-ins may fare better."""
    return any(item.method == "pseudonym" for item in decision.declassify)


def _counted(decision: Decision, inspection: Inspection) -> list[tuple[str, Finding]]:
    """The findings that count. A date that names a day is one of birth where dates of birth are replaced: it may be
    the same day, written otherwise, and would tell by how much all of them are moved."""
    policy, texts = decision.policy, {segment.path: segment.text for segment in inspection.prompt.segments}
    births = "DATE_OF_BIRTH" in decision.counts and _methods(decision)("DATE_OF_BIRTH") is not None
    found = []
    for path, finding in inspection.findings:
        text = texts[path][finding.start : finding.end]
        if births and finding.entity == "DATE_TIME" and (_DAY.search(text) or read_day(text) is not None):
            found.append((path, replace(finding, entity="DATE_OF_BIRTH")))
        elif finding.score >= policy.entity(finding.entity).min_score:
            found.append((path, finding))
    return found


def _methods(decision: Decision) -> Callable[[str], Method | None]:
    def method_of(entity: str) -> Method | None:
        return next((item.method for item in decision.declassify if _names(item, decision, entity)), None)

    return method_of


def _names(item: Declassification, decision: Decision, entity: str) -> bool:
    if entity in NO_SPAN:
        return False  # What is told spans the text that tells it: there is no value to replace.
    if item.entities is not None:
        return entity in item.entities
    return decision.policy.entity(entity).level > item.to


def _took_part(item: Declassification, decision: Decision, rewriting: Rewriting) -> bool:
    return any(_names(item, decision, entity) for entity in rewriting.counts)
