"""Which stand-in each value of a request gets: all different, none of them in the request already.

The same key and the same values in the same order give the same stand-ins, so that a conversation's later requests
repeat those of the earlier ones. Knows nothing of where values stand, and nothing of answers.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from gateway.declassify.replaced import Part, Replaced
from gateway.declassify.surrogates import cases, names, operators, shapes
from gateway.declassify.surrogates.conversation import LEAST_DAYS, WEEK, Conversation, conversation
from gateway.declassify.surrogates.draw import DATES, PEOPLE, draw
from gateway.declassify.surrogates.drawn import Drawn
from gateway.declassify.surrogates.mentions import Person, people
from gateway.declassify.surrogates.taken import Taken, fold
from gateway.declassify.surrogates.words import parts

Method = Literal["pseudonym", "placeholder", "mask", "hash", "remove"]

_TRIES = 60
"""Draws of a kind before anything of the same shape will do; with names that is one in thousands of requests."""
_NUMBERS = 10_000
_APART = 1_000
"""How far apart the numbers of placeholders are that two attempts begin with."""
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
    """

    entity: str
    text: str = field(repr=False)
    context: str = field(default="", repr=False)


class CannotReplace(Exception):
    """A value has no stand-in that would be told from the rest of the request. Names the type only."""

    def __init__(self, entity: str) -> None:
        super().__init__(f"no stand-in for a {entity} could be found that is not in the text already")
        self.entity = entity


def assign(
    values: Sequence[tuple[Value, Method]], *, texts: Sequence[str], key: bytes, attempt: int = 0
) -> tuple[Replaced, ...]:
    """One stand-in for each distinct text among `values`.

    Args:
        values: in the order in which they stand in the conversation; of two with the same text the first counts.
        texts: all texts of the request, originals included.
        key: the conversation's secret, 32 bytes.
        attempt: more than 0 to draw other stand-ins, since those of the attempts before would not do.

    Returns:
        In the order of `values`. Those of ``mask`` and ``remove`` are not reversible.

    Raises:
        CannotReplace: a value has none.
    """
    distinct: dict[str, tuple[Value, Method]] = {}
    for value, method in values:
        if value.text:
            distinct.setdefault(value.text, (value, method))
    return _Assignment(list(distinct.values()), texts, key, attempt).replaced()


class _Assignment:
    """The work of `assign`: values that are done, and what is taken by them."""

    def __init__(self, values: list[tuple[Value, Method]], texts: Sequence[str], key: bytes, attempt: int) -> None:
        self._values = values
        self._key = hmac.digest(key, f"attempt {attempt}".encode(), hashlib.sha256)
        self._attempt = attempt
        self._taken = Taken(texts, (value.text for value, _ in values))
        self._conversation = self._offset()
        self._done: dict[int, Replaced] = {}
        self._bases: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._people = people(
            [
                (index, value.text, value.context)
                for index, (value, method) in enumerate(values)
                if method == "pseudonym" and value.entity in PEOPLE
            ]
        )
        self._person = {index: base for base, person in self._people.items() for index in (base, *person.mentions)}

    def replaced(self) -> tuple[Replaced, ...]:
        for index, (value, method) in enumerate(self._values):
            if index in self._person:
                base = self._person[index]
                if base in self._people:
                    self._name(base, self._people.pop(base))
            if index not in self._done:
                self._done[index] = self._one(index, value, method)
        return tuple(self._done[index] for index in range(len(self._values)))

    def _one(self, index: int, value: Value, method: Method) -> Replaced:
        if method == "remove":
            return Replaced(value.entity, value.text, operators.removed(value.text), reversible=False)
        if method == "mask":
            return Replaced(value.entity, value.text, operators.masked(value.entity, value.text), reversible=False)
        if method == "placeholder":
            return self._plain(index, value, self._placeholder(index, value.entity))
        if method == "hash":
            return self._plain(index, value, self._hash(index, value))
        return self._variant(index, value) or self._pseudonym(index, value)

    def _plain(self, group: int, value: Value, surrogate: str, parts: tuple[Part, ...] = ()) -> Replaced:
        self._taken.add(surrogate, (part.surrogate for part in parts), group)
        return Replaced(value.entity, value.text, surrogate, parts)

    def _placeholder(self, group: int, entity: str) -> str:
        first = self._numbers.get(entity, 1 + _APART * self._attempt)
        for number in range(first, first + _NUMBERS):
            surrogate = operators.placeholder(entity, number)
            if self._taken.fits(surrogate, group):
                self._numbers[entity] = number + 1
                return surrogate
        raise CannotReplace(entity)

    def _hash(self, group: int, value: Value) -> str:
        for number in range(_TRIES):
            salt = hmac.digest(self._key, f"hash {number}".encode(), hashlib.sha256)
            surrogate = operators.hashed(value.entity, value.text, salt)
            if self._taken.fits(surrogate, group):
                return surrogate
        raise CannotReplace(value.entity)

    def _variant(self, index: int, value: Value) -> Replaced | None:
        """The same value's stand-in, in the case in which the value comes now."""
        if value.entity not in _ANY_CASE:
            return None
        base = self._bases.setdefault(f"{value.entity} {fold(value.text)}", index)
        form = cases.variant(self._values[base][0].text, value.text) if base in self._done else None
        if form is None:
            return None
        surrogate = form(self._done[base].surrogate)
        if fold(surrogate) != fold(self._done[base].surrogate) or not self._taken.fits(surrogate, base):
            return None
        return self._plain(base, value, surrogate)

    def _name(self, base: int, person: Person) -> None:
        """A full name's stand-in, and those of its mentions that may be made from it."""
        value = self._values[base][0]
        for number in range(_TRIES):
            rng = self._rng(value, number)
            words = names.renamed(person.name, person.gender or names.random_gender(rng), rng)
            drawn = Drawn("".join(words), parts(person.name, words))
            if not self._fits(base, value, drawn, strict=number < _TRIES // 2):
                continue
            mentions = {index: render(words) for index, render in person.mentions.items()}
            fitting = self._fitting(base, drawn.surrogate, mentions, strict=number < _TRIES // 8)
            if len(fitting) < len(mentions) and number < 3 * _TRIES // 4:
                continue
            self._done[base] = self._plain(base, value, drawn.surrogate, drawn.parts)
            for index, surrogate in fitting.items():
                self._done[index] = self._plain(base, self._values[index][0], surrogate)
            return

    def _fitting(self, base: int, surrogate: str, mentions: dict[int, str], *, strict: bool) -> dict[int, str]:
        """Those of a person's mentions that are unlike each other, and may stand in the request.

        Args:
            strict: if not, initials may be a part of a longer word: of almost every text they are.
        """
        fitting: dict[int, str] = {}
        for index, mention in mentions.items():
            unlike = mention != surrogate and mention not in fitting.values()
            if unlike and self._taken.fits(mention, base, strict=strict):
                fitting[index] = mention
        return fitting

    def _pseudonym(self, index: int, value: Value) -> Replaced:
        for number in range(2 * _TRIES):
            strict = number % _TRIES < _TRIES // 2
            rng = self._rng(value, number)
            if number < _TRIES:
                moves = self._conversation if number == 0 or value.entity not in DATES else self._other_offset(rng)
                drawn = draw(value.entity, value.text, value.context, rng, moves)
            else:
                drawn = Drawn(shapes.draw(value.entity, value.text, rng))
            if self._fits(index, value, drawn, strict=strict):
                return self._plain(index, value, drawn.surrogate, drawn.parts)
        raise CannotReplace(value.entity)

    def _offset(self) -> Conversation:
        """The first offset by which no date becomes one that the request has already; else the best of some."""
        dates = [value for value, method in self._values if method == "pseudonym" and value.entity in DATES][:_DATES]
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

    def _fits(self, group: int, value: Value, drawn: Drawn, *, strict: bool) -> bool:
        parts = (part.surrogate for part in drawn.parts if part.surrogate != drawn.surrogate)
        return self._taken.fits(drawn.surrogate, group, strict=strict) and all(
            self._taken.fits_part(part, group, strict=strict) for part in parts
        )

    def _rng(self, value: Value, number: int) -> random.Random:
        """Chance for one draw: the same for the same value, whatever else is in the request."""
        seed = f"{number} {value.entity} {value.text}".encode("utf-8", "surrogatepass")
        return random.Random(hmac.digest(self._key, seed, hashlib.sha256))  # noqa: S311 (the seed is secret)
