"""From a policy file to a `Policy`, or to mistakes that say where they stand and what to write.

Knows the schema and its mistakes; how the file is read is in `document`, what a policy means in
`flow` and `decide`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gateway.detection import listed
from gateway.document import DocumentError, Location, Mistake, read_document
from gateway.policy import schema
from gateway.policy.conditions import walk
from gateway.policy.expressions import Program, compile_all
from gateway.policy.flow import DOWN, Flaw, find_flaws
from gateway.policy.merged import Place, Sources, switches_of_nothing
from gateway.policy.mistakes import flaws_of
from gateway.policy.overrides import Overrides
from gateway.policy.policy import Policy, compile_policy
from gateway.policy.proof import find_idle
from gateway.policy.sources import read_sources, read_text
from gateway.policy.words import invisible_words, read_words

M = TypeVar("M", bound=BaseModel)
EngineOptions = Mapping[str, Mapping[str, Any]]


class PolicyError(DocumentError):
    """A policy file that does not load; `mistakes` is never empty."""


class _Refused(Exception):
    """Flaws for which a policy does not load."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__(f"{len(flaws)} flaws")
        self.flaws = flaws


def load_text(
    text: str,
    file: str = "policy.yaml",
    known_entities: frozenset[str] | None = None,
    *,
    overrides: EngineOptions | None = None,
    sha256: str | None = None,
) -> Policy:
    """Load a policy from its text.

    Args:
        text: the YAML document.
        file: the name to use in mistakes, and the policy's name when it gives none.
        known_entities: the types that the detectors can find; names outside are then mistakes.
        overrides: engine options by destination (from sepal.yaml), laid over the file's before checking; as
            `Overrides` they say where a mistake in them stands.
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
    options = overrides if isinstance(overrides, Overrides) else Overrides(overrides or {})
    try:
        parsed, programs = _checked(document, known_entities, options)
        words = _word_lists(parsed, document)
        policy = compile_policy(
            parsed,
            name=parsed.name or Path(file).stem,
            sha256=_digest(document.sha256, overrides),
            words_of=lambda when: words.get(when.words_file or "", ()),
            files=tuple(dict.fromkeys(path for path, _ in document.files)),
        )
        del programs  # Until here nobody else held them, and each would have been compiled twice.
        idle = find_idle(parsed, policy)
        _refuse([flaw for flaw in idle if not flaw.doubt and not document.inherited(flaw.location)])
    except _Refused as error:
        own = _flaws_alone(file, text, known_entities) if options else []
        raise PolicyError(_in_order(_blamed(flaw, document, options, own) for flaw in error.flaws)) from None
    return replace(policy, warnings=tuple(str(_mistake(document, flaw)) for flaw in idle))


def _checked(
    document: Sources, known_entities: frozenset[str] | None, options: Overrides
) -> tuple[schema.PolicyFile, list[Program]]:
    """The policy with `options` laid over it, and its expressions.

    Raises:
        _Refused: it must not load.
    """
    _refuse(options.lay_over(document.data))
    _place_word_files(document)
    parsed = _validated(schema.PolicyFile, document)
    if known_entities is not None:
        known_entities |= {item.supported_entity for item in parsed.recognizers if item.enabled}
    programs, flaws = compile_all(parsed)
    _refuse([*flaws, *invisible_words(parsed), *_same_names(parsed.recognizers), *find_flaws(parsed, known_entities)])
    return parsed, programs


def _flaws_alone(file: str, text: str, known_entities: frozenset[str] | None) -> list[Flaw]:
    """The flaws that the policy has without sepal.yaml's options."""
    try:
        _checked(read_sources(file, text), known_entities, Overrides({}))
    except _Refused as error:
        return error.flaws
    except DocumentError:
        pass  # A file that is read a second time may have changed.
    return []


def _blamed(flaw: Flaw, document: Sources, options: Overrides, own: list[Flaw]) -> Mistake:
    """The flaw in the file whose it is."""
    if options.makes(flaw, own):
        return options.mistake(flaw)
    if flaw.message.startswith(DOWN) and options and flaw not in own:
        because = f"{flaw.message}; so it is with the options that {options.document.file} gives destinations"
        return document.mistake(flaw.location, because, key=flaw.key)
    return _mistake(document, flaw)


def _mistake(document: Sources, flaw: Flaw) -> Mistake:
    return document.mistake(flaw.location, flaw.message, key=flaw.key)


def _in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    return sorted(dict.fromkeys(mistakes), key=lambda item: (item.file, item.line, item.column, item.message))


def _refuse(flaws: list[Flaw]) -> None:
    if flaws:
        raise _Refused(flaws)


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
    idle = switches_of_nothing(document.data)
    try:
        parsed = model.model_validate(document.data)
    except ValidationError as error:
        flaws = [flaw for flaw in flaws_of(error, document) if flaw.location[:2] not in idle]
        raise _Refused([*idle.values(), *flaws]) from None
    _refuse(list(idle.values()))
    return parsed


def _same_names(recognizers: list[listed.ListedRecognizer]) -> list[Flaw]:
    index = listed.same_name(recognizers)
    if index is None:
        return []
    message = f"recognizer `{recognizers[index].name}` exists already; give this one another name"
    return [Flaw(("recognizers", index, "name"), message)]


def _digest(file: str, overrides: EngineOptions | None) -> str:
    """The file's own hash; together with the overrides' when there are any."""
    if not overrides:
        return file
    return hashlib.sha256((file + json.dumps(overrides, sort_keys=True)).encode()).hexdigest()


def load_policy(
    path: Path,
    known_entities: frozenset[str] | None = None,
    overrides: EngineOptions | None = None,
) -> Policy:
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
    try:
        parsed = _validated(listed.RecognizersFile, sources)
        _refuse(_same_names(parsed.recognizers))
    except _Refused as error:
        raise PolicyError(_in_order(_mistake(sources, flaw) for flaw in error.flaws)) from None
    if parsed.global_regex_flags is None:
        return parsed.recognizers
    shared = {"global_regex_flags": parsed.global_regex_flags}
    return [item.model_copy(update=shared if item.global_regex_flags is None else {}) for item in parsed.recognizers]


def _read(path: Path) -> tuple[bytes, str]:
    try:
        return read_text(path)
    except DocumentError as error:
        raise PolicyError(error.mistakes) from None
