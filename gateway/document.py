"""A YAML file that a person wrote, as plain data in which every key and value keeps its place.

Reads YAML as nodes and refuses what policies and settings have no use for: aliases, merge keys,
tags, second documents. Knows nothing of what the data means.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import yaml

MAX_NODES = 20_000
MAX_DEPTH = 32
_LONGEST_NUMBER = 40
_WIDE = dict(zip("：，｛｝［］＃－“”‘’　\u00a0", ":,{}[]#-\"\"''  ", strict=True))
"""Signs of Chinese and word processors' typing that look like YAML's, and the sign that was meant."""
Location = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a file. `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {printable(self.message)}"


def printable(text: str) -> str:
    """`text` with an escape for each character that has no shape: a terminal must not obey a file."""
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)


class DocumentError(Exception):
    """A file that can't be used; `mistakes` is never empty."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


@dataclass(slots=True)
class Document:
    """Plain data, the position of every key and value in it, and scalars as they were written."""

    file: str
    data: dict[str, Any]
    values: dict[Location, yaml.Mark]
    keys: dict[Location, yaml.Mark]
    written: dict[Location, str]

    def mistake(self, location: Location, message: str, *, key: bool = False) -> Mistake:
        """A mistake at `location`, or at the nearest thing around it; `key` means its key, not its value."""
        for end in range(len(location), -1, -1):
            part = location[:end]
            mark = (self.keys if key and end == len(location) else self.values).get(part)
            if mark is not None:
                return Mistake(self.file, mark.line + 1, mark.column + 1, message)
        return Mistake(self.file, 1, 1, message)


def read_document(file: str, text: str, *, start: str) -> Document:
    """Read the YAML mapping in `text`; a text without any value is an empty one.

    Args:
        file: the name to use in mistakes.
        start: what such a file may begin with, for whoever wrote something else.

    Raises:
        DocumentError: it is not YAML, not a mapping, or holds something that has no use here.
    """
    reader = _Reader(file)
    try:
        reader.examine(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            return reader.document
        if not isinstance(node, yaml.MappingNode):
            raise reader.fail(node.start_mark, f"the file must be a mapping; start with `{start}`")
        reader.document.data = reader.build(node, ())
    except yaml.MarkedYAMLError as error:
        problem = error.problem or "this is not valid YAML"
        if "\\t" in problem:
            problem = "a tab stands here; indent with spaces"
        elif "got '?'" in problem:
            problem = "a question mark here ends the text; put the text in quotes"
        mark = error.problem_mark or error.context_mark
        raise reader.fail(mark, f"not valid YAML: {problem}{_wide_before(text, mark)}") from None
    return reader.document


def wide_sign(text: str) -> str | None:
    """What to say of the first sign in `text` that YAML only knows in its ASCII form, if there is one."""
    sign = next((sign for sign in text if sign in _WIDE), None)
    if sign is None:
        return None
    if _WIDE[sign] == " ":
        return "a space of another kind stands there; write plain spaces"
    return f"the `{sign}` is none of YAML's signs; write `{_WIDE[sign]}`"


def _wide_before(text: str, mark: Any) -> str:
    """A hint if such a sign stands where reading ended, or in the last line before that has anything in it."""
    lines = text.split("\n")[: mark.line + 1] if mark else []
    written = [(number, line.partition(" #")[0]) for number, line in enumerate(lines, 1) if line.strip()]
    for number, line in reversed(written[-2:]):
        hint = wide_sign(line)
        if hint is not None:
            return f"; perhaps in line {number}: {hint}"
    return ""


class _Reader:
    def __init__(self, file: str) -> None:
        self.document = Document(file, {}, {}, {}, {})

    def fail(self, mark: Any, message: str) -> DocumentError:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return DocumentError([Mistake(self.document.file, line, column, message)])

    def examine(self, text: str) -> None:
        """Refuse what `compose` would take too long for, or what could hide something."""
        for number, line in enumerate(text.split("\n"), 1):
            if (bad := yaml.reader.Reader.NON_PRINTABLE.search(line)) is not None:
                message = f"not valid YAML: the character U+{ord(bad.group()):04X} is not allowed; remove it"
                raise DocumentError([Mistake(self.document.file, number, bad.start() + 1, message)])
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
            if isinstance(event, yaml.AliasEvent):
                raise self.fail(event.start_mark, "aliases (*name) are not allowed here; write the value out")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH or count > MAX_NODES:
                raise self.fail(event.start_mark, "the file is nested too deeply or has too many values")

    def build(self, node: yaml.Node, location: Location) -> Any:
        self.document.values[location] = node.start_mark
        if isinstance(node, yaml.SequenceNode):
            self._plain(node, "seq")
            return [self.build(item, (*location, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            self._plain(node, "map")
            return self._mapping(node, location)
        self._plain(node, "str", "int", "float", "bool", "null", "timestamp", "value")
        self.document.written[location] = node.value
        if node.tag == "tag:yaml.org,2002:int" and len(node.value) > _LONGEST_NUMBER:
            raise self.fail(node.start_mark, "this looks like a number or date but is none; put it in quotes")
        try:
            value = yaml.constructor.SafeConstructor().construct_object(node)
        except (ValueError, OverflowError):
            raise self.fail(node.start_mark, "this looks like a number or date but is none; put it in quotes") from None
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise self.fail(node.start_mark, "this number is too large; put it in quotes if it is a text")
        if isinstance(value, str) and any(0xD800 <= ord(character) < 0xE000 for character in value):
            raise self.fail(node.start_mark, "an escape here makes no character; write valid Unicode")
        return value

    def _plain(self, node: yaml.Node, *tags: str) -> None:
        if node.tag not in {f"tag:yaml.org,2002:{tag}" for tag in tags}:
            raise self.fail(node.start_mark, "tags (!name) are not allowed here; write a plain value")

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str) or key_node.tag == "tag:yaml.org,2002:merge":
                raise self.fail(key_node.start_mark, "a key must be a plain word")
            if key in result:
                raise self.fail(key_node.start_mark, f"`{key}` stands here a second time; keep one of them")
            self.document.keys[(*location, key)] = key_node.start_mark
            result[key] = self.build(value_node, (*location, key))
        return result
