"""What Pydantic finds wrong in a policy, as sentences: what stands there, and what may stand there instead.

Knows the models and Pydantic's errors; nothing of files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from gateway.detection import listed
from gateway.document import Location, wide_sign
from gateway.policy import conditions, destination, schema
from gateway.policy.conditions import When
from gateway.policy.flow import Flaw, suggest
from gateway.policy.merged import Sources

_BELOW: dict[tuple[Any, str], Any] = {
    (schema.PolicyFile, "destinations"): schema.Destination,
    (schema.PolicyFile, "entities"): schema.EntityLevel,
    (schema.PolicyFile, "recognizers"): listed.ListedRecognizer,
    (schema.PolicyFile, "rules"): schema.Rule,
    (schema.PolicyFile, "route"): schema.Route,
    (schema.PolicyFile, "on_error"): schema.OnError,
    (schema.PolicyFile, "attachments"): schema.Attachments,
    (schema.PolicyFile, "limits"): schema.Limits,
    (schema.PolicyFile, "tests"): schema.PolicyTest,
    (schema.PolicyFile, "keys"): schema.Key,
    (schema.PolicyTest, "expect"): schema.Expected,
    (schema.Rule, "when"): When,
    (schema.Rule, "declassify"): schema.Declassify,
    (When, "characters"): conditions.Bounds,
    (When, "tokens"): conditions.Bounds,
    (listed.RecognizersFile, "recognizers"): listed.ListedRecognizer,
    (listed.ListedRecognizer, "patterns"): listed.ListedPattern,
    (listed.ListedRecognizer, "supported_languages"): listed.LanguageWords,
}
_EXPECTED = {
    "string_type": "a word",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
}
_BOUNDS = {
    "greater_than_equal": ("a number of at least", "ge"),
    "greater_than": ("a number above", "gt"),
    "less_than_equal": ("a number of at most", "le"),
    "less_than": ("a number below", "lt"),
}
_FORMS = {
    "Destination": "{clearance: LEVEL, engine: llama.cpp}",
    "Key": "{sha256: 64 DIGITS, groups: [NAME]}",
    "Rule": "{name: NAME, when: {any: [PERSON]}, raise_to: LEVEL}",
    "When": "{any: [PERSON]}",
    "Declassify": "{method: pseudonym, to: LEVEL}",
    "Route": "{prefer: [DESTINATION]}",
    "Bounds": "{at_least: 5}",
    "PolicyTest": "{name: WORDS, prompt: TEXT, expect: {label: LEVEL}}",
    "Expected": "{label: LEVEL}",
}
_MEANT = {
    "where": "role roles place places",
    "matches": "regex regexp pattern patterns",
    "words": "keyword keywords phrases contains",
    "entities": "types type",
}
"""Fields, and what they are called elsewhere."""
_SHORT = re.compile(r"[\w-]{1,40}")
_NESTED = ("a list", "a mapping")
_NAMES = {
    destination.NAME: "a name of small letters (a-z), digits, - and _ that begins with a letter",
    destination.VARIABLE: "the name of an environment variable: letters a-z and A-Z, digits and _",
    conditions.ENTITY_NAME: "a name such as PERSON for a type, or contact for a group: letters a-z, digits and _",
    r"^[A-Z][A-Z0-9_]{0,62}$": "a name of capital letters (A-Z), digits and _ that begins with a letter",
    conditions.HEADER_NAME: "a name of small letters (a-z), digits, - and _",
    schema.SHA256: "64 digits of 0-9 and a-f",
}
_INSIDE = "missing extra_forbidden value_error"
_OF_CONTENT = frozenset(_INSIDE.split())
"""Errors that say which alternative was meant: something in it is wrong."""


def flaws_of(error: ValidationError, document: Sources) -> list[Flaw]:
    """A sentence at its place for each mistake; one where several alternatives were tried for one value."""
    plain: list[Flaw] = []
    tried: defaultdict[Location, list[Any]] = defaultdict(list)
    inside: set[Location] = set()
    for item in error.errors(include_url=False):
        location, forks = _place(item["loc"], document.data)
        alternative = location in forks and item["type"] not in _OF_CONTENT
        inside.update(fork for fork in forks if not (alternative and fork == location))
        if alternative:
            tried[location].append(item)
        else:
            plain.append(_explain(item, location, document))
    found = [*plain, *(_none_of(items, at, document) for at, items in tried.items() if at not in inside)]
    return list(map(_with_hint, found))


def _with_hint(flaw: Flaw) -> Flaw:
    """A key in which a sign of YAML's was typed in another form took the value along."""
    name = flaw.location[-1] if flaw.location else None
    hint = wide_sign(name) if isinstance(name, str) else None
    return replace(flaw, message=f"{flaw.message}; {hint}") if hint is not None else flaw


def _place(parts: Iterable[Any], data: Any) -> tuple[Location, set[Location]]:
    """Pydantic's location without its own words for keys and alternatives, and where it chose an alternative."""
    location: Location = ()
    forks: set[Location] = set()
    for part in parts:
        inside = part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))
        if inside:
            data, location = data[part], (*location, part)
        elif part != "[key]":
            forks.add(location)
    return location, forks


def _explain(error: Any, location: Location, document: Sources) -> Flaw:
    kind = error["type"]
    if kind == "extra_forbidden":
        known = _known_fields(location[:-1])
        meant = next((field for field, words in _MEANT.items() if location[-1] in words.split() and field in known), "")
        hint = f"did you mean `{meant}`?" if meant else suggest(str(location[-1]), known)
        name = "unknown key" if _secret(location) else f"unknown key `{location[-1]}`"
        return Flaw(location, f"{name}; {hint}", key=True)
    if kind == "missing":
        return Flaw(location, f"`{error['loc'][-1]}` is missing here")
    if kind == "value_error":
        return Flaw(location, str(error["ctx"]["error"]))
    key = "[key]" in error["loc"]
    found = _found(error["input"], location, document, key=key)
    return Flaw(location, f"found {found}; {_expected(error, location)}", key=key)


def _none_of(errors: list[Any], location: Location, document: Sources) -> Flaw:
    """One sentence for a value that is none of what may stand there."""
    choices = dict.fromkeys(choice for error in errors for choice in _choices(error))
    if len(choices) == 1:
        return _explain(errors[0], location, document)
    value = errors[0]["input"]
    quotes = "; put a word in quotes" if _looks_like_a_word(value) and "a word" in choices else ""
    *first, last = sorted(choices, key=_NESTED.__contains__)
    return Flaw(location, f"found {_found(value, location, document)}; expected {', '.join(first)}, or {last}{quotes}")


def _choices(error: Any) -> list[str]:
    if error["type"] == "literal_error":
        return [f"`{name}`" for name in _literals(error)] or [error["ctx"]["expected"].lower()]
    if error["type"] == "string_type" and error["loc"][-1] == conditions.NAMED:
        return ["a word", "a mapping"]  # Pydantic was told to try but one.
    return [_EXPECTED.get(error["type"]) or _expected(error, ()).removeprefix("expected ")]


def _literals(error: Any) -> list[str]:
    return re.findall(r"'([^']*)'", error["ctx"]["expected"])


def _known_fields(location: Location) -> list[str]:
    model: Any = schema.PolicyFile
    for step in location:
        if isinstance(step, int):
            continue
        model = _BELOW.get((model, str(step))) or _BELOW.get((model, "*")) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _expected(error: Any, location: Location) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return f"expected {_NAMES.get(context['pattern']) or 'a name that matches ' + context['pattern']}"
    if kind == "literal_error":
        names = _literals(error)
        return suggest(str(error["input"]), names) if names else f"expected {context['expected'].lower()}"
    if kind == "string_too_short":
        return "expected some text"
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"expected {words} {context[bound]:g}"
    if kind == "too_short":
        return f"expected at least {context['min_length']} " + ("entry" if context["min_length"] == 1 else "entries")
    if kind == "string_too_long":
        return f"expected at most {context['max_length']} characters"
    if kind == "string_type" and _looks_like_a_word(error["input"]):
        return "expected a word; put it in quotes"
    if kind == "list_type" and isinstance(error["input"], str) and _SHORT.fullmatch(error["input"]):
        return "expected a list" if _secret(location) else f"expected a list, such as [{error['input']}]"
    if kind == "model_type" and (example := _FORMS.get(context["class_name"])):
        return f"expected a mapping, such as {example}"
    message = str(error["msg"]).replace("Input should be", "expected")
    return f"expected {_EXPECTED[kind]}" if kind in _EXPECTED else message[0].lower() + message[1:]


def _looks_like_a_word(value: Any) -> bool:
    """Whether YAML made something else of what may have been meant as a word."""
    return not isinstance(value, str | bool | dict | list | None)


def _secret(location: Location) -> bool:
    """Whether a caller's or a server's key may stand there, by mistake."""
    return location[-1:] == ("api_key_env",) or location[:1] == ("keys",)


def _found(value: Any, location: Location, document: Sources, *, key: bool = False) -> str:
    if _secret(location):
        return "something else"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    written = None if key else document.written(location)
    if value is None and not written:
        return "nothing"
    text = str(value) if written is None else written
    reads = isinstance(value, bool) and text.lower() != str(value).lower()
    reading = f" (which YAML reads as {str(value).lower()}; put it in quotes)" if reads else ""
    return f"`{text[:60]}`{reading}"
