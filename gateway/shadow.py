"""A policy that is tried beside the one in force: it decides every request, and nothing is done about it.

Decides from the inspection that was made for the policy in force, so a request costs no more than the decision
itself; where that policy stops at the highest level, the shadow sees no more than was looked for. A shadow with other
recognizers has an inspection of its own, which costs as much again. Nothing is rewritten: of declassification it says
only whether a rule would ask for it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from gateway.detection.inspect import Inspection, Inspector
from gateway.model_names import ModelNames
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.policy.decide import Decision, decide
from gateway.policy.facts import Facts
from gateway.policy.policy import Needs, Policy
from gateway.verdict import Call, Decider, Verdict, off_loop

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the shadow said: `record` for the audit, and whether the prompt would fare the same."""

    record: dict[str, Any]
    agrees: bool


class Shadow(Decider):
    """Decides beside another decider and never acts.

    Args:
        own: whether `inspector` is not that of the policy in force.
    """

    def __init__(self, policy: Policy, inspector: Inspector, names: ModelNames, *, own: bool = False) -> None:
        super().__init__(policy, inspector, names)
        self.own = own

    async def beside(self, call: Call, verdict: Verdict) -> Beside:
        """What this policy says of a request that was inspected and decided by the one in force. Never raises."""
        try:
            inspection = await self.inspector.inspect(verdict.prompt) if self.own else verdict.inspection
            return await off_loop(lambda: self._judged(call, verdict, inspection), verdict.prompt)
        except ApiError as error:
            # A model or a level that the shadow does not have: it would refuse the request.
            return Beside({"policy": named(self.policy), "refused": error.code}, agrees=False)
        except Exception as error:
            # The type only: an exception's text may quote what it failed on.
            logger.error("the shadow policy failed on %s with %s (bug)", call.decision_id, type(error).__name__)
            return Beside({"policy": named(self.policy), "failed": type(error).__name__}, agrees=False)

    def _judged(self, call: Call, verdict: Verdict, inspection: Inspection) -> Beside:
        facts = self._facts_for(call, verdict, inspection)
        decision = decide(self.policy, facts)
        own = self._verdict(call, facts, inspection, decision, None, None)
        record = {
            "policy": named(self.policy),
            "label": decision.label.name,
            "rule": decision.rule,
            "destinations": list(own.attempts),
            "denied": decision.denied is not None,
            "declassify": bool(decision.declassify),
            **({"detector": self.inspector.detector.version} if self.own else {}),
        }
        return Beside(record, _fate(decision) == _fate(verdict.decision))

    def _facts_for(self, call: Call, verdict: Verdict, inspection: Inspection) -> Facts:
        """What was gathered for the policy in force, and what only this one asks for."""
        asked, hint = self.resolve(call.request.model), self._hint(call)
        theirs = verdict.decision.policy
        same = inspection is verdict.inspection and theirs.callers == self.policy.callers
        same = same and theirs.levels.names == self.policy.levels.names
        if same and _covers(theirs.needs, self.policy.needs):
            return replace(verdict.facts, asked=asked, hint=hint)
        body = wire.inspected_body(call.request)
        return self._facts(call, body, inspection, inspection.findings, asked, hint)


def _covers(have: Needs, needs: Needs) -> bool:
    return have.texts >= needs.texts and have.tokens >= needs.tokens and have.headers >= needs.headers


def _fate(decision: Decision) -> tuple[object, ...]:
    """What becomes of the prompt: two policies agree where this is the same."""
    return decision.label.name, decision.denied is not None, decision.admissible, bool(decision.declassify)


def named(policy: Policy) -> dict[str, str]:
    """How records and reports name a policy."""
    return {"name": policy.name, "sha256": policy.sha256}
