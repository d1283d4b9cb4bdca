"""Which names are mentions of which full name: Maria, Ms Gonzalez and M.G. of Maria Gonzalez, 小张 of 张伟.

A mention counts where it can be of one full name only. Knows nothing of stand-ins: it says how to make the mention
from whatever the full name's words become.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from gateway.declassify.surrogates import cases, names, titles
from gateway.declassify.surrogates.lists import Gender
from gateway.declassify.surrogates.words import Name

Render = Callable[[Sequence[str]], str]
"""Makes a mention from what the full name's words become."""
_Step = Callable[[Sequence[str]], str]


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
    mentions: dict[int, Render] = field(default_factory=dict, repr=False)


def people(values: Sequence[tuple[int, str, str]]) -> dict[int, Person]:
    """The persons of whom there is a full name.

    Args:
        values: place, text and context of each name.

    Returns:
        The persons by the place of their full name: the longest, and of its spellings the first.
    """
    parsed = {place: names.parse(text, context) for place, text, context in values}
    fulls: dict[tuple[str, ...], int] = {}
    for place, name in parsed.items():
        if name.is_full:
            fulls.setdefault(name.key, place)
    index = _index(fulls.values(), parsed)
    found = {place: _links(name, parsed, index) for place, name in parsed.items()}
    whole = {place for place in fulls.values() if not (found[place].keys() - {place})}
    # A full name that is a shorter form of exactly one other is a mention, and no person of its own.
    bases = whole | {place for place in fulls.values() if len(found[place].keys() & whole) != 1}
    context = {place: (text, around) for place, text, around in values}
    persons = {place: Person(parsed[place], names.gender(parsed[place], *context[place])) for place in bases}
    for place, links in found.items():
        certain = [base for base in links if base in bases]
        if len(certain) == 1 and place not in bases:
            persons[certain[0]].mentions[place] = links[certain[0]]
    told = {place: parsed[place].titled or titles.around(*context[place]) for place in parsed}
    return {base: _agreed(person, told) for base, person in persons.items()}


def mention(of: Name, base: Name) -> Render | None:
    """How to make the mention `of` from what the words of `base` become; None if it is no mention of it."""
    if of.is_dense != base.is_dense:
        return None
    steps = _dense(of, base) if of.is_dense else _initials(of, base) or _spaced(of, base)
    return None if steps is None else (lambda renamed: "".join(step(renamed) for step in steps))


def _agreed(person: Person, told: dict[int, Gender | None]) -> Person:
    """`person` without the mentions whose title is another gender's than the name; a Chinese name tells less."""
    genders = {told[place] for place in person.mentions} - {None}
    gender = person.gender
    if len(genders) == 1 and (gender is None or person.name.is_dense):
        gender = genders.pop()
    fitting = {place: render for place, render in person.mentions.items() if told[place] in (None, gender)}
    return Person(person.name, gender, fitting)


def _index(places: Iterable[int], parsed: dict[int, Name]) -> dict[str, set[int]]:
    """The full names by each word with which a mention may begin to be one."""
    index: dict[str, set[int]] = {}
    for place in places:
        for key in _keys(parsed[place]):
            index.setdefault(key, set()).add(place)
    return index


def _keys(name: Name) -> set[str]:
    named = [word.text.casefold() for word in name.words if word.is_named]
    initials = "".join(word[0] for word in named)
    return {*named, "".join(named), initials, initials[:1] + initials[-1:], "".join(word.text for word in name.words)}


def _links(name: Name, parsed: dict[int, Name], index: dict[str, set[int]]) -> dict[int, Render]:
    places = sorted({place for key in _keys(name) for place in index.get(key, ())})
    rendered = ((place, mention(name, parsed[place])) for place in places)
    return {place: render for place, render in rendered if render is not None}


def _kept(text: str) -> _Step:
    return lambda renamed: text


def _word(index: int, form: Callable[[str], str]) -> _Step:
    return lambda renamed: form(renamed[index])


def _initial(index: int, pattern: str) -> _Step:
    return lambda renamed: renamed[index][:1].lower() if pattern.islower() else renamed[index][:1].upper()


def _dense(of: Name, base: Name) -> list[_Step] | None:
    whole, core = ("".join(word.text for word in of.words), "".join(word.text for word in of.words if word.is_named))
    kinds = {
        kind: [place for place, word in enumerate(base.words) if word.kind == kind] for kind in ("family", "given")
    }
    options = (kinds["family"] + kinds["given"], kinds["family"], kinds["given"])
    for places in options:
        text = "".join(base.words[place].text for place in places)
        steps = [_word(place, str) for place in places]
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
            return place, _word(place, form)
    for place in free:
        if len(text) == 1 and base.words[place].text[0].casefold() == text.casefold():
            return place, _initial(place, text)
    return -1, None
