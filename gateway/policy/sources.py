"""A policy's files: the file itself and what it extends, read and merged into one document.

Knows where they are; how they merge is in `merged`, what a policy means is nobody's here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from gateway.document import Document, DocumentError, Location, Mistake, read_document
from gateway.paths import ready_made
from gateway.policy.flow import suggest
from gateway.policy.merged import Place, Sources, merge

MAX_BYTES = 1_000_000
MAX_PARENTS = 8
MAX_FILES = 32


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
        merged = parent if merged is None else merge(merged, parent)
    return merge(merged, own) if merged is not None else own


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
        _check_version(known[identity].document)
    return known[identity]


def _check_version(document: Document) -> None:
    """Refuse what a parent says in a language that this isn't: merged, nobody would see it."""
    version = document.data.get("version")
    if type(version) is int and version == 1:
        return
    if "version" not in document.data:
        raise DocumentError([document.mistake((), "`version` is missing here; start with `version: 1`")])
    found = document.written.get(("version",))
    what = f"`{found[:60]}`" if found else "nothing" if version is None else "something else"
    raise DocumentError([document.mistake(("version",), f"found {what}; expected 1")])


def _find(file: str, name: str) -> Path | None:
    """A file beside the one that names it, or a ready-made policy."""
    beside = Path(file).parent / name
    try:
        if beside.is_file() and ("/" in name or beside.suffix):
            return beside
    except (OSError, ValueError):
        return None  # A name that no file can have.
    return ready_made().get(name)


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
