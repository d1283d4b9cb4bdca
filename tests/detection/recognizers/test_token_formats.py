"""Every row of the table of token forms: a value drawn at random in that form is found, a blank one is not."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.api_key import ApiKeyRecognizer
from gateway.detection.recognizers.token_formats import FORMATS, Format

Find = Callable[[Any, str], list[str]]
_PARSER: Any = vars(re)["_parser"]
_ORDINARY = string.ascii_letters + string.digits
_MOST = 24
"""Repeats beyond the least that an open end gets."""


def draw(parsed: Any, rng: random.Random) -> str:
    """A string that a parsed expression (of the few constructs that the table uses) matches."""
    return "".join(_draw_one(str(operation).lower(), argument, rng) for operation, argument in parsed)


def _draw_one(operation: str, argument: Any, rng: random.Random) -> str:
    if operation == "literal":
        return chr(argument)
    if operation == "in":
        return rng.choice(_members(argument))
    if operation == "branch":
        return draw(rng.choice(argument[1]), rng)
    if operation == "subpattern":
        return draw(argument[-1], rng)
    if operation == "max_repeat":
        least, most, inner = argument
        return "".join(draw(inner, rng) for _ in range(rng.randint(least, min(int(most), least + _MOST))))
    return ""  # looks around


def _members(items: Any) -> str:
    found = ""
    for kind, value in items:
        name = str(kind).lower()
        if name == "literal":
            found += chr(value)
        elif name == "range":
            found += "".join(map(chr, range(value[0], value[1] + 1)))
        elif name == "negate":
            return _ORDINARY
        else:
            found += {"category_word": _ORDINARY + "_", "category_digit": string.digits}[str(value).lower()]
    return "".join(sorted(set(found) & set(_ORDINARY))) or found


def _text(row: Format, value: str) -> str:
    named = f"{row.near[0]} " if row.near else ""
    literal = row.literals[0] if row.literals else ""
    before = "" if literal in value else f"?{literal}" if literal.endswith("=") else f"{literal} "
    return f"{named}{before}{value}"


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: f"{row.vendor}: {row.expression[:24]}")
def test_a_value_of_the_form_is_found(found: Find, row: Format) -> None:
    rng = random.Random(row.expression)
    parsed = _PARSER.parse(row.expression)
    hits = 0
    for _ in range(20):
        value = draw(parsed, rng)
        if row.literals and not any(literal in _text(row, value) for literal in row.literals):
            continue
        hits += any(item in _text(row, value) for item in found(ApiKeyRecognizer(), f"see {_text(row, value)} here"))
    assert hits >= 13


def test_every_row_has_what_it_needs() -> None:
    for row in FORMATS:
        assert row.literals or row.near, row.vendor
        assert re.compile(row.expression)
