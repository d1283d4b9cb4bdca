"""A policy's files: the file itself, what it extends, and the word lists that it names, merged into one document.

Every value keeps the file, line and column that it came from. Knows nothing of what a policy means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.document import Document, DocumentError, Location, Mistake, read_document
from gateway.paths import ready_made
from gateway.policy.flow import suggest

MAX_BYTES = 1_000_000
MAX_WORDS = 100_000
MAX_PARENTS = 8
MAX_FILES = 32
BY_NAME = ("rules", "recognizers", "tests")
"""Lists that merge by the `name` of their entries; all others are replaced."""
_OWN = ("extends", "name")
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


def read_sources(file: str, text: str, sha256: str | None = None) -> Sources:
    """Read a policy's text, and all that it extends.

    Raises:
        DocumentError: a file can't be read or is not YAML, or they extend one another in a circle.
    """
    return _read(file, text, sha256, (), {})


def _read(file: str, text: str, sha256: str | None, children: tuple[str, ...], known: dict[str, Sources]) -> Sources:
    document = read_document(file, text, start="version: 1")
    digest = sha256 or hashlib.sha256(text.encode("utf-8")).hexdigest()
    own = Sources(document, document.data, {(): Place(document, ())}, [(file, digest)])
    names = document.data.get("extends", [])
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or not names:
        return own
    merged: Sources | None = None
    for index, name in enumerate(names):
        where = ("extends", index) if isinstance(document.data["extends"], list) else ("extends",)
        parent = _parent(document, where, name, (*children, _identity(file)), known)
        merged = parent if merged is None else _merge(merged, parent)
    return _merge(merged, own) if merged is not None else own


def _identity(file: str) -> str:
    return str(Path(file).resolve())


def _parent(
    document: Document, where: Location, name: str, children: tuple[str, ...], known: dict[str, Sources]
) -> Sources:
    path = _find(document.file, name)
    if path is None:
        ready = list(ready_made())
        message = (
            f"there is no file `{name[:100]}` beside this one and no such ready-made policy; {suggest(name, ready)}"
        )
        raise DocumentError([document.mistake(where, message)])
    if _identity(str(path)) in children:
        chain = " → ".join(Path(item).name for item in (*children, str(path)))
        message = f"the policies extend one another in a circle ({chain}); leave one `extends` out"
        raise DocumentError([document.mistake(where, message)])
    if len(children) >= MAX_PARENTS:
        raise DocumentError([document.mistake(where, f"more than {MAX_PARENTS} policies extend one another")])
    identity = _identity(str(path))
    if identity not in known:
        if len(known) >= MAX_FILES:
            raise DocumentError([document.mistake(where, f"more than {MAX_FILES} policies are extended")])
        raw, text = read_text(path)
        known[identity] = _read(str(path), text, hashlib.sha256(raw).hexdigest(), children, known)
    return known[identity]


def _find(file: str, name: str) -> Path | None:
    """A file beside the one that names it, or a ready-made policy."""
    beside = Path(file).parent / name
    try:
        if beside.is_file() and ("/" in name or beside.suffix):
            return beside
    except (OSError, ValueError):
        return None  # A name that no file can have.
    return ready_made().get(name)


def _merge(parent: Sources, child: Sources) -> Sources:
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
    return location[0] in ("destinations", "route", "on_error", "limits", "keys") or location == ("entities",)


def _keep(source: Sources, there: Location, value: Any, here: Location, places: dict[Location, Place]) -> None:
    places[here] = _place_of(source, there)
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        _keep(source, (*there, key), child, (*here, key), places)


def _by_name(
    parent: Sources, old: list[Any], child: Sources, new: list[Any], key: str, places: dict[Location, Place]
) -> list[Any]:
    result: list[Any] = []
    by_name: dict[Hashable, int] = {_name(item): index for index, item in enumerate(new) if _name(item) is not None}
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


def _name(item: Any) -> Hashable | None:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def read_text(path: Path) -> tuple[bytes, str]:
    """A file's bytes and text.

    Raises:
        DocumentError: it can't be read, is too large, or no UTF-8.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise DocumentError([Mistake(str(path), 1, 1, "is no regular file; a pipe or device can't be read twice")])
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError([Mistake(str(path), 1, 1, f"can't be read: {error.strerror}")]) from None
    except ValueError:
        raise DocumentError([Mistake("a file", 1, 1, "can't be read: its name holds a NUL")]) from None
    if len(raw) > MAX_BYTES:
        size = path.stat().st_size
        raise DocumentError([Mistake(str(path), 1, 1, f"has {size} bytes; a policy has at most {MAX_BYTES}")])
    try:
        return raw, raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DocumentError([Mistake(str(path), line, 1, "is not UTF-8 text; save it as UTF-8")]) from None


def read_words(policy_file: str, name: str) -> tuple[str, tuple[str, ...]]:
    """The SHA-256 and the words of a word list: one a line; empty lines and lines that begin with # are none.

    Raises:
        DocumentError: it can't be read, or holds no word, or too many.
    """
    path = Path(policy_file).parent / name
    raw, text = read_text(path)
    words = tuple(word for line in text.splitlines() if (word := line.strip()) and not word.startswith("#"))
    if not words:
        raise DocumentError([Mistake(str(path), 1, 1, "holds no words; write one a line")])
    if len(words) > MAX_WORDS:
        raise DocumentError([Mistake(str(path), 1, 1, f"holds {len(words)} words; at most {MAX_WORDS} are allowed")])
    long = next((index for index, word in enumerate(words) if len(word) > 1000), None)
    if long is not None:
        raise DocumentError([Mistake(str(path), 1, 1, f"word {long + 1} has more than 1000 characters")])
    return hashlib.sha256(raw).hexdigest(), words
