"""OpenAI's moderations, answered by the detection engine: which levels a text reaches, and what was found in it.

The categories are the policy's levels and Sepal's types. OpenAI's own (harassment, violence, …) are not judged here, so
they are not in the answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from gateway.openai import wire
from gateway.policy.decide import AUTO
from gateway.team.gate import Guest
from gateway.verdict import Call, Decider, Verdict


async def moderated(
    request: wire.ModerationRequest, decider: Decider, request_id: str, headers: Mapping[str, str], guest: Guest
) -> dict[str, Any]:
    """What the policy says of each input; a list of parts is one input."""
    texts = request.input if isinstance(request.input, list) else [request.input]
    parts = [text for text in texts if not isinstance(text, str)]
    contents: list[wire.Content] = [parts] if parts else [text for text in texts if isinstance(text, str)]
    results = []
    for content in contents:
        message = wire.Message(role="user", content=content)
        asked = wire.ChatRequest(model=AUTO, messages=[message])
        call = Call("chat.completions", asked, request_id, headers, guest)
        results.append(_result(await decider.decide(call)))
    return {
        "id": f"modr-{secrets.token_hex(12)}",
        "model": f"sepal-{decider.inspector.detector.version}",
        "results": results,
    }


def _result(verdict: Verdict) -> dict[str, Any]:
    decision = verdict.decision
    policy = decision.policy
    scores: dict[str, float] = {}
    levels = list(policy.levels)
    for _, finding in verdict.inspection.findings:
        rule = policy.entity(finding.entity)
        if finding.score >= rule.min_score:
            reached = [level.name for level in levels[1:] if level <= rule.level]
            for name in (finding.entity, *reached):
                scores[name] = max(scores.get(name, 0.0), round(finding.score, 4))
    # What a rule, a hint or a failure raises is certain.
    scores |= {level.name: scores.get(level.name, 1.0) for level in levels[1:] if level <= decision.label}
    categories = {level.name: level <= decision.label for level in levels[1:]}
    categories |= {name: True for name in sorted(scores) if name not in categories}
    kinds = ["image" if verdict.prompt.unreadable else "text"]
    return {
        "flagged": decision.label > policy.levels.lowest,
        "categories": categories,
        "category_scores": {name: scores.get(name, 0.0) for name in categories},
        "category_applied_input_types": dict.fromkeys(categories, kinds),
        "sepal_label": decision.label.name,
    }
