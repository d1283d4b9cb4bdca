"""Cells of tables whose header says what stands below: CSV, TSV, Markdown, HTML, and rows of SQL inserts.

The header gives its cells the context that a form's label gives. Windows of a long text that do not
hold the header show nothing here; the first one does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.field_values import fits, is_secret
from gateway.detection.recognizers.labels import KINDS, SECRETS, is_of_a_person, kind_of, plain
from gateway.detection.recognizers.rule import result

SCORE = 0.75
_LONGEST_CELL = 40  # of a header
_MOST_CELLS = 60
_DELIMITERS = ("\t", "|", ";", ",", "，", "、")
_RULE = re.compile(r"[\s|:+=-]+")
_WIDE = re.compile(r"(?:(?! {2,}).)+")
_CSV = {
    mark: re.compile(rf'\s*"(?:[^"\n]|"")*"\s*(?={re.escape(mark)}|$)|[^{re.escape(mark)}\n]+') for mark in _DELIMITERS
}
_HTML_ROW = re.compile(r"<tr\b[^>]{0,200}>(.{0,4000}?)</tr>", re.IGNORECASE | re.DOTALL)
_HTML_CELL = re.compile(r"<t[hd]\b[^>]{0,200}>([^<]{0,400})", re.IGNORECASE)
_INSERT = re.compile(r"\binsert\s+into\s+[\w.\"`\[\]]{1,80}\s*\(([^()]{1,1000})\)\s*values\s*", re.IGNORECASE)
_SQL_CELL = re.compile(r"\s*(?:'(?:[^']|'')*'|[^,']+)\s*(?:,|$)")
_TUPLE = re.compile(r"\(((?:[^()']|'(?:[^']|'')*'){1,2000})\)\s*,?\s*")


class Cell(NamedTuple):
    """A cell's span in the text."""

    start: int
    end: int


class TableRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for tables."""

    LANGUAGES = ("en", "zh", "es", "fr", "de", "pt", "it", "ja", "ko", "ru")
    EXAMPLE = "name,phone\nAderonke Balogun,713 648 2095"

    def __init__(self) -> None:
        entities = sorted({"PASSWORD", *(entity for entity, _ in KINDS.values())})
        super().__init__(supported_entities=entities, supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface; one pass over the lines."""
        results = []
        for rows in (*_lines(text), *_html(text), *_inserts(text)):
            kinds = _kinds(text, rows[0])
            for row in rows[1:]:
                for kind, cell in zip(kinds, row, strict=False):
                    shown = text[cell.start : cell.end]
                    if kind in entities and (is_secret(shown) if kind == "PASSWORD" else fits(kind, shown)):
                        results.append(result(self, kind, cell.start, cell.end, SCORE))
        return results


def _kinds(text: str, header: Sequence[Cell]) -> list[str]:
    """What the cells below each cell of `header` are; an empty string for anything."""
    labels = [plain(text[cell.start : cell.end]) for cell in header]
    found = []
    for place, label in enumerate(labels):
        kind = kind_of(label)
        others = labels[:place] + labels[place + 1 :]
        if label in SECRETS:
            found.append("PASSWORD")
        elif kind is None or (kind[1] and not is_of_a_person(label, others)):
            found.append("")
        else:
            found.append(kind[0])
    return found


def _lines(text: str) -> Iterator[list[list[Cell]]]:
    """Tables of lines: header, perhaps a rule, rows with as many cells."""
    start, lines = 0, []
    for line in text.split("\n"):
        lines.append((start, start + len(line)))
        start += len(line) + 1
    place = 0
    while place + 1 < len(lines):
        rows = _table(text, lines, place)
        if rows:
            yield rows
        place += max(1, len(rows))


def _table(text: str, lines: Sequence[tuple[int, int]], place: int) -> list[list[Cell]]:
    """The table whose header is line `place`; nothing if it is none."""
    start, end = lines[place]
    line, following = text[start:end], text[slice(*lines[place + 1])]
    for mark in (*_DELIMITERS, "  "):
        if mark not in line or (mark not in following and mark != "\t"):
            continue
        header = _cells(text, start, end, mark)
        if len(header) < 2 or not _is_header(text, header):
            continue
        rows = [header]
        for begin, until in lines[place + 1 :]:
            if _RULE.fullmatch(text, begin, until):
                continue
            row = _cells(text, begin, until, mark)
            if len(row) != len(header):
                break
            rows.append(row)
        if len(rows) > 1:
            return rows
    return []


def _is_header(text: str, cells: Sequence[Cell]) -> bool:
    """Whether all are short and one is a label that is known."""
    shown = [text[cell.start : cell.end] for cell in cells]
    if len(shown) > _MOST_CELLS or any(len(cell) > _LONGEST_CELL for cell in shown):
        return False
    return any((label := plain(cell)) in SECRETS or kind_of(label) is not None for cell in shown)


def _cells(text: str, start: int, end: int, mark: str) -> list[Cell]:
    pattern = _WIDE if mark == "  " else _CSV[mark]
    cells = [_trimmed(text, match.start(), match.end()) for match in pattern.finditer(text, start, end)]
    return [cell for cell in cells if cell.end > cell.start] if mark in ("|", "  ") else cells


def _trimmed(text: str, start: int, end: int) -> Cell:
    shown = text[start:end]
    start += len(shown) - len(shown.lstrip(" \t\r\"'`*"))
    return Cell(start, max(start, start + len(shown.strip(" \t\r\"'`*"))))


def _html(text: str) -> Iterator[list[list[Cell]]]:
    if "<t" in text:
        rows = [
            [_trimmed(text, *cell.span(1)) for cell in _HTML_CELL.finditer(text, row.start(1), row.end(1))]
            for row in _HTML_ROW.finditer(text)
        ]
        if len(rows) > 1:
            yield rows


def _inserts(text: str) -> Iterator[list[list[Cell]]]:
    for insert in _INSERT.finditer(text):
        rows = [_cells(text, *insert.span(1), ",")]
        values = _TUPLE.match(text, insert.end())
        while values:
            rows.append(_sql_cells(text, *values.span(1)))
            values = _TUPLE.match(text, values.end())
        yield rows


def _sql_cells(text: str, start: int, end: int) -> list[Cell]:
    return [
        _trimmed(text, match.start(), match.end() - match.group().endswith(","))
        for match in _SQL_CELL.finditer(text, start, end)
    ]
