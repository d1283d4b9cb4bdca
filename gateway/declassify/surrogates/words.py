"""A person's name as words: what is to be replaced, and what stays. Knows nothing of any language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from gateway.declassify.replaced import Part, PartKind
from gateway.declassify.surrogates.lists import Gender

Kind = Literal["given", "family", "father", "initial", "number", "kept"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name, or what stands between two (``kept``: spaces, titles, particles)."""

    kind: Kind
    text: str = field(repr=False)

    @property
    def is_named(self) -> bool:
        """Whether it is the person's."""
        return self.kind not in ("kept", "number")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name, taken apart.

    Attributes:
        words: together they are the name exactly.
        locale: whose lists stand-ins are drawn from: one of Faker's, or ``pinyin``, ``kana``, ``foreign``,
            ``mixed``.
        gender: what the name itself tells, titles included.
        titled: what its title alone tells.
        runs: of a name in two scripts, each script's part.
    """

    words: tuple[Word, ...]
    locale: str
    gender: Gender | None = None
    titled: Gender | None = None
    runs: tuple[Name, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether it has a given name (or its initial) and a family name."""
        kinds = {word.kind for word in self.words}
        return "family" in kinds and bool(kinds & {"given", "initial"})

    @property
    def is_dense(self) -> bool:
        """Whether it is written without spaces, as Chinese names are."""
        return self.locale.startswith(("zh", "ja", "ko", "kana"))

    @property
    def key(self) -> tuple[str, ...]:
        """What two spellings of one person's full name share."""
        return tuple(sorted(word.text.casefold() for word in self.words if word.is_named))


def parts(name: Name, renamed: Sequence[str]) -> tuple[Part, ...]:
    """What a person may be called alone, and what stands in for that.

    Args:
        name: the name.
        renamed: what its words become, in the same order.

    Returns:
        The given names, one by one and together; the family name, with and without its particles.
    """
    found: dict[tuple[str, str], PartKind] = {}
    for kind in ("given", "family"):
        where = [index for index, word in enumerate(name.words) if word.kind == kind]
        if not where:
            continue
        runs = [(where[0], where[-1] + 1), *((index, index + 1) for index in where)]
        if kind == "family":
            runs.insert(0, (_particles(name, where[0]), where[-1] + 1))
        for start, end in runs:
            original = "".join(word.text for word in name.words[start:end])
            if all(word.kind in (kind, "kept") for word in name.words[start:end]):
                found.setdefault((original, "".join(renamed[start:end])), kind)
    return tuple(Part(kind, original, surrogate) for (original, surrogate), kind in found.items())


def _particles(name: Name, family: int) -> int:
    """Where the particles before a family name begin: kept words behind the last given name."""
    start = family
    while start > 0 and name.words[start - 1].kind == "kept":
        start -= 1
    if start == 0:
        return family
    while start < family and name.words[start].text.strip(" .,-·・•‧") == "":
        start += 1
    return start
