"""What a condition can see at all, where its `where` stands inside another: some places exclude one another."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.document import Location
from gateway.policy.conditions import When
from gateway.policy.flow import Flaw

_ROLES = "system user assistant tool"
_TURNS = "last_turn earlier_turns"
_OF_MESSAGES = [frozenset({role, turn}) for role in (*_ROLES.split(), "another role") for turn in _TURNS.split()]
_EVERYWHERE = (*_OF_MESSAGES, frozenset({"tools"}), frozenset({"parameters"}))
"""Where one text can stand: a message has a role and belongs to a turn."""


def blind(index: int, rule: str, when: When | None) -> Iterator[Flaw]:
    """The conditions of a rule that can see nothing, and the places that add nothing to what they see."""
    if when is not None:
        yield from _blind(when, ("rules", index, "when"), rule, _EVERYWHERE, ())


def _blind(
    when: When, location: Location, rule: str, around: tuple[frozenset[str], ...], outer: tuple[str, ...]
) -> Iterator[Flaw]:
    seen = tuple(place for place in around if not when.where or not place.isdisjoint(when.where))
    where = (*location, "where")
    said = " or ".join(outer)
    if not seen:
        here = " or ".join(when.where)
        message = f"rule `{rule}` sees nothing here: what stands in {here} never stands in {said}, too"
        yield Flaw(where, f"{message}; leave one `where` out, or put the conditions side by side in `all`", key=True)
        return
    for position, name in enumerate(when.where):
        if not any(name in place for place in seen):
            message = f"`{name}` adds nothing here: outside, rule `{rule}` sees only {said}"
            yield Flaw((*where, position), f"{message}; remove it here, or add it there", doubt=True)
    for below, item in when.inside():
        yield from _blind(item, (*location, *below), rule, seen, tuple(when.where) or outer)
