"""Office documents to text: docx, xlsx, pptx (ECMA-376), and odt, ods, odp (OpenDocument).

What people wrote: bodies, tables, headers, notes, comments, deleted and inserted text, hidden sheets, descriptions
of pictures, words in pictures. A document with an object of another program in it is unread. Properties such as the
author are left out, and so never leave.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime, time

from gateway.attachments.markup import Vocabulary, text_of
from gateway.attachments.package import Package
from gateway.attachments.reading import Text, Unread

MAX_PICTURES = 10
_EMBEDDED = re.compile(
    r"/embeddings/|/activeX/|/ink/|vbaProject|/macrosheets/|/externalLinks/|^Object \d+/|^Basic/", re.I
)
_PICTURE = re.compile(r"/media/|^Pictures/", re.IGNORECASE)
_WORDS = Vocabulary(
    texts=frozenset({"t", "delText", "v", "text"}),
    before={"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
    after={"p": "\n", "tc": "\t", "tr": "\n", "pt": "\t", "text": "\n"},
    spoken=frozenset({"descr", "title", "alt"}),
    skipped=frozenset({"Fallback"}),
)
_SHEET_WORDS = Vocabulary(
    texts=frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}),
    before={},
    after={"headerFooter": "\n"},
)
_OPEN_WORDS = Vocabulary(
    texts=None,
    before={"tab": "\t", "line-break": "\n", "s": " "},
    after={"p": "\n", "h": "\n", "table-cell": "\t", "table-row": "\n", "title": "\n", "desc": "\n"},
    within=frozenset({"body", "master-styles"}),
)


def office_texts(data: bytes) -> list[Text]:
    """Everything that people wrote in a document.

    Raises:
        Unread: it is no such document, is encrypted or damaged, is too large, or holds other programs' objects.
    """
    package = Package(data)
    if any(_EMBEDDED.search(name) for name in package.names):
        raise Unread("embedded object")
    if "word/document.xml" in package.names:
        texts = _word_texts(package)
    elif "xl/workbook.xml" in package.names:
        texts = _sheet_texts(package, data)
    elif "ppt/presentation.xml" in package.names:
        texts = _slide_texts(package)
    elif "content.xml" in package.names and "META-INF/manifest.xml" in package.names:
        texts = _open_texts(package)
    else:
        raise Unread("unknown format")
    return [*texts, *_picture_texts(package)]


def _texts(package: Package, place: str, *beginnings: str, words: Vocabulary = _WORDS) -> Iterator[Text]:
    for name in package.under(*beginnings):
        if name.endswith(".xml"):
            yield Text(place, text_of(package.read(name), words))


def _word_texts(package: Package) -> list[Text]:
    return [
        *_texts(package, "header", "word/header"),
        *_texts(package, "", "word/document.xml"),
        *_texts(package, "footer", "word/footer"),
        *_texts(package, "note", "word/footnotes", "word/endnotes"),
        *_texts(package, "comment", "word/comments"),
        *_texts(package, "chart", "word/charts/chart", "word/diagrams/data"),
    ]


def _slide_texts(package: Package) -> list[Text]:
    slides = [
        Text(f"slide {number}", text_of(package.read(name), _WORDS))
        for number, name in enumerate(package.under("ppt/slides/slide"), 1)
    ]
    return [
        *slides,
        *_texts(package, "speaker's notes", "ppt/notesSlides/notesSlide"),
        *_texts(package, "comment", "ppt/comments/"),
        *_texts(package, "chart", "ppt/charts/chart", "ppt/diagrams/data"),
    ]


def _sheet_texts(package: Package, data: bytes) -> list[Text]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    texts = []
    for sheet in book.worksheets:
        rows = ("\t".join(map(_cell, row)) for row in sheet.values)
        texts.append(Text(f"sheet {sheet.title}", "\n".join(line for row in rows if (line := row.rstrip()))))
    return [
        *texts,
        *_texts(package, "header or footer", "xl/worksheets/sheet", words=_SHEET_WORDS),
        *_texts(package, "comment", "xl/comments", "xl/threadedComments/"),
        *_texts(package, "drawing", "xl/drawings/drawing", "xl/charts/chart", "xl/diagrams/data"),
    ]


def _cell(value: object) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return str(value.date())
    return "" if value is None else str(value)


def _open_texts(package: Package) -> list[Text]:
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unread("encrypted")
    return [
        *_texts(package, "", "content.xml", words=_OPEN_WORDS),
        *_texts(package, "header or footer", "styles.xml", words=_OPEN_WORDS),
    ]


def _picture_texts(package: Package) -> list[Text]:
    from gateway.attachments.ocr import written_on

    names = [name for name in package.names if _PICTURE.search(name)]
    if len(names) > MAX_PICTURES:
        raise Unread("too large")
    return [Text("picture", written_on(package.read(name))) for name in names]
