"""A policy's regular expressions: compiled by RE2, each once, and none so large that it would take long.

RE2 multiplies repetitions out, so a short expression may become a large program. Knows nothing of texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import re2

from gateway.document import Location
from gateway.policy.conditions import walk
from gateway.policy.flow import Flaw
from gateway.policy.schema import PolicyFile

MOST = 150_000
"""Instructions of one expression's program; a letter of any script (\\pL) takes about 1200."""
MOST_TOGETHER = 1_000_000
_MEMORY = 64 << 20
"""For a program and the states that a search remembers. With less, searches become slow."""
_SHORTER = "RE2 multiplies repetitions such as {1000} out; write it shorter, or with smaller numbers"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Program:
    """A compiled expression. `size` is its number of instructions; `search` and `fullmatch` are RE2's."""

    expression: str
    size: int
    search: Callable[[str], object | None]
    fullmatch: Callable[[str], object | None]


_kept: WeakValueDictionary[str, Program] = WeakValueDictionary()


def compiled(expression: str) -> Program:
    """The expression, ready to search with; it is compiled once for all who ask while somebody holds it.

    Raises:
        re2.error: it is none, or too large for RE2.
    """
    program = _kept.get(expression)
    if program is None:
        made = re2.compile(expression, _options())
        program = _kept[expression] = Program(expression, made.programsize, made.search, made.fullmatch)
    return program


def _options() -> Any:
    """RE2's options: nothing on stderr, where an expression or a text could be quoted."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


def compile_all(policy: PolicyFile) -> tuple[list[Program], list[Flaw]]:
    """All expressions, compiled, and what is wrong with them. It ends where they become too large."""
    programs: dict[str, Program] = {}
    flaws: list[Flaw] = []
    size = 0
    for location, expression in _expressions(policy):
        if expression in programs:
            continue
        try:
            programs[expression] = compiled(expression)
        except re2.error as error:
            flaws.append(Flaw(location, _explain(error)))
            if _too_large(error):
                break
            continue
        size += programs[expression].size
        if programs[expression].size > MOST:
            flaws.append(Flaw(location, f"this expression is too large: {_SHORTER}"))
            break
        if size > MOST_TOGETHER:
            flaws.append(Flaw(location, f"with this expression the policy's are too large together: {_SHORTER}"))
            break
    return list(programs.values()), flaws


def _expressions(policy: PolicyFile) -> Iterator[tuple[Location, str]]:
    for index, rule in enumerate(policy.rules):
        for location, when in walk(rule.when, ("rules", index, "when")) if rule.when else ():
            for position, expression in enumerate(when.expressions):
                yield (*location, "matches", position), expression
            for name, expression in when.headers.items():
                yield (*location, "headers", name), expression


def _explain(error: Exception) -> str:
    if _too_large(error):
        return f"this expression is too large: {_SHORTER}"
    if "repetition size" in _words(error):
        return f"{_words(error)}: RE2 counts to 1000, and nested repetitions together, too; write smaller numbers"
    return (
        f"not a regular expression of RE2, which has no look-around and no back-references, so that no expression "
        f"takes long: {_words(error)}; see https://github.com/google/re2/wiki/Syntax"
    )


def _too_large(error: Exception) -> bool:
    return "too large" in _words(error)


def _words(error: Exception) -> str:
    message = error.args[0] if error.args else "it does not compile"
    return message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
