"""Which recognizers there are: what each finds, in which languages, by which standard, and whose it is.

Reads what the recognizers say of themselves (`LANGUAGES`, `EXAMPLE`, `STANDARD`). Knows nothing of texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.detection.plugins import BUILT_IN, PRESIDIO, origin_of
from gateway.detection.recognizers.rule import name_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One recognizer.

    Attributes:
        entities: the types that it finds, in alphabetical order.
        languages: those whose words it knows; ``any`` for forms that no language changes.
        example: a made-up text in which it finds something; may be empty.
        standard: the standard, law or vendor's document that it follows; may be empty.
        origin: built in, Presidio, or the entry point or file that it comes from.
    """

    name: str
    entities: tuple[str, ...]
    languages: tuple[str, ...]
    example: str
    standard: str
    origin: str

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "name": self.name,
            "entities": list(self.entities),
            "languages": list(self.languages),
            "example": self.example or None,
            "standard": self.standard or None,
            "origin": self.origin,
        }


_VIEWS = Entry(
    "views",
    ("ENCODED_CONTENT", "SPELLED_NUMBER"),
    ("any",),
    "a text that is base64 inside base64, five times over; a number of nine digits or more in words",
    "RFC 4648; what is encoded more often than is undone can't be inspected",
    BUILT_IN,
)


def entry_of(recognizer: Any) -> Entry:
    """What `recognizer` says of itself."""
    return Entry(
        name_of(recognizer),
        tuple(sorted(recognizer.supported_entities)),
        tuple(getattr(recognizer, "LANGUAGES", ("any",))),
        str(getattr(recognizer, "EXAMPLE", "")),
        str(getattr(recognizer, "STANDARD", "")),
        origin_of(recognizer),
    )


def catalogue(recognizers: Iterable[Any]) -> list[Entry]:
    """All entries: Sepal's own first, then Presidio's, then people's; each by name."""
    entries = [_VIEWS, *map(entry_of, recognizers)]
    order = {BUILT_IN: 0, PRESIDIO: 1}
    return sorted(entries, key=lambda item: (order.get(item.origin, 2), item.origin, item.name.lower()))


_PAGE = """\
# Recognizers

<!-- Made by `sepal recognizers --markdown > docs/recognizers.md`; a test compares the two. -->

All {count} that are built in. `sepal recognizers` lists yours as well; how to add them is in
[plug-ins.md](plug-ins.md). Every recognizer looks at texts of every language: *languages* are those whose words it
knows, *any* means that the form of the thing is the same in all. Examples are made up.
"""
_SECTIONS = ((BUILT_IN, "Sepal's own"), (PRESIDIO, "Presidio's, run once for every language"))


def page(entries: Iterable[Entry]) -> str:
    """The documentation page: of what is built in, so that it is the same everywhere."""
    by_origin = {origin: [item for item in entries if item.origin == origin] for origin, _ in _SECTIONS}
    lines = [_PAGE.format(count=sum(map(len, by_origin.values())))]
    for origin, title in _SECTIONS:
        lines += [f"## {title}", "", "| recognizer | finds | languages | example | follows |", "|---|---|---|---|---|"]
        lines += [_line(item) for item in by_origin[origin]]
        lines.append("")
    return "\n".join(lines)


def _line(item: Entry) -> str:
    cells = (item.name, ", ".join(item.entities), ", ".join(item.languages), _code(item.example), item.standard)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _code(example: str) -> str:
    return f"`{example}`" if example and "`" not in example else example
