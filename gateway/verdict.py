"""The first half of the journey: read, detect, decide. Runs and records nothing.

Shared by the pipeline, `sepal explain` and the decide endpoint, so that all three say the same.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from gateway.attachments.reader import Reader
from gateway.attachments.request import Attached, read_attachments
from gateway.backends import abilities
from gateway.detection.findings import Finding
from gateway.detection.inspect import Inspection, Inspector
from gateway.model_names import ModelNames
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.places import places_in
from gateway.policy.decide import Decision, Endpoint, Facts, decide
from gateway.policy.policy import Policy
from gateway.prompt import Prompt, read_prompt
from gateway.team.gate import Guest, secret_in

if TYPE_CHECKING:
    from gateway.declassified import Declassified

HINT = "x-sepal-level"
"""The header in which a caller asks for a level at least; `metadata.sepal_level` is the same in the body."""


@dataclass(slots=True)
class Call:
    """One request on its way. `decision_id` names it in headers, tickets and the audit.

    Attributes:
        headers: the caller's, names in lower case.
        sticky: the level of earlier turns that the gateway has kept.
        attached: what was read of the request's attachments. Files that were read are texts in `request` from then on.
        settle: is told at the end what the engine counted.
    """

    endpoint: Endpoint
    request: wire.Request = field(repr=False)
    request_id: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    guest: Guest = field(default_factory=Guest)
    sticky: str | None = None
    decision_id: str = field(default_factory=lambda: f"dec_{secrets.token_hex(12)}")
    started: float = field(default_factory=time.perf_counter)
    settle: Callable[[Mapping[str, Any] | None], None] = field(default=lambda usage: None, repr=False)
    attached: Attached = field(default_factory=Attached)

    def elapsed_ms(self) -> float:
        """Milliseconds since the request had arrived."""
        return (time.perf_counter() - self.started) * 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """An inspected and decided request; `attempts` are the destinations to try, in order.

    Attributes:
        barred: destinations that the caller's key may not use.
        declassified: the rewritten request, when some destination may see that and not the prompt as it is.
        kept: why nothing was rewritten although a rule asks for it, or None.
    """

    prompt: Prompt
    inspection: Inspection
    facts: Facts
    decision: Decision
    attempts: tuple[str, ...]
    unable: dict[str, list[str]]
    barred: tuple[str, ...] = ()
    declassified: Declassified | None = None
    kept: str | None = None

    def headers(self, call: Call) -> dict[str, str]:
        """What every answer to this request says of the decision."""
        return {"x-sepal-decision": call.decision_id, "x-sepal-label": self.decision.label.name}

    def sees_rewritten(self, destination: str) -> bool:
        """Whether `destination` gets the rewritten request."""
        return self.declassified is not None and destination not in self.decision.admissible


class Decider:
    """Decides requests by one policy.

    Args:
        names: of the models.
        reader: reads attachments; None: they count as what can't be inspected.
    """

    def __init__(
        self,
        policy: Policy,
        inspector: Inspector,
        names: ModelNames,
        reader: Reader | None = None,
    ) -> None:
        self.reader = reader
        self.policy = policy
        self.inspector = inspector
        self.names = names

    async def decide(self, call: Call) -> Verdict:
        """Read, detect and decide, without running or recording anything.

        Raises:
            ApiError: 404 for a model that no destination has, 400 for a level that the policy does not have.
        """
        asked = self.resolve(call.request.model)
        hint = self._hint(call)
        if self.reader is not None:
            wanted = frozenset(kind for kind, level in self.policy.attachments.items() if level is not None)
            call.request, call.attached = await read_attachments(call.request, self.reader, wanted)
        body = wire.inspected_body(call.request)
        prompt = read_prompt(body, call.attached.readings)
        inspection = await self.inspector.inspect(prompt)
        facts = self._facts(call, body, inspection, inspection.findings, asked, hint)
        decision = await off_loop(lambda: decide(self.policy, facts), prompt)
        kept, rewriting = None, None
        if decision.declassify and isinstance(call.request, wire.EmbeddingRequest):
            kept = "the embedding of a rewritten text would be another text's"
        elif decision.declassify and not decision.denied:
            from gateway.declassified import declassified  # takes a fifth of a second, which most commands need not

            async def look(request: wire.Request) -> tuple[Prompt, Inspection, Any]:
                rewritten_body = wire.inspected_body(request)
                rewritten = await self.inspector.inspect(read_prompt(rewritten_body, call.attached.readings))

                def facts_of(findings: list[tuple[str, Finding]]) -> Facts:
                    return self._facts(call, rewritten_body, rewritten, findings, asked, hint)

                return rewritten.prompt, rewritten, facts_of

            rewriting, kept = await declassified(decision, call.request, body, inspection, look)
        return self._verdict(call, facts, inspection, decision, rewriting, kept)

    def _verdict(
        self,
        call: Call,
        facts: Facts,
        inspection: Inspection,
        decision: Decision,
        rewriting: Declassified | None,
        kept: str | None,
    ) -> Verdict:
        allowed = {*decision.admissible, *(rewriting.decision.admissible if rewriting is not None else ())}
        cleared = [name for name in decision.order if name in allowed]
        order = [name for name in cleared if call.guest.may_use(*self.names.of(name))]
        barred = tuple(name for name in cleared if name not in order)
        if barred and facts.asked and not set(facts.asked) & set(order):
            order = []  # Another model than the one that was asked for would be no answer.
        unable = {
            name: lacking
            for name in order
            if (lacking := abilities.lacking(self.policy.destinations[name].spec, call.request))
        }
        attempts = tuple(name for name in order if name not in unable)
        if facts.asked and order[:1] and order[0] in facts.asked and order[0] in unable:
            attempts = ()
        if not self.policy.fall_back:
            attempts = attempts[:1]
        return Verdict(inspection.prompt, inspection, facts, decision, attempts, unable, barred, rewriting, kept)

    def _facts(
        self,
        call: Call,
        body: Mapping[str, Any],
        inspection: Inspection,
        findings: Any,
        asked: tuple[str, ...],
        hint: str | None,
    ) -> Facts:
        needs, prompt = self.policy.needs, inspection.prompt
        caller = self.policy.caller(secret_in(call.headers)) if self.policy.callers else None
        if call.guest.caller is not None:
            caller = self.policy.joined(call.guest.caller)
        place = places_in(body)
        texts = tuple((segment.text, place(segment.path)) for segment in prompt.segments) if needs.texts else ()
        return Facts(
            findings=tuple(finding for _, finding in findings),
            unreadable=prompt.unreadable,
            attached=call.attached.kinds,
            detection_failed=inspection.failed,
            endpoint=call.endpoint,
            model=self.names.known_as(call.request.model, self.policy.prefer),
            asked=asked,
            places=tuple(place(path) for path, _ in findings),
            texts=texts,
            key=caller.name if caller is not None else None,
            key_groups=caller.groups if caller is not None else frozenset(),
            headers={name: call.headers[name] for name in needs.headers if name in call.headers},
            hint=hint,
            floor=caller.floor if caller is not None else None,
            sticky=call.sticky,
            tokens=tokens_of(prompt) if needs.tokens else None,
            messages=len(body.get("messages") or ()),
            inspected=prompt.digest(),
        )

    def _hint(self, call: Call) -> str | None:
        """The higher of the levels that the caller asks for.

        Raises:
            ApiError: 400, the policy has no such level.
        """
        metadata = call.request.metadata or {}
        hints = [(HINT, call.headers.get(HINT)), ("metadata.sepal_level", metadata.get("sepal_level"))]
        levels = self.policy.levels
        for name, hint in hints:
            if hint is not None and hint not in levels.names:
                raise ApiError(
                    400,
                    f"The level in {name} is none of the policy's. Use one of: {', '.join(levels.names)}.",
                    code="unknown_level",
                    param=name if name != HINT else None,
                )
        given = [levels[str(hint)] for _, hint in hints if hint is not None]
        return max(given).name if given else None

    def resolve(self, model: str) -> tuple[str, ...]:
        """The destinations that a request's `model` names; none for ``auto``.

        Raises:
            ApiError: 404 when no destination has that name or model, and no alias stands for it.
        """
        return self.names.resolve(model, self.policy.prefer)


_LONG = 20_000
"""Characters above which looking at texts takes milliseconds, during which nobody else would be answered."""
T = TypeVar("T")


async def off_loop(work: Callable[[], T], prompt: Prompt) -> T:
    """Do `work` at once for a short prompt, in a thread for a long one."""
    if sum(len(segment.text) for segment in prompt.segments) < _LONG:
        return work()
    return await asyncio.to_thread(work)


def tokens_of(prompt: Prompt) -> int:
    """About how many tokens `prompt` has, whatever model reads it."""
    from gateway.detection.tokens import count_tokens

    return count_tokens(segment.text for segment in prompt.segments)


def refusal(verdict: Verdict) -> ApiError | None:
    """The error for a request that has nowhere to go, whatever is up or down."""
    decision = verdict.decision
    if decision.denied is not None:
        return ApiError(403, decision.denied, code="policy_denied")
    if not decision.admissible and verdict.declassified is None:
        return ApiError(
            403,
            f"The policy labels this prompt '{decision.label}' and no destination is cleared for that: "
            f"{decision.why}. Ask for `auto`, or add a destination with clearance {decision.label} to the policy.",
            code="no_cleared_destination",
        )
    if not verdict.attempts and not verdict.unable:
        return ApiError(
            403,
            "Your API key may use none of the destinations that this prompt may go to: "
            f"{', '.join(verdict.barred)}. Ask whoever runs the gateway for a key that may (`sepal keys`).",
            code="model_not_allowed",
        )
    if not verdict.attempts:
        where, lacking = min(verdict.unable.items(), key=lambda item: len(item[1]))
        if lacking[0] == "embeddings":
            return ApiError(
                400,
                f"'{where}' has no model that computes embeddings, and no other destination that this text may go to "
                "has one. Use the local embedded model, or write `embedding_model` at a destination of the policy.",
                code="unsupported_endpoint",
                param="model",
            )
        if lacking[0] == "input":
            return ApiError(
                400,
                f"'input' holds token ids, which are another model's than that of '{where}'. Send texts (LangChain: "
                "OpenAIEmbeddings(check_embedding_ctx_length=False)).",
                code="unsupported_parameter",
                param="input",
            )
        if lacking[0] == "content":
            first = next(iter(verdict.prompt.unreadable), None)
            return ApiError(
                400,
                f"The request holds an image, audio or a file, which only '{where}' may see, and its model takes text "
                "alone. Send text, or configure a destination with a model that takes such content.",
                code="unsupported_content",
                param=first.path if first is not None else "messages",
            )
        return ApiError(
            400,
            f"The destination '{where}' can't do what '{lacking[0]}' asks for. Leave '{lacking[0]}' out, or use a "
            "model whose destination can (`auto` picks one if the policy allows).",
            code="unsupported_parameter",
            param=lacking[0],
        )
    return None
