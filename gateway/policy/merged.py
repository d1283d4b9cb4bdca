"""One policy laid over another, as plain data in which every value keeps the file, line and column that it came from.

Knows how they merge; nothing of files, nor of what a policy means.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from gateway.document import Document, Location, Mistake
from gateway.policy.flow import Flaw, suggest

BY_NAME = ("rules", "recognizers", "tests")
"""Lists that merge by the `name` of their entries; all others are replaced."""
_OWN = ("extends", "name", "version")
_SWITCH = {"name", "enabled"}
"""An entry with nothing else switches an inherited one on or off."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value of the merged document stands: in which file, and where in that."""

    document: Document
    location: Location


@dataclass(slots=True)
class Sources:
    """A merged document.

    Attributes:
        data: plain data, as one file would hold it.
        files: each file's path and bytes' SHA-256, the policy itself first.
    """

    document: Document
    data: dict[str, Any]
    places: dict[Location, Place]
    files: list[tuple[str, str]] = field(default_factory=list)

    def mistake(self, location: Location, message: str, *, key: bool = False) -> Mistake:
        """A mistake at `location` of the merged document, in the file that it came from."""
        for end in range(len(location), -1, -1):
            place = self.places.get(location[:end])
            if place is not None:
                at = (*place.location, *location[end:])
                return place.document.mistake(at, message, key=key)
        return self.document.mistake((), message)

    def origin(self, location: Location) -> tuple[str, int]:
        """File and line of the value at `location`."""
        mistake = self.mistake(location, "", key=bool(location) and not isinstance(location[-1], int))
        return mistake.file, mistake.line

    def inherited(self, location: Location) -> bool:
        """Whether the value at `location` is another file's."""
        for end in range(len(location), -1, -1):
            place = self.places.get(location[:end])
            if place is not None:
                return place.document is not self.document
        return False

    def written(self, location: Location) -> str | None:
        """The scalar at `location` as it was written."""
        for end in range(len(location), -1, -1):
            place = self.places.get(location[:end])
            if place is not None:
                return place.document.written.get((*place.location, *location[end:]))
        return None

    @property
    def sha256(self) -> str:
        """The file's own hash; that of all files' hashes where there are more."""
        if len(self.files) == 1:
            return self.files[0][1]
        return hashlib.sha256("\n".join(digest for _, digest in self.files).encode()).hexdigest()


def merge(parent: Sources, child: Sources) -> Sources:
    """`child` laid over `parent`."""
    places: dict[Location, Place] = {}
    data = _mapping(parent, parent.data, child, child.data, (), (), (), places)
    places[()] = Place(child.document, ())
    return Sources(child.document, data, places, [*child.files, *parent.files])


def _place_of(source: Sources, location: Location) -> Place:
    for end in range(len(location), -1, -1):
        place = source.places.get(location[:end])
        if place is not None:
            return Place(place.document, (*place.location, *location[end:]))
    return Place(source.document, location)


def _mapping(
    parent: Sources,
    old: dict[Any, Any],
    child: Sources,
    new: dict[Any, Any],
    at_old: Location,
    at_new: Location,
    at: Location,
    places: dict[Location, Place],
) -> dict[Any, Any]:
    """`new` over `old`: keys of both merge where both are mappings; a key with nothing behind it is taken out."""
    result: dict[Any, Any] = {}
    for key in dict.fromkeys([*old, *new]):
        here, there = key in new, key in old
        if here and there and new[key] is None:
            continue
        if not at and key in _OWN and not here:
            continue
        below, from_old, from_new = (*at, key), (*at_old, key), (*at_new, key)
        if here and there and isinstance(old[key], dict) and isinstance(new[key], dict) and _merges(below):
            places[below] = _place_of(child, from_new)
            result[key] = _mapping(parent, old[key], child, new[key], from_old, from_new, below, places)
        elif here and there and not at and key in BY_NAME and isinstance(old[key], list) and isinstance(new[key], list):
            places[below] = _place_of(child, from_new)
            result[key] = _by_name(parent, old[key], child, new[key], key, places)
        elif here:
            result[key] = new[key]
            _keep(child, from_new, new[key], below, places)
        else:
            result[key] = old[key]
            _keep(parent, from_old, old[key], below, places)
    return result


def _merges(location: Location) -> bool:
    """Whether mappings at `location` merge. A level with a score, say, is one value."""
    return location[0] in ("destinations", "route", "on_error", "attachments", "limits", "keys") or location == (
        "entities",
    )


def _keep(source: Sources, there: Location, value: Any, here: Location, places: dict[Location, Place]) -> None:
    places[here] = _place_of(source, there)
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        _keep(source, (*there, key), child, (*here, key), places)


def _by_name(
    parent: Sources, old: list[Any], child: Sources, new: list[Any], key: str, places: dict[Location, Place]
) -> list[Any]:
    result: list[Any] = []
    by_name: dict[str | None, int] = {_name(item): index for index, item in enumerate(new) if _name(item) is not None}
    taken: set[int] = set()
    for index, item in enumerate(old):
        override = by_name.get(_name(item)) if _name(item) is not None else None
        if override is None:
            _keep(parent, (key, index), item, (key, len(result)), places)
            result.append(item)
        elif override not in taken:
            taken.add(override)
            if set(new[override]) <= _SWITCH:
                _keep(parent, (key, index), item, (key, len(result)), places)
                _keep(child, (key, override), new[override], (key, len(result)), places)
                result.append({**item, **new[override]})
                continue
            _keep(child, (key, override), new[override], (key, len(result)), places)
            result.append(new[override])
    for index, item in enumerate(new):
        if index not in taken:
            _keep(child, (key, index), item, (key, len(result)), places)
            result.append(item)
    return result


def _name(item: Any) -> str | None:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def switches_of_nothing(data: dict[Any, Any]) -> dict[Location, Flaw]:
    """Entries of `name` and `enabled` alone that found nothing to switch, by their place in merged data."""
    found: dict[Location, Flaw] = {}
    for key in BY_NAME:
        entries: list[Any] = data[key] if isinstance(data.get(key), list) else []
        names = [_name(item) for item in entries]
        known = [name for name, item in zip(names, entries, strict=True) if name and not set(item) <= _SWITCH]
        for index, name in enumerate(names):
            if name is None or set(entries[index]) != _SWITCH or names.count(name) > 1:
                continue
            hint = suggest(name, known) if known else f"this policy inherits no {key}"
            message = f"no inherited {key[:-1]} is called `{name[:100]}`, so this switches nothing on or off; {hint}"
            found[key, index] = Flaw((key, index, "name"), message)
    return found
