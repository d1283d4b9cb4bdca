"""A policy's word lists: read from the files that conditions name, and proved to hold words that a text can have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from gateway.document import DocumentError, Mistake
from gateway.policy.conditions import walk
from gateway.policy.flow import Flaw
from gateway.policy.schema import PolicyFile
from gateway.policy.sources import read_text
from gateway.policy.texts import folded

MAX_WORDS = 100_000
_LONGEST = 1000
_SHOWS_NOTHING = "this word holds nothing that shows, so no text could hold it; remove it, or write it out"


def invisible_words(policy: PolicyFile) -> Iterator[Flaw]:
    """The words in conditions that are nothing but white space and invisible characters."""
    for index, rule in enumerate(policy.rules):
        for location, when in walk(rule.when, ("rules", index, "when")) if rule.when else ():
            for field, words in (("words", when.words), ("markers", when.marker_words)):
                for position, word in enumerate(words):
                    if not shows(word):
                        yield Flaw((*location, field, position), _SHOWS_NOTHING)


def shows(word: str) -> bool:
    """Whether something is left of `word` as it is looked for."""
    return bool(word.strip() if word.isascii() else folded(word).strip())


def read_words(policy_file: str, name: str) -> tuple[str, tuple[str, ...]]:
    """The SHA-256 and the words of a word list: one a line; empty lines and lines that begin with # are none.

    Raises:
        DocumentError: it can't be read, or holds no word, or too many, or one that no text could hold.
    """
    path = Path(policy_file).parent / name
    raw, text = read_text(path)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    words = [(number, word) for number, word in lines if word and not word.startswith("#")]
    if not words:
        raise _mistake(path, 1, "holds no words; write one a line")
    if len(words) > MAX_WORDS:
        raise _mistake(path, 1, f"holds {len(words)} words; at most {MAX_WORDS} are allowed")
    for number, word in words:
        if len(word) > _LONGEST:
            raise _mistake(path, number, f"this word has more than {_LONGEST} characters")
        if not shows(word):
            raise _mistake(path, number, _SHOWS_NOTHING)
    return hashlib.sha256(raw).hexdigest(), tuple(word for _, word in words)


def _mistake(path: Path, line: int, message: str) -> DocumentError:
    return DocumentError([Mistake(str(path), line, 1, message)])
