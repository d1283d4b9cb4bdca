"""XML of office documents to text, by expat of the standard library, event by event.

A document type declaration is refused before anything in it is expanded: the formats have none (ECMA-376 part 2,
6.2.5; OpenDocument 1.3 part 2, 2.2), and entity bombs need one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from gateway.attachments.reading import Unread

MAX_DEPTH = 256


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What elements and attributes of a format mean, by their local names.

    Attributes:
        texts: elements whose characters are text; None: all are.
        before, after: element → what stands for its beginning and its end.
        spoken: attributes that hold text for people, such as the description of a picture.
        skipped: elements that say again what stands elsewhere.
        within: only what is inside of such an element counts; None: all.
    """

    texts: frozenset[str] | None
    before: Mapping[str, str]
    after: Mapping[str, str]
    spoken: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    within: frozenset[str] | None = None


@dataclass(slots=True)
class _Walk:
    words: Vocabulary
    path: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    skipping: int = 0
    inside: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if len(self.path) >= MAX_DEPTH:
            raise Unread("too large")
        self.path.append(local)
        self.skipping += local in self.words.skipped
        self.inside += self.words.within is not None and local in self.words.within
        if not self.counts:
            return
        self.pieces.append(self.words.before.get(local, ""))
        for attribute, value in attributes.items():
            if value.strip() and attribute.rpartition(":")[2] in self.words.spoken:
                self.pieces.append(f"\n{value}\n")

    def end(self, name: str) -> None:
        local = self.path.pop()
        if self.counts:
            self.pieces.append(self.words.after.get(local, ""))
        self.skipping -= local in self.words.skipped
        self.inside -= self.words.within is not None and local in self.words.within

    def characters(self, text: str) -> None:
        if self.counts and (self.words.texts is None or (self.path and self.path[-1] in self.words.texts)):
            self.pieces.append(text)

    @property
    def counts(self) -> bool:
        return not self.skipping and (self.words.within is None or self.inside > 0)


def text_of(markup: bytes, words: Vocabulary) -> str:
    """The text in `markup`, without empty lines.

    Raises:
        Unread: it is no well-formed XML, is nested too deep, or declares entities.
    """
    walk = _Walk(words)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.characters
    try:
        parser.Parse(markup, True)
    except expat.ExpatError:
        raise Unread("reading failed") from None
    # A cell ends behind the end of its paragraph.
    lines = (line.rstrip() for line in re.sub(r"\n+\t", "\t", "".join(walk.pieces)).split("\n"))
    return "\n".join(line for line in lines if line)


def _refuse(*declaration: object) -> None:
    raise Unread("reading failed")
