"""Which names are mentions of which full name: Maria, Ms Gonzalez and M.G. of Maria Gonzalez, 小张 of 张伟.

A mention counts where it can be of one full name only. Knows nothing of stand-ins: it says how to make the mention
from whatever the full name's words become.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.declassify.surrogates import cases, names, titles
from gateway.declassify.surrogates.lists import Gender
from gateway.declassify.surrogates.words import Name


@dataclass(frozen=True, slots=True)
class _Step:
    """A piece of a mention: text that is kept, or what a word of the full name becomes.

    Attributes:
        place: which word of the full name; None for `text`, which is kept.
        form: makes the piece of what that word becomes.
    """

    place: int | None
    text: str = field(default="", repr=False)
    form: Callable[[str], str] = str

    def render(self, renamed: Sequence[str]) -> str:
        return self.text if self.place is None else self.form(renamed[self.place])


@dataclass(frozen=True, slots=True)
class Mention:
    """How to make a mention of a person from what the full name's words become.

    Attributes:
        words: which of the mention's words are which of the full name's.
    """

    steps: tuple[_Step, ...]
    words: tuple[tuple[int, int], ...] = ()

    def render(self, renamed: Sequence[str]) -> str:
        """The mention, when the full name's words become `renamed`."""
        return "".join(step.render(renamed) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Person:
    """A full name and its mentions.

    Attributes:
        name: the full name.
        gender: as far as it and its mentions tell.
        mentions: by the place among the values that `people` was given.
    """

    name: Name
    gender: Gender | None
    mentions: dict[int, Mention] = field(default_factory=dict, repr=False)


class Names:
    """Names by their places, taken apart. Remembers what it was asked."""

    def __init__(self, values: Mapping[int, tuple[str, str]]) -> None:
        """
        Args:
            values: place → a name's text and context.
        """
        self._values = values
        self._parsed = {place: names.parse(*value) for place, value in values.items()}
        self._keys = {place: _keys(name) for place, name in self._parsed.items()}
        self._mentions: dict[tuple[int, int], Mention | None] = {}

    def __getitem__(self, place: int) -> Name:
        return self._parsed[place]

    def keys(self, place: int) -> set[str]:
        """What two names share of which one may be a mention of the other."""
        return self._keys[place]

    def mention(self, of: int, base: int) -> Mention | None:
        """`mention` by places."""
        if (of, base) not in self._mentions:
            self._mentions[of, base] = mention(self[of], self[base])
        return self._mentions[of, base]

    def gender(self, place: int) -> Gender | None:
        """Of whom the name means."""
        return names.gender(self[place], *self._values[place])

    def told(self, place: int) -> Gender | None:
        """What the name's title, or one beside it, tells."""
        return self[place].titled or titles.around(*self._values[place])


def people(places: Sequence[int], parsed: Names) -> dict[int, Person]:
    """The persons of whom there is a full name at one of `places`.

    Returns:
        The persons by the place of their full name: the longest, and of its spellings the first.
    """
    fulls: dict[tuple[str, ...], int] = {}
    for place in places:
        if parsed[place].is_full:
            fulls.setdefault(parsed[place].key, place)
    index: dict[str, set[int]] = {}
    for place in fulls.values():
        for key in parsed.keys(place):
            index.setdefault(key, set()).add(place)
    found = {place: _links(place, parsed, index) for place in places}
    whole = {place for place in fulls.values() if not (found[place].keys() - {place})}
    # A full name that is a shorter form of exactly one other is a mention, and no person of its own.
    bases = whole | {place for place in fulls.values() if len(found[place].keys() & whole) != 1}
    persons = {place: Person(parsed[place], parsed.gender(place)) for place in bases}
    for place, links in found.items():
        certain = [base for base in links if base in bases]
        if len(certain) == 1 and place not in bases:
            persons[certain[0]].mentions[place] = links[certain[0]]
    persons = {base: _agreed(person, parsed) for base, person in persons.items()}
    known = {place for base, person in persons.items() for place in (base, *person.mentions)}
    return persons | _half_known([place for place in places if place not in known], parsed)


def _half_known(places: Sequence[int], parsed: Names) -> dict[int, Person]:
    """Those of whom only a part of the name is said, but with a title and without: Dr. Vang and Vang."""
    persons: dict[int, Person] = {}
    bases: dict[tuple[str, ...], int] = {}
    for place in sorted(places):
        if parsed[place].is_full or not parsed[place].key:
            continue
        base = bases.setdefault(parsed[place].key, place)
        found = parsed.mention(place, base) if base != place else None
        if found is not None and (_is_bare(parsed[place]) or _is_bare(parsed[base])):
            person = persons.setdefault(base, Person(parsed[base], parsed.gender(base)))
            if parsed.told(place) in (None, person.gender):
                person.mentions[place] = found
    return {base: person for base, person in persons.items() if person.mentions}


def _is_bare(name: Name) -> bool:
    return all(word.is_named for word in name.words)


def mention(of: Name, base: Name) -> Mention | None:
    """How to make the mention `of` from what the words of `base` become; None if it is no mention of it."""
    if of.is_dense != base.is_dense:
        return None
    steps = _dense(of, base) if of.is_dense else _initials(of, base) or _spaced(of, base)
    return None if steps is None else Mention(tuple(steps), tuple(_pairs(of, base, steps)))


def _pairs(of: Name, base: Name, steps: Iterable[_Step]) -> Iterator[tuple[int, int]]:
    """Which words of `of` are which of `base`, but for their case."""
    named = [place for place, word in enumerate(of.words) if word.is_named]
    taken = [step.place for step in steps if step.place is not None]
    for place, whole in zip(named, taken, strict=False) if len(named) == len(taken) else ():
        if of.words[place].text.casefold() == base.words[whole].text.casefold():
            yield place, whole


def _agreed(person: Person, parsed: Names) -> Person:
    """`person` without the mentions whose title is another gender's than the name; a Chinese name tells less."""
    told = {place: parsed.told(place) for place in person.mentions}
    genders = set(told.values()) - {None}
    gender = person.gender
    if len(genders) == 1 and (gender is None or person.name.is_dense):
        gender = genders.pop()
    fitting = {place: found for place, found in person.mentions.items() if told[place] in (None, gender)}
    return Person(person.name, gender, fitting)


def _keys(name: Name) -> set[str]:
    named = [word.text.casefold() for word in name.words if word.is_named]
    initials = "".join(word[0] for word in named)
    return {*named, "".join(named), initials, initials[:1] + initials[-1:], "".join(word.text for word in name.words)}


def _links(place: int, parsed: Names, index: Mapping[str, set[int]]) -> dict[int, Mention]:
    bases = sorted({base for key in parsed.keys(place) for base in index.get(key, ())})
    rendered = ((base, parsed.mention(place, base)) for base in bases)
    return {base: found for base, found in rendered if found is not None}


def _kept(text: str) -> _Step:
    return _Step(None, text)


def _initial(index: int, pattern: str) -> _Step:
    return _Step(index, form=lambda word: word[:1].lower() if pattern.islower() else word[:1].upper())


def _dense(of: Name, base: Name) -> list[_Step] | None:
    whole, core = ("".join(word.text for word in of.words), "".join(word.text for word in of.words if word.is_named))
    kinds = {
        kind: [place for place, word in enumerate(base.words) if word.kind == kind] for kind in ("family", "given")
    }
    options = (kinds["family"] + kinds["given"], kinds["family"], kinds["given"])
    for places in options:
        text = "".join(base.words[place].text for place in places)
        steps = [_Step(place) for place in places]
        called = len(text) > 1 or places == kinds["family"] or core != whole
        if whole == text and called:
            return steps
        if core and core == text and called:
            before, _, behind = whole.partition(core)
            return [_kept(before), *steps, _kept(behind)]
    return None


def _initials(of: Name, base: Name) -> list[_Step] | None:
    """M.G. or MG: the initials of all of the name's words, or of the first and the last."""
    places = [place for place, word in enumerate(base.words) if word.is_named]
    letters = "".join(word.text for word in of.words if word.is_named)
    if len(letters) == 2:
        places = places[:1] + places[-1:]
    if len(places) < 2 or len(letters) != len(places) or not letters.isupper():
        return None
    if letters.casefold() != "".join(base.words[place].text[0] for place in places).casefold():
        return None
    steps: list[_Step] = []
    rest = list(places)
    for word in of.words:
        if not word.is_named:
            steps.append(_kept(word.text))
            continue
        steps += [_initial(rest.pop(0), letter) for letter in word.text]
    return steps


def _spaced(of: Name, base: Name) -> list[_Step] | None:
    """Whole words of the name, each once, and initials beside them."""
    free = [place for place, word in enumerate(base.words) if word.is_named]
    steps: list[_Step] = []
    whole = False
    for word in of.words:
        if word.kind == "number":
            return None
        if not word.is_named:
            steps.append(_kept(word.text))
            continue
        place, step = _match(word.text, base, free)
        if step is None:
            return None
        free.remove(place)
        whole = whole or len(word.text) > 1
        steps.append(step)
    return steps if whole else None


def _match(text: str, base: Name, free: Sequence[int]) -> tuple[int, _Step | None]:
    for place in free:
        form = cases.variant(base.words[place].text, text)
        if form is not None:
            return place, _Step(place, form=form)
    for place in free:
        if len(text) == 1 and base.words[place].text[0].casefold() == text.casefold():
            return place, _initial(place, text)
    return -1, None
