"""Names written with spaces: taken apart, and drawn anew from the lists of the language that they look like.

Knows nothing of names in Chinese characters, kana and Hangul.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import regex

from gateway.declassify.surrogates import cases, neutral, pinyin, shapes, titles
from gateway.declassify.surrogates.languages import candidates, has_latin, locale_of
from gateway.declassify.surrogates.lists import LATIN, Gender, Lists, lists
from gateway.declassify.surrogates.words import Kind, Name, Word

_TOKENS = regex.compile(r"(\s+|,\s*|[()/])")
_PIECES = regex.compile(r"[\p{L}\p{M}]+(?:['’׳״][\p{L}\p{M}]+)*|\p{N}+|.", regex.DOTALL)
_INITIALS = 3
"""Capital letters that are no name on a list: the initials of one."""


def parse(text: str, *, least: int = 1) -> Name:
    """`text` taken apart into given names, initials, family name, and what stays: titles, particles, suffixes.

    Args:
        least: how many words are the name's even if they look like titles.
    """
    tokens = [token for token in _TOKENS.split(text) if token]
    core = [index for index, token in enumerate(tokens) if not _TOKENS.fullmatch(token)]
    titled = False
    while len(core) > least and titles.is_title(tokens[core[0]]):
        core, titled = core[1:], True
    while len(core) > least and titles.bare(tokens[core[-1]]) in titles.SUFFIXES:
        core = core[:-1]
    locale = locale_of([tokens[index] for index in core])
    kinds = _kinds(tokens, core, locale, titled=titled)
    words = tuple(
        Word(_kind(piece, kinds.get(index, "kept")), piece)
        for index, token in enumerate(tokens)
        for piece in _pieces(token, kinds.get(index), locale if len(core) == 1 else "")
    )
    if locale == "pinyin" and len(core) == 1:
        words = tuple(
            Word("family" if place == 0 else "given", word.text) if word.is_named else word
            for place, word in enumerate(words)
        )
    title = titles.titled(text)
    return Name(words, locale, title or _gender(words, locale), title)


def renamed(name: Name, gender: Gender | None, rng: random.Random) -> list[str]:
    """What the words of `name` become, each of the same kind and in the same case.

    Args:
        gender: None for given names of either; the language must have some.
    """
    return [_drawn(word, name.locale, gender, rng) for word in name.words]


def _pieces(token: str, kind: Kind | None, locale: str) -> list[str]:
    """A word of the name, cut at hyphens and points, and behind an article; all else as it is."""
    if kind is None:
        return [token]
    start = pinyin.joined(token) if locale == "pinyin" else 0
    if start:
        return [token[:start], token[start:]]
    articles = (each for each in titles.ARTICLES if kind == "family" and token.casefold().startswith(each))
    kept = len(next(articles, ""))
    return [piece for piece in (token[:kept], *_PIECES.findall(token[kept:])) if piece]


def _kind(piece: str, kind: Kind) -> Kind:
    if piece.isnumeric():
        return "number"
    if not piece[0].isalpha() or kind == "kept" or piece.casefold() in titles.ARTICLES:
        return "kept"
    return "initial" if len(piece) == 1 and kind != "family" else kind


def _kinds(tokens: Sequence[str], core: Sequence[int], locale: str, *, titled: bool) -> dict[int, Kind]:
    """Which of the tokens `core` are given and family names."""
    names = [tokens[index] for index in core]
    if not names:
        return {}
    if len(names) == 1:
        return {core[0]: _alone(names[0], titled=titled)}
    behind = next((place for place in range(1, len(core)) if "," in "".join(tokens[core[place - 1] : core[place]])), 0)
    if behind:
        families = set(range(behind))
    elif _is_family_first(names, locale):
        families = {0}
    else:
        families = set(range(_first_family(names, locale), len(names)))
    kinds: dict[int, Kind] = {}
    for place, index in enumerate(core):
        small = titles.bare(names[place]) in titles.PARTICLES and (place > 0 or names[place].islower())
        if small and place not in (len(names) - 1, behind - 1):
            kinds[index] = "kept"
        elif place not in families and place > 0 and _is_father(names[place], locale):
            kinds[index] = "father"
        else:
            kinds[index] = "family" if place in families else "given"
    return kinds


def _alone(name: str, *, titled: bool) -> Kind:
    folded = name.casefold()
    known = [lists(locale) for locale in candidates(name)]
    if name.isupper() and len(name) <= _INITIALS and not _is_known(folded, known):
        return "initial"
    given = any(folded in each.known for each in known)
    family = any(folded in each.known_families for each in known) or pinyin.is_family(name)
    if titled:
        return "given" if given and not family else "family"
    return "family" if family and not given else "given"


def _is_known(folded: str, known: Sequence[Lists]) -> bool:
    return pinyin.is_family(folded) or any(folded in each.known or folded in each.known_families for each in known)


def _is_family_first(names: Sequence[str], locale: str) -> bool:
    if locale == "pinyin":
        first, last = names[0].casefold(), names[-1].casefold()
        return pinyin.is_family(first) and not (first not in pinyin.MOST and last in pinyin.MOST)
    known = lists(locale)
    first, second = names[0].casefold(), names[1].casefold()
    if locale in ("vi_VN", "hu_HU"):
        return first in known.known_families and names[-1].casefold() not in known.known_families
    slavic = locale in ("ru_RU", "uk_UA")
    return slavic and (_is_father(names[-1], locale) or (first in known.known_families and second in known.known))


def _first_family(names: Sequence[str], locale: str) -> int:
    """Where the family name begins: at a particle, or at the first of several that are on no list of given names."""
    for place in range(1, len(names) - 1):
        folded = titles.bare(names[place])
        if folded in titles.PARTICLES:
            return place
        known = [lists(each) for each in ({"es_ES", "pt_BR", locale} & set(LATIN))]
        if any(folded in each.known_families for each in known) and not any(folded in each.known for each in known):
            return place
    return len(names) - 1


def _is_father(name: str, locale: str) -> bool:
    endings = {"ru_RU": ("вич", "вна", "ична", "ьич"), "uk_UA": ("вич", "вна", "ьич")}
    return name.casefold().endswith(endings.get(locale, ("\0",)))


def _gender(words: Sequence[Word], locale: str) -> Gender | None:
    """By the lists that have a given name; in Slavic languages by its endings, too."""
    given = next((word.text.casefold() for word in words if word.kind == "given"), "")
    if neutral.is_neutral(given, locale):
        return None
    if locale == "pinyin":
        found = [gender for gender, names in pinyin.GIVEN.items() if given.title() in names]
        return found[0] if len(found) == 1 else None
    for word in words:
        if word.kind == "father":
            return "female" if word.text.casefold().endswith("на") else "male"
        if word.kind == "family" and word.text.casefold().endswith(("ова", "ева", "ёва", "ина", "ская", "ská", "ová")):
            return "female"
    for locales in ((locale,), LATIN):
        votes = [gender for each in locales for gender in lists(each).known.get(given, ())]
        if votes.count("male") != votes.count("female"):
            return "male" if votes.count("male") > votes.count("female") else "female"
    return None


def _drawn(word: Word, locale: str, gender: Gender | None, rng: random.Random) -> str:
    if word.kind == "number":
        return shapes.shaped(word.text, rng)
    if word.kind == "initial":
        return _initial(word.text, locale, gender, rng)
    if word.kind == "kept":
        return word.text
    # Of a script of which no names are listed each letter becomes another one.
    pool = _pool(word, locale, gender) if has_latin(word.text) or locale not in (*LATIN, "pinyin") else ()
    names = rng.choices(pool, k=8) if pool else []
    drawn = next((name for name in names if name.casefold() != word.text.casefold()), "")
    return cases.like(word.text, drawn or shapes.shaped(word.text, rng))


def _initial(letter: str, locale: str, gender: Gender | None, rng: random.Random) -> str:
    """The first letter of a given name, so that one can be found later that begins with it."""
    known = has_latin(letter) or locale not in (*LATIN, "pinyin")
    given = _pool(Word("given", "xx"), locale, gender) if known else ("",)
    drawn = (name[0] for name in rng.choices(given, k=8) if name[:1].isupper())
    found = next((initial for initial in drawn if initial.casefold() != letter.casefold()), "")
    return cases.like(letter * 2, found) if found else shapes.shaped(letter, rng)


def _pool(word: Word, locale: str, gender: Gender | None) -> Sequence[str]:
    if word.kind == "given" and gender is None:
        names = neutral.given(locale)
        return pinyin.as_long(names, word.text) if locale == "pinyin" else names
    if locale == "pinyin":
        return pinyin.families() if word.kind == "family" else pinyin.given(gender or "male", word.text)
    known: Lists = lists(locale)
    if word.kind == "family" and locale == "en_US" and pinyin.is_family(word.text) and len(word.text) > 1:
        return pinyin.families() if word.text.casefold() not in known.known_families else known.families("male")
    if word.kind == "father":
        return known.fathers.get(gender or "male") or known.given(gender or "male")
    return known.families(gender or "male") if word.kind == "family" else known.given(gender or "male")
