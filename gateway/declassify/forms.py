"""Under which forms a stand-in may come back in an answer, and what to put there.

A table that is built once per request and only read afterwards. Knows nothing of streams: `restore` walks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from gateway.declassify.address_forms import of_addresses
from gateway.declassify.alike import alike, alphabet
from gateway.declassify.date_forms import of_dates
from gateway.declassify.escapes import LONGEST
from gateway.declassify.number_forms import SEPARATED, SEPARATORS, of_numbers
from gateway.declassify.option import Option, whole
from gateway.declassify.parts import of_parts
from gateway.declassify.replaced import Replaced
from gateway.declassify.short_names import of_organisations

SPARE = 4
"""White space, in characters, that a form may have above one for each of its spaces: a line break and indentation."""
_RUN = re.compile(" +")
_NO_DIGIT, _LETTER = re.compile(r"\D"), re.compile(r"[^\W\d_]")
_LONG_NUMBER = 7


@dataclass(slots=True)
class Node:
    """A place in the tree of forms: what may follow, and what ends here."""

    children: dict[str, Node] = field(default_factory=dict, repr=False)
    options: list[Option] = field(default_factory=list, repr=False)
    is_space: bool = False


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one request's stand-ins.

    Attributes:
        root: where every form begins but those of numbers.
        numbers: where numbers begin that may have any separators.
        first: finds a character that a form may begin with; None when there are no forms.
        escaped: whether the texts to restore are JSON.
        longest: the most characters that are ever held back of a text without JSON escapes, which is the greatest sum
            among the forms of: the form's length; `SPARE`, if it has spaces; `SEPARATED`, if it is a number with any
            separators; and `Option.ahead`, what must be seen behind it (nothing of a stand-in that ends with a sign
            or a Chinese character, or of a number; 2 characters of a name; up to 6 of a part of one).
        longest_escaped: the same for any text.
    """

    root: Node = field(repr=False)
    numbers: Node = field(repr=False)
    first: re.Pattern[str] | None = field(repr=False)
    escaped: bool
    longest: int
    longest_escaped: int

    def in_json(self) -> Forms:
        """The same for texts that are JSON."""
        return replace(self, escaped=True)


def forms(replaced: Iterable[Replaced], *, escaped: bool = False) -> Forms:
    """The table of `replaced`: exact stand-ins, and what a model may make of them.

    Args:
        replaced: the request's values; those that are not reversible, and empty stand-ins, take no part.
        escaped: whether the texts to restore are JSON documents or tool-call arguments.
    """
    taking_part = [item for item in replaced if item.reversible and item.surrogate]
    root, numbers, longest = Node(), Node(), 0
    for option in (
        *map(whole, [*taking_part, *_bare_numbers(taking_part)]),
        *of_parts(taking_part),
        *of_organisations(taking_part),
        *of_dates(taking_part),
        *of_addresses(taking_part),
    ):
        form = _RUN.sub(" ", alike(option.surrogate))
        _add(root, form, option)
        longest = max(longest, len(form) + (SPARE if " " in form else 0) + option.ahead)
    for option in of_numbers(taking_part):
        _add(numbers, alike(option.surrogate), option)
        longest = max(longest, len(option.surrogate) + SEPARATED + option.ahead)
    if not longest:
        return Forms(root, numbers, None, escaped, 0, 0)
    return Forms(root, numbers, _beginning(root, numbers), escaped, longest, (longest + 1) * LONGEST)


def _bare_numbers(replaced: Iterable[Replaced]) -> Iterator[Replaced]:
    """Long numbers as their digits alone, as they stand in links."""
    for item in replaced:
        surrogate, original = (_NO_DIGIT.sub("", text) for text in (item.surrogate, item.original))
        if len(surrogate) < _LONG_NUMBER or _LETTER.search(item.surrogate) or len(original) != len(surrogate):
            continue
        for sign in ("+", "") if item.surrogate.startswith("+") else ("",):
            if sign + surrogate != item.surrogate:
                yield replace(item, surrogate=sign + surrogate, original=sign + original)


def _add(root: Node, form: str, option: Option) -> None:
    node = root
    for character in form:
        child = node.children.get(character)
        if child is None:
            child = node.children[character] = Node(is_space=character == " ")
        node = child
    if option not in node.options:
        node.options.append(option)


def _beginning(root: Node, numbers: Node) -> re.Pattern[str]:
    r"""Finds where to look closer: a backslash, or what a form may begin with and is not within an ASCII word.

    A letter is no part of a word that is an escape (``\n``, ``\u5f20``) before it. Of a form that begins with a letter
    or digit up to three characters are asked for, as far as the text has arrived.
    """
    beginnings = [*root.children, *numbers.children]
    joining = {character: "" for character in beginnings if alphabet(character) in ("LATIN", "DIGIT")}
    free = [character for character in beginnings if character not in joining]
    patterns = [_any_of(["\\", *free])]
    if joining:
        follows = [f"{re.escape(each)}{_next(root.children[each], 2)}" for each in root.children if each in joining]
        follows += [
            f"{re.escape(each)}{_next_digit(numbers.children[each])}" for each in numbers.children if each != "+"
        ]
        edge = rf"(?:(?<![a-z0-9])|(?<=\\[nrt])|(?<=\\u[0-9a-f]{{4}}))(?={_any_of(joining)})"
        patterns.append(f"{edge}(?:{'|'.join(follows)})")
    return re.compile("|".join(patterns), re.DOTALL)


def _next(node: Node, depth: int) -> str:
    """A look at what must follow within a form, up to `depth` characters further; an escape may be anything."""
    if node.options or not depth or " " in node.children:
        return ""
    follows = [f"{re.escape(character)}{_next(child, depth - 1)}" for character, child in node.children.items()]
    return rf"(?=\Z|\\|{'|'.join(follows)})"


def _next_digit(node: Node) -> str:
    """The same within a number, one character further."""
    return rf"(?=\Z|\\|{_any_of([*node.children, *SEPARATORS])})"


def _any_of(characters: Iterable[str]) -> str:
    return f"[{''.join(map(re.escape, characters))}]"
