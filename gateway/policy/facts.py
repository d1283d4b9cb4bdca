"""What the policy may look at of a request. Plain data; whoever decides gathers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gateway.attachments.reading import Kind
from gateway.detection.findings import Finding
from gateway.prompt import Unreadable

Endpoint = Literal["chat.completions", "completions", "embeddings", "responses", "messages"]
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
        places: for each finding where it stands (`conditions.PLACES`); empty: unknown.
        texts: every text with where it stands; empty unless the policy asks.
        key, key_groups: the name of the caller's API key, and its groups.
        headers: those that the policy asks for.
        hint: the level that the caller asks for at least; `floor`: that of the API key.
        sticky: that of an earlier turn of the conversation, which the gateway has kept.
        tokens: how many all texts have; None unless the policy asks.
        messages: how many a chat request has.
        attached: the kinds of attachments whose texts were all read, and are among what was inspected.
        inspected: `Prompt.digest` of what detection looked at; without one nothing can be cleared.
    """

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...] = ()
    detection_failed: str | None = None
    endpoint: Endpoint = "chat.completions"
    model: str = AUTO
    asked: tuple[str, ...] = ()
    places: tuple[frozenset[str], ...] = ()
    texts: tuple[tuple[str, frozenset[str]], ...] = field(default=(), repr=False)
    key: str | None = None
    key_groups: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    hint: str | None = None
    floor: str | None = None
    sticky: str | None = None
    tokens: int | None = None
    messages: int = 0
    attached: tuple[Kind, ...] = ()
    inspected: bytes | None = field(default=None, repr=False)
