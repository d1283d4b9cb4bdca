"""Who is who in a conversation, and what each person is called instead.

Goes from turn to turn: whom a name means, and what was drawn for it, is settled when it is first said, and nothing
that is said later changes it. Knows nothing of other values than names.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.declassify.replaced import Part
from gateway.declassify.surrogates import cases, names
from gateway.declassify.surrogates.drawn import Drawn
from gateway.declassify.surrogates.lists import Gender
from gateway.declassify.surrogates.mentions import Mention, Names, Person, people
from gateway.declassify.surrogates.taken import Taken
from gateway.declassify.surrogates.words import Name, parts
from gateway.detection.scripts import has_han

_TRIES = 60
"""Draws of a name; more than one in thousands of requests needs."""
_FITTING_TRIES = 180
"""Draws of a name of which a part is given, perhaps by its initial only."""
_TELLING, _TELLING_HAN = 3, 2
"""Characters of a word of a name that a stand-in must not contain: Johns does for John Smith."""
_APART = 1_000
"""How far apart the draws of two attempts are."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name where it is first said.

    Attributes:
        context: some of the text around it.
        turn: in which of the conversation's turns.
        attempt: above 0 if what was drawn for it would not do.
    """

    text: str = field(repr=False)
    context: str = field(repr=False)
    turn: int
    attempt: int = 0


@dataclass(slots=True)
class _Somebody:
    """A person who has a stand-in.

    Attributes:
        group: whose stand-ins these are: the place of the name that was met first.
        base: the place of the fullest name so far.
        renamed: what the words of that become.
        gender: as far as it was told when the person was met.
    """

    group: int
    base: int
    name: Name = field(repr=False)
    renamed: tuple[str, ...] = field(repr=False)
    gender: Gender | None

    @property
    def surrogate(self) -> str:
        return "".join(self.renamed)


class Persons:
    """The people of a conversation, to be met in the order in which they are named.

    Args:
        named: place → name.
        taken: what can't be a stand-in; what is drawn here is added.
        rng: chance for one draw of the name at a place.
    """

    def __init__(self, named: Mapping[int, Named], taken: Taken, rng: Callable[[int, int], random.Random]) -> None:
        self._named = named
        self._taken = taken
        self._rng = rng
        self._parsed = Names({place: (name.text, name.context) for place, name in named.items()})
        self._sharing: dict[str, list[int]] = {}
        for place in named:
            for key in self._parsed.keys(place):
                self._sharing.setdefault(key, []).append(place)
        self._known: dict[int, dict[int, tuple[int, Person]]] = {}
        self._somebody: dict[int, _Somebody] = {}
        self._groups: dict[int, int] = {}

    def words(self) -> dict[str, int]:
        """The words of all names that are long enough to tell somebody where they stand in another, and their turns."""
        words = (
            (word.text, name.turn)
            for place, name in self._named.items()
            for word in self._parsed[place].words
            if word.is_named and len(word.text) >= (_TELLING_HAN if has_han(word.text) else _TELLING)
        )
        # Of the same word in several names the first counts.
        return dict(sorted(words, key=lambda item: -item[1]))

    def is_mention(self, place: int) -> bool:
        """Whether the name at `place` is of a person whose full name is known by then."""
        return place in self._by_then(place)

    def group(self, place: int) -> int:
        """The place where whom `place` means was named first, as far as could be told by then."""
        group = place
        if self.is_mention(place):
            base, person = self._by_then(place)[place]
            known = [self._groups[member] for member in (base, *person.mentions) if member in self._groups]
            group = self._groups.get(base, min(known, default=place))
        self._groups[place] = group
        return group

    def meet(self, place: int) -> dict[int, Drawn]:
        """Stand-ins by place: of the name at `place`, and of what else that person is called in its turn.

        Returns:
            Nothing for a place for which no name could be drawn.
        """
        found: dict[int, Drawn] = {}
        if self.is_mention(place):
            self._introduce(*self._by_then(place)[place], found)
        if place not in found:
            self._alone(place, found)
        return found

    def _by_then(self, place: int) -> dict[int, tuple[int, Person]]:
        """Who is who as far as is known when the name at `place` is said: place → full name's place, and person."""
        if place not in self._known:
            near = self._near(place)
            who = {
                member: (base, person)
                for base, person in people(near, self._parsed).items()
                for member in (base, *person.mentions)
            }
            turn = self._named[place].turn
            self._known |= {other: who for other in near if self._named[other].turn == turn}
        return self._known[place]

    def _near(self, place: int) -> list[int]:
        """The names, said by then, that have to do with that at `place` directly or by way of others."""
        turn = self._named[place].turn
        near, asked, more = {place}, set[str](), [place]
        while more:
            for key in self._parsed.keys(more.pop()) - asked:
                asked.add(key)
                more += [other for other in self._sharing[key] if self._named[other].turn <= turn and other not in near]
                near.update(more)
        return sorted(near)

    def _introduce(self, base: int, person: Person, found: dict[int, Drawn]) -> None:
        """Draw the stand-ins of `person` that are missing, by those that there are."""
        who = self._somebody.get(base)
        if who is None:
            known = [self._somebody[member] for member in person.mentions if member in self._somebody]
            who = self._fuller(known[0], base, person, found) if known else self._new(base, person, found)
        if who is None or who.base != base:
            return
        for place, drawn in self._fitting(who, person, who.renamed, strict=False).items():
            self._add(who, place, drawn, (), found)

    def _new(self, base: int, person: Person, found: dict[int, Drawn]) -> _Somebody | None:
        """A person of whom nothing was said before."""
        for number in range(_TRIES):
            rng = self._chance(base, person, number)
            who = _Somebody(min((base, *person.mentions)), base, person.name, (), person.gender)
            who.renamed = names.renamed(person.name, person.gender, rng)
            if self._will_do(who, person, number, _TRIES):
                return self._add(who, base, who.surrogate, parts(who.name, who.renamed), found)
        return None

    def _fuller(self, who: _Somebody, base: int, person: Person, found: dict[int, Drawn]) -> _Somebody | None:
        """`who` by a fuller name: what there is of it stays as it is."""
        shorter = person.mentions.get(who.base)
        if shorter is None:
            return None
        given = _given(shorter, who, person.name)
        called = any(word.kind == "given" for word in who.name.words)
        gender = who.gender if called else person.gender or who.gender
        for number in range(_FITTING_TRIES):
            renamed = list(names.renamed(person.name, gender, self._chance(base, person, number)))
            for place, word in given.items():
                renamed[place] = word
            if shorter.render(renamed) != who.surrogate:
                continue
            fuller = _Somebody(who.group, base, person.name, tuple(renamed), gender)
            if self._will_do(fuller, person, number, _FITTING_TRIES):
                return self._add(fuller, base, fuller.surrogate, parts(fuller.name, fuller.renamed), found)
        return None

    def _alone(self, place: int, found: dict[int, Drawn]) -> None:
        """A name that is nobody's of whom the full name is known."""
        named = self._named[place]
        name = self._parsed[place]
        for number in range(_TRIES):
            rng = self._rng(place, number + _APART * named.attempt)
            gender = self._parsed.gender(place)
            who = _Somebody(place, place, name, names.renamed(name, gender, rng), gender)
            if self._will_do(who, Person(name, gender), number, _TRIES):
                self._add(who, place, who.surrogate, parts(name, who.renamed), found)
                return

    def _will_do(self, who: _Somebody, person: Person, number: int, tries: int) -> bool:
        """Whether the stand-in may be used, and those of the mentions in its turn that follow from it."""
        strict, turn = number < tries // 2, self._named[who.base].turn
        may_be_called = [part.surrogate for part in parts(who.name, who.renamed) if part.surrogate != who.surrogate]
        if not self._taken.fits(who.surrogate, who.group, turn=turn, strict=strict) or not all(
            self._taken.fits_part(part, who.group, turn=turn, strict=strict) for part in may_be_called
        ):
            return False
        fitting = self._fitting(who, person, who.renamed, strict=number < tries // 8)
        return len(fitting) == len(self._missing(person, who.base)) or number >= 3 * tries // 4

    def _fitting(self, who: _Somebody, person: Person, renamed: Sequence[str], *, strict: bool) -> dict[int, str]:
        """The person's mentions that have no stand-in yet, are unlike each other, and may stand in the request.

        Args:
            strict: if not, initials may be a part of a longer word: of almost every text they are.
        """
        fitting: dict[int, str] = {}
        for place in self._missing(person, who.base):
            surrogate = person.mentions[place].render(renamed)
            unlike = surrogate != who.surrogate and surrogate not in fitting.values()
            if unlike and self._taken.fits(surrogate, who.group, turn=self._named[place].turn, strict=strict):
                fitting[place] = surrogate
        return fitting

    def _missing(self, person: Person, base: int) -> list[int]:
        """The mentions that have no stand-in; without those said later than the name whose stand-in would not do."""
        turn = self._named[base].turn
        missing = (place for place in person.mentions if place not in self._somebody)
        return [place for place in missing if self._named[place].turn == turn or not self._named[place].attempt]

    def _chance(self, base: int, person: Person, number: int) -> random.Random:
        """Chance for one draw of a full name, another one if it or a mention in its turn would not do."""
        names = (self._named[place] for place in (base, *self._missing(person, base)))
        return self._rng(base, number + _APART * max(name.attempt for name in names))

    def _add(
        self, who: _Somebody, place: int, surrogate: str, called: Iterable[Part], found: dict[int, Drawn]
    ) -> _Somebody:
        # What a text says itself is not restored for certain.
        lone = tuple(part for part in called if not self._taken.says(part.surrogate))
        self._taken.add(surrogate, (part.surrogate for part in lone), who.group)
        self._somebody[place] = who
        found[place] = Drawn(surrogate, lone)
        return who


def _given(shorter: Mention, who: _Somebody, name: Name) -> dict[int, str]:
    """Those words of the fuller `name` that are told by what there is of it already, in their own case."""
    given = {}
    for place, whole in shorter.words:
        form = cases.variant(who.name.words[place].text, name.words[whole].text)
        if form is not None:
            given[whole] = form(who.renamed[place])
    return given
