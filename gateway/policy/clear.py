"""Clearing: the only way to a `Cleared` prompt, which is all that a backend accepts.

The second of three enforcements of "no write-down": the bytes are read again as the destination
will see them, and every text in them must have been inspected.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, NoReturn, SupportsIndex

import orjson

from gateway.attachments.reading import Reading
from gateway.policy.decide import Decision
from gateway.policy.levels import Level
from gateway.prompt import Prompt, read_prompt


class NotCleared(Exception):
    """The policy does not let these bytes go there. The message holds no content."""


# Lives and dies with the process, so that a seal can't be made elsewhere or earlier.
_SEAL_KEY = secrets.token_bytes(32)


def _seal(destination: str, decision_id: str, label: Level, path: str, body: bytes) -> bytes:
    """A MAC (keyed BLAKE2b, RFC 7693) over every field, so that a seal fits one prompt only."""
    mac = hashlib.blake2b(key=_SEAL_KEY, digest_size=32)
    for part in (destination.encode(), decision_id.encode(), repr(label).encode(), path.encode(), body):
        mac.update(len(part).to_bytes(8, "big") + part)
    return mac.digest()


@dataclass(frozen=True, slots=True)
class Cleared:
    """The exact bytes of one request that one destination may see. Made by `clear` alone."""

    destination: str
    decision_id: str
    label: Level
    path: str
    body: bytes = field(repr=False)
    _sealed: bytes = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        self.verify()

    def verify(self) -> None:
        """Prove that nothing was changed since `clear` made this.

        Raises:
            TypeError: it was not made by `clear`, or not like this.
        """
        expected = _seal(self.destination, self.decision_id, self.label, self.path, self.body)
        if not isinstance(self._sealed, bytes) or not hmac.compare_digest(self._sealed, expected):
            raise TypeError("only gateway.policy.clear.clear makes a Cleared prompt")

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a Cleared prompt can't be copied or pickled")


def clear(
    decision: Decision,
    destination: str,
    inspected: Prompt,
    *,
    decision_id: str,
    path: str,
    body: Mapping[str, Any],
) -> Cleared:
    """Clear `body` for `destination`: `clear_each` of a request that is sent in one piece."""
    (cleared,) = clear_each(decision, destination, inspected, decision_id=decision_id, path=path, bodies=[body])
    return cleared


def clear_each(
    decision: Decision,
    destination: str,
    inspected: Prompt,
    *,
    decision_id: str,
    path: str,
    bodies: Iterable[Mapping[str, Any]],
) -> list[Cleared]:
    """Clear each of `bodies`, the parts in which one request is sent, for `destination`.

    Args:
        decision: what the policy decided for `inspected`.
        destination: one of the decision's admissible destinations.
        inspected: the prompt that was inspected for this decision.
        decision_id: the audit record's id.
        path: the endpoint below the destination's base URL, e.g. ``/chat/completions``.
        bodies: the request as the destination will get it.

    Raises:
        NotCleared: the decision is another prompt's, the destination is not admissible, its clearance is
            below the label, or the bytes hold a text that was not inspected. Nothing is cleared then.
    """
    if decision.inspected is None or not hmac.compare_digest(decision.inspected, inspected.digest()):
        raise NotCleared("the decision was made for another prompt")
    target = decision.policy.destinations.get(destination)
    if decision.denied is not None or target is None or destination not in decision.admissible:
        raise NotCleared(f"{destination} is not admissible for this decision")
    if not decision.label <= target.clearance:
        raise NotCleared(f"{destination} is cleared for {target.clearance}, the label is {decision.label}")
    seen = {segment.text for segment in inspected.segments}
    unreadable = {(item.path, item.reason) for item in inspected.unreadable}
    cleared = []
    for body in bodies:
        raw = orjson.dumps(body)
        _require_inspected(raw, seen, unreadable, inspected.readings)
        sealed = _seal(destination, decision_id, decision.label, path, raw)
        cleared.append(Cleared(destination, decision_id, decision.label, path, raw, sealed))
    return cleared


def _require_inspected(
    raw: bytes, seen: Set[str], unreadable: Set[tuple[str, str]], readings: Mapping[bytes, Reading]
) -> None:
    outgoing = read_prompt(orjson.loads(raw), readings)
    if any(segment.text not in seen for segment in outgoing.segments):
        raise NotCleared("the request to send holds a text that was not inspected")
    if any((item.path, item.reason) not in unreadable for item in outgoing.unreadable):
        raise NotCleared("the request to send holds content that was not inspected")
