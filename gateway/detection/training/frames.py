"""Reads frames: texts with slots, and what they disclose.

A file is text in sections. A line ``@ topics=health,minors`` says what the frames below it disclose
(`none` for nothing); `lang=de` their language, if it is not the one the file's name starts with;
`block` that a frame takes several lines and ends with a line ``---``. Elsewhere each line is a frame, in
which ``\\n`` stands for a line break, and a line that starts with ``#`` is a comment. Knows nothing of what
fills the slots.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

TOPICS = (
    "health", "finance", "legal", "employment", "sexuality", "religion", "politics", "union", "ethnicity",
    "immigration", "minors", "whereabouts", "business", "correspondence",
)  # fmt: skip
"""What a segment can disclose, in the order of the model's outputs."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One text with slots.

    Attributes:
        source: the file's name without its ending.
        topics: of `TOPICS`; empty when nothing is disclosed.
    """

    text: str
    topics: frozenset[str]
    language: str
    source: str


@dataclass(frozen=True, slots=True)
class _Section:
    topics: frozenset[str]
    language: str
    block: bool


def _section(line: str, path: Path, number: int, language: str) -> _Section:
    words = line[1:].split()
    options = dict(word.split("=", 1) for word in words if "=" in word)
    topics = frozenset(options.get("topics", "none").split(",")) - {"none"}
    unknown = topics - set(TOPICS)
    if unknown:
        raise ValueError(f"{path.name}:{number}: unknown topic {sorted(unknown)[0]!r}")
    return _Section(topics, options.get("lang", language), "block" in words)


def read(path: Path) -> Iterator[Frame]:
    """The frames of a file.

    Raises:
        ValueError: a topic is unknown; names file and line.
    """
    language = path.stem.split("_")[0]
    section = _Section(frozenset(), language, False)
    lines: list[str] = []

    def frame(text: str) -> Frame:
        return Frame(text, section.topics, section.language, path.stem)

    for number, line in enumerate([*path.read_text(encoding="utf-8").split("\n"), "@ topics=none"], 1):
        header = line.startswith("@ topics=")
        if section.block and (header or line.strip() == "---"):
            text = "\n".join(lines).strip()
            lines = []
            if text:
                yield frame(text)
        elif section.block:
            lines.append(line)
        elif line.strip() and not header and not line.startswith("#"):
            yield replace(frame(line.strip()), text=line.strip().replace("\\n", "\n"))
        if header:
            section = _section(line, path, number, language)


def read_all(directory: Path) -> list[Frame]:
    """The frames of every ``.txt`` file in `directory`, in the order of the names."""
    return [frame for path in sorted(directory.glob("*.txt")) for frame in read(path)]
