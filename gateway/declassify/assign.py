"""Which stand-in each value of a request gets: all different, none of them in the request already.

The same key and the same values in the same order give the same stand-ins, so that a conversation's later requests
repeat those of the earlier ones. Knows nothing of where values stand, and nothing of answers.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from gateway.declassify.persons import Named, Persons
from gateway.declassify.replaced import Replaced
from gateway.declassify.surrogates import cases, numbers, operators, respelled, shapes
from gateway.declassify.surrogates.conversation import LEAST_DAYS, WEEK, Conversation, conversation
from gateway.declassify.surrogates.draw import DATES, PEOPLE, draw
from gateway.declassify.surrogates.drawn import Drawn
from gateway.declassify.surrogates.taken import Taken, fold

Method = Literal["pseudonym", "placeholder", "mask", "hash", "remove"]

_TRIES = 60
"""Draws of a kind before anything of the same shape will do; with names that is one in thousands of requests."""
_APART = 1_000
"""How far apart the draws, and the numbers of placeholders, of two attempts are."""
_STEP, _STEPS = 100, 100
"""To the next placeholder's number that is tried, and how many are: another value's number would move all others."""
_OFFSETS = 24
"""Offsets of dates that are tried."""
_DATES = 200
"""Dates that are looked at for it."""
_FAR_DAYS = 3_000
_ANY_CASE = PEOPLE | {"LOCATION", "ORGANIZATION", "STREET_ADDRESS"}
"""Types that mean the same in capitals. Of any other (a key, a mailbox) the case may be all that tells two apart."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value to be replaced.

    Attributes:
        entity: the type, e.g. ``PERSON``.
        text: the exact span.
        context: up to 40 characters around it: titles and pronouns tell a person's gender.
        turn: in which of the conversation's turns.
    """

    entity: str
    text: str = field(repr=False)
    context: str = field(default="", repr=False)
    turn: int = 0


class CannotReplace(Exception):
    """A value has no stand-in that would be told from the rest of the request. Names the type only."""

    def __init__(self, entity: str) -> None:
        super().__init__(f"no stand-in for a {entity} could be found that is not in the text already")
        self.entity = entity


def assign(
    values: Sequence[tuple[Value, Method]],
    *,
    texts: Sequence[str],
    key: bytes,
    attempts: Mapping[str, int] | None = None,
) -> tuple[Replaced, ...]:
    """One stand-in for each distinct text among `values`.

    Args:
        values: in the order in which they stand in the conversation; of two with the same text the first counts.
        texts: what each turn of the conversation says, originals included.
        key: the conversation's secret, 32 bytes.
        attempts: value → how often its stand-in would not do, so that another one is drawn.

    Returns:
        In the order of `values`. Those of ``mask`` and ``remove`` are not reversible.

    Raises:
        CannotReplace: a value has none.
    """
    distinct: dict[str, tuple[Value, Method]] = {}
    for value, method in values:
        if value.text:
            distinct.setdefault(value.text, (value, method))
    return _Assignment(list(distinct.values()), texts, key, attempts or {}).replaced()


class _Assignment:
    """The work of `assign`: values that are done, and what is taken by them."""

    def __init__(
        self, values: list[tuple[Value, Method]], texts: Sequence[str], key: bytes, attempts: Mapping[str, int]
    ) -> None:
        self._values = values
        self._key = key
        self._attempts = attempts
        self._taken = Taken(texts, (value.text for value, _ in values))
        self._conversation = self._offset()
        self._done: dict[int, Replaced] = {}
        self._bases: dict[str, int] = {}
        self._same: dict[int, int] = {}
        self._numbers: dict[str, dict[int, int]] = {}
        self._called: dict[int, int] = {}
        self._drawn, self._numbered = self._persons("pseudonym"), self._persons("placeholder")
        self._taken.also(self._drawn.words())

    def replaced(self) -> tuple[Replaced, ...]:
        for index, (value, method) in enumerate(self._values):
            if index not in self._done:
                self._done[index] = self._one(index, value, method)
        return tuple(self._done[index] for index in range(len(self._values)))

    def _persons(self, replaced_by: Method) -> Persons:
        named = {
            index: Named(value.text, value.context, value.turn, self._attempt(value))
            for index, (value, method) in enumerate(self._values)
            if method == replaced_by and value.entity in PEOPLE
        }
        return Persons(named, self._taken, lambda index, number: self._chance(self._values[index][0], number))

    def _attempt(self, value: Value) -> int:
        return self._attempts.get(value.text, 0)

    def _one(self, index: int, value: Value, method: Method) -> Replaced:
        match method:
            case "remove":
                return Replaced(value.entity, value.text, operators.removed(value.text), reversible=False)
            case "mask":
                return Replaced(value.entity, value.text, operators.masked(value.entity, value.text), reversible=False)
            case "placeholder":
                return self._plain(index, value, self._placeholder(index, value))
            case "hash":
                return self._plain(index, value, self._hash(index, value))
            case "pseudonym":
                return self._person(index, value) or self._variant(index, value) or self._pseudonym(index, value)

    def _person(self, index: int, value: Value) -> Replaced | None:
        """A name's stand-in, and those of what else its person is called in the same turn."""
        if value.entity not in PEOPLE or not (self._drawn.is_mention(index) or self._as_before(index, value) is None):
            return None
        for place, drawn in self._drawn.meet(index).items():
            named = self._values[place][0]
            self._done[place] = Replaced(named.entity, named.text, drawn.surrogate, drawn.parts)
        return self._done.get(index)

    def _plain(self, group: int, value: Value, surrogate: str) -> Replaced:
        self._taken.add(surrogate, (), group)
        return Replaced(value.entity, value.text, surrogate)

    def _placeholder(self, index: int, value: Value) -> str:
        """The first value of a type is 1, and what else a person is called ``1_2``."""
        group = self._numbered.group(index) if value.entity in PEOPLE else index
        numbers = self._numbers.setdefault(value.entity, {})
        number = numbers.setdefault(group, len(numbers) + 1)
        self._called[group] = called = self._called.get(group, 0) + 1
        for more in range(self._attempt(value) * _APART, self._attempt(value) * _APART + _STEPS * _STEP, _STEP):
            surrogate = operators.placeholder(value.entity, number + more, called)
            if self._taken.fits(surrogate, index):
                return surrogate
        raise CannotReplace(value.entity)

    def _hash(self, group: int, value: Value) -> str:
        for number in range(_TRIES):
            salt = hmac.digest(self._key, f"hash {number + _APART * self._attempt(value)}".encode(), hashlib.sha256)
            surrogate = operators.hashed(value.entity, value.text, salt)
            if self._taken.fits(surrogate, group):
                return surrogate
        raise CannotReplace(value.entity)

    def _as_before(self, index: int, value: Value) -> str | None:
        """The stand-in of the same value in another case or with other signs between, as the value comes now."""
        if value.entity in numbers.ENTITIES:
            return self._same_number(index, value)
        if value.entity not in _ANY_CASE:
            return None
        base = self._bases.setdefault(_key(value), index)
        form = cases.variant(self._values[base][0].text, value.text) if base in self._done else None
        if form is None:
            return None
        surrogate = form(self._done[base].surrogate)
        same = fold(surrogate) == fold(self._done[base].surrogate) and self._taken.fits(surrogate, base)
        return surrogate if same else None

    def _same_number(self, index: int, value: Value) -> str | None:
        bare, ending = respelled.bare(value.text), respelled.ending(value.entity, value.text)
        base = self._bases.setdefault(f"{value.entity} {bare}", index)
        if ending:
            base = min(base, self._bases.setdefault(f"{value.entity} …{ending}", index))
        if base not in self._done:
            return None
        before = self._done[base]
        surrogate = respelled.respelled(before.original, before.surrogate, value.text)
        if surrogate is None or not self._taken.fits(surrogate, base):
            return None
        self._same[index] = base
        return surrogate

    def _variant(self, index: int, value: Value) -> Replaced | None:
        surrogate = self._as_before(index, value)
        if surrogate is None:
            return None
        return self._plain(self._same.get(index, self._bases.get(_key(value), index)), value, surrogate)

    def _pseudonym(self, index: int, value: Value) -> Replaced:
        for number in range(_TRIES if value.entity in PEOPLE else 0, 2 * _TRIES):
            strict = number % _TRIES < _TRIES // 2
            rng = self._rng(value, number)
            if number < _TRIES:
                together = value.entity not in DATES or (number == 0 and not self._attempt(value))
                moves = self._conversation if together else self._other_offset(rng)
                drawn = draw(value.entity, value.text, value.context, rng, moves)
            else:
                drawn = Drawn(shapes.draw(value.entity, value.text, rng))
            if self._taken.fits(drawn.surrogate, index, turn=value.turn, strict=strict):
                return self._plain(index, value, drawn.surrogate)
        raise CannotReplace(value.entity)

    def _offset(self) -> Conversation:
        """The first offset by which no date becomes one that the request has already; else the best of some.

        The first turn with dates decides: those of later turns are moved by as much.
        """
        dates = [value for value, method in self._values if method == "pseudonym" and value.entity in DATES]
        dates = [value for value in dates if value.turn == dates[0].turn][:_DATES]
        best, most = conversation(self._key), -1
        for turn in range(_OFFSETS if dates else 0):
            offset = conversation(self._key, turn)
            moved = [draw(value.entity, value.text, value.context, random.Random(0), offset) for value in dates]  # noqa: S311
            fitting = sum(self._taken.fits(drawn.surrogate, 0) for drawn in moved)
            if fitting > most:
                best, most = offset, fitting
            if fitting == len(moved):
                break
        return best

    def _other_offset(self, rng: random.Random) -> Conversation:
        """For a date whose stand-in is taken: anything up to some years."""
        days = rng.choice([days for days in range(LEAST_DAYS, _FAR_DAYS) if days % WEEK])
        return Conversation(rng.choice((-days, days)))

    def _rng(self, value: Value, number: int) -> random.Random:
        return self._chance(value, number + _APART * self._attempt(value))

    def _chance(self, value: Value, number: int) -> random.Random:
        """Chance for one draw: the same for the same value, whatever else is in the request."""
        seed = f"{number} {value.entity} {value.text}".encode("utf-8", "surrogatepass")
        return random.Random(hmac.digest(self._key, seed, hashlib.sha256))  # noqa: S311 (the seed is secret)


def _key(value: Value) -> str:
    return f"{value.entity} {fold(value.text)}"
