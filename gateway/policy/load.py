"""From a policy file to a `Policy`, or to mistakes that say where they stand and what to write.

Knows the schema and its mistakes; how the file is read is in `document`, what a policy means in
`flow` and `decide`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gateway.detection import listed
from gateway.document import DocumentError, Location, Mistake, read_document
from gateway.policy import conditions, schema
from gateway.policy.conditions import When, walk
from gateway.policy.flow import Flaw, find_flaws, suggest
from gateway.policy.policy import Policy, compile_policy
from gateway.policy.proof import find_idle
from gateway.policy.sources import Place, Sources, read_sources, read_text, read_words

M = TypeVar("M", bound=BaseModel)
Overrides = Mapping[str, Mapping[str, Any]]


class PolicyError(DocumentError):
    """A policy file that does not load; `mistakes` is never empty."""


def _known_fields(location: Location) -> list[str]:
    model: Any = schema.PolicyFile
    for step in location:
        if isinstance(step, int):
            continue
        model = _BELOW.get((model, str(step))) or _BELOW.get((model, "*")) or model
    return [field.alias or name for name, field in model.model_fields.items()]


_BELOW: dict[tuple[Any, str], Any] = {
    (schema.PolicyFile, "destinations"): schema.Destination,
    (schema.PolicyFile, "entities"): schema.EntityLevel,
    (schema.PolicyFile, "recognizers"): listed.ListedRecognizer,
    (schema.PolicyFile, "rules"): schema.Rule,
    (schema.PolicyFile, "route"): schema.Route,
    (schema.PolicyFile, "on_error"): schema.OnError,
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
    "string_type": "expected a word",
    "list_type": "expected a list",
    "dict_type": "expected a mapping",
    "model_type": "expected a mapping",
    "model_attributes_type": "expected a mapping",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
}


_BOUNDS = {
    "greater_than_equal": ("a number of at least", "ge"),
    "greater_than": ("a number above", "gt"),
    "less_than_equal": ("a number of at most", "le"),
    "less_than": ("a number below", "lt"),
}


def _place(error: Any, data: Any) -> Location:
    """Pydantic's location without its own words for keys and alternatives."""
    location: Location = ()
    for part in error["loc"]:
        inside: Any = data
        try:
            for step in (*location, part):
                inside = inside[step]
        except (KeyError, IndexError, TypeError):
            continue
        location = (*location, part)
    return location


def _explain(error: Any, document: Sources) -> Mistake:
    """A sentence at its place for one Pydantic error."""
    location, kind = _place(error, document.data), error["type"]
    if kind == "extra_forbidden":
        hint = suggest(str(location[-1]), _known_fields(location[:-1]))
        return document.mistake(location, f"unknown key `{location[-1]}`; {hint}", key=True)
    if kind == "missing":
        return document.mistake(location, f"`{error['loc'][-1]}` is missing here")
    if kind == "value_error":
        return document.mistake(location, str(error["ctx"]["error"]))
    key = "[key]" in error["loc"]
    found = _found(error["input"], None if key else document.written(location))
    if location[-1:] == ("api_key_env",) or location[:1] == ("keys",):
        found = "something else"  # Perhaps the key itself.
    return document.mistake(location, f"found {found}; {_expected(error)}", key=key)


def _expected(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return f"expected a name that matches {context['pattern']}"
    if kind == "literal_error":
        names = re.findall(r"'([^']*)'", context["expected"])
        return suggest(str(error["input"]), names) if names else f"expected {context['expected']}"
    if kind == "string_too_short":
        return "expected some text"
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"expected {words} {context[bound]:g}"
    if kind == "too_short":
        return f"expected at least {context['min_length']} " + ("entry" if context["min_length"] == 1 else "entries")
    if kind == "string_too_long":
        return f"expected at most {context['max_length']} characters"
    if kind == "string_type" and not isinstance(error["input"], bool | dict | list | None):
        return "expected a word; put it in quotes"
    message = str(error["msg"]).replace("Input should be", "expected")
    return _EXPECTED.get(kind, message[0].lower() + message[1:])


def _found(value: Any, written: str | None) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None and not written:
        return "nothing"
    text = str(value) if written is None else written
    reading = f" (which YAML reads as {str(value).lower()}; put it in quotes)" if isinstance(value, bool) else ""
    return f"`{text[:60]}`{reading}"


def load_text(
    text: str,
    file: str = "policy.yaml",
    known_entities: frozenset[str] | None = None,
    *,
    overrides: Overrides | None = None,
    sha256: str | None = None,
) -> Policy:
    """Load a policy from its text.

    Args:
        text: the YAML document.
        file: the name to use in mistakes, and the policy's name when it gives none.
        known_entities: the types that the detectors can find; names outside are then mistakes.
        overrides: engine options by destination (from sepal.yaml), laid over the file's before checking.
        sha256: the hash of the file's bytes; that of the text when None.

    Raises:
        PolicyError: with every mistake found.
    """
    try:
        document = read_sources(file, text, sha256)
    except DocumentError as error:
        raise PolicyError(error.mistakes) from None
    if not document.data:
        raise PolicyError([Mistake(file, 1, 1, "the file is empty; start with `version: 1`")])
    _lay_over(document.data, overrides or {})
    _place_word_files(document)
    parsed = _validated(schema.PolicyFile, document)
    if known_entities is not None:
        known_entities |= {item.supported_entity for item in parsed.recognizers if item.enabled}
    flaws: list[Flaw] = [*_same_names(parsed.recognizers), *find_flaws(parsed, known_entities)]
    _refuse(document, flaws)
    idle = find_idle(parsed)
    _refuse(document, [flaw for flaw in idle if not flaw.doubt and not document.inherited(flaw.location)])
    words = _word_lists(parsed, document)
    return compile_policy(
        parsed,
        name=parsed.name or Path(file).stem,
        sha256=_digest(document.sha256, overrides),
        words_of=lambda when: words.get(when.words_file or "", ()),
        warnings=tuple(str(_mistake(document, flaw)) for flaw in idle),
        files=tuple(dict.fromkeys(path for path, _ in document.files)),
    )


def _mistake(document: Sources, flaw: Flaw) -> Mistake:
    return document.mistake(flaw.location, flaw.message, key=flaw.key)


def _refuse(document: Sources, flaws: list[Flaw]) -> None:
    if flaws:
        mistakes = dict.fromkeys(_mistake(document, flaw) for flaw in flaws)
        raise PolicyError(sorted(mistakes, key=lambda item: (item.file, item.line, item.column, item.message)))


def _place_word_files(document: Sources) -> None:
    """Give word lists that an inherited policy names their whole path: two files may have lists of one name."""
    stack: list[tuple[Location, Any]] = [(("rules",), document.data.get("rules"))]
    while stack:
        location, value = stack.pop()
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, child in list(children):
            where = (*location, key)
            if key == "words_file" and isinstance(child, str) and "\0" not in child and document.inherited(where):
                value[key] = str(Path(document.origin(where)[0]).absolute().parent / child)
            stack.append((where, child))


def _word_lists(parsed: schema.PolicyFile, document: Sources) -> dict[str, tuple[str, ...]]:
    """The words of every list that a condition names; each list's hash becomes part of the policy's."""
    lists: dict[str, tuple[str, ...]] = {}
    for index, rule in enumerate(parsed.rules):
        for location, when in walk(rule.when, ("rules", index, "when")) if rule.when else ():
            if when.words_file is None or when.words_file in lists:
                continue
            where = (*location, "words_file")
            try:
                beside = document.origin(where)[0]
                digest, lists[when.words_file] = read_words(beside, when.words_file)
            except DocumentError as error:
                raise PolicyError([document.mistake(where, str(error.mistakes[0])), *error.mistakes]) from None
            document.files.append((str(Path(beside).parent / when.words_file), digest))
    return lists


def _validated(model: type[M], document: Sources) -> M:
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        mistakes = {_explain(item, document) for item in error.errors(include_url=False)}
        raise PolicyError(
            sorted(mistakes, key=lambda item: (item.file, item.line, item.column, item.message))
        ) from None


def _same_names(recognizers: list[listed.ListedRecognizer]) -> list[Flaw]:
    index = listed.same_name(recognizers)
    if index is None:
        return []
    message = f"recognizer `{recognizers[index].name}` exists already; give this one another name"
    return [Flaw(("recognizers", index, "name"), message)]


def _lay_over(data: dict[str, Any], overrides: Overrides) -> None:
    destinations = data.get("destinations")
    known = list(destinations) if isinstance(destinations, dict) else []
    for name, options in overrides.items():
        if not isinstance(destinations, dict) or not isinstance(destinations.get(name), dict):
            message = f"destinations: unknown destination `{name}`; {suggest(name, known)}"
            raise PolicyError([Mistake("sepal.yaml", 1, 1, message)])
        base = destinations[name]
        if options.get("engine", base.get("engine")) != base.get("engine"):
            base = {key: base[key] for key in ("clearance", "first_token_timeout", "context_length") if key in base}
        if options.get("base_url", base.get("base_url")) != base.get("base_url"):
            # The policy trusts the machine that it names, not whichever one sepal.yaml puts in its place.
            base = {key: value for key, value in base.items() if key != "trusted"}
        destinations[name] = {**base, **options}


def _digest(file: str, overrides: Overrides | None) -> str:
    """The file's own hash; together with the overrides' when there are any."""
    if not overrides:
        return file
    return hashlib.sha256((file + json.dumps(overrides, sort_keys=True)).encode()).hexdigest()


def load_policy(path: Path, known_entities: frozenset[str] | None = None, overrides: Overrides | None = None) -> Policy:
    """Load the policy file at `path`; see `load_text`.

    Raises:
        PolicyError: also when the file can't be read.
    """
    raw, text = _read(path)
    digest = hashlib.sha256(raw).hexdigest()
    return load_text(text, str(path), known_entities, overrides=overrides, sha256=digest)


def load_recognizers(path: Path) -> list[listed.ListedRecognizer]:
    """The recognizers in a file of Presidio's.

    Raises:
        PolicyError: with every mistake found.
    """
    _, text = _read(path)
    try:
        document = read_document(str(path), text, start="recognizers:")
    except DocumentError as error:
        raise PolicyError(error.mistakes) from None
    sources = Sources(document, document.data, {(): Place(document, ())})
    parsed = _validated(listed.RecognizersFile, sources)
    flaws = _same_names(parsed.recognizers)
    if flaws:
        raise PolicyError([document.mistake(flaw.location, flaw.message) for flaw in flaws])
    if parsed.global_regex_flags is None:
        return parsed.recognizers
    shared = {"global_regex_flags": parsed.global_regex_flags}
    return [item.model_copy(update=shared if item.global_regex_flags is None else {}) for item in parsed.recognizers]


def _read(path: Path) -> tuple[bytes, str]:
    try:
        return read_text(path)
    except DocumentError as error:
        raise PolicyError(error.mistakes) from None
