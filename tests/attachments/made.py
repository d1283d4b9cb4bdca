"""Files made for the tests: pictures, PDFs and office documents with known words in them."""

from __future__ import annotations

import base64
import ctypes
import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHOWN = "http://schemas.openxmlformats.org/drawingml/2006/main"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def picture(*lines: str, form: str = "PNG", size: int = 24, mode: str = "RGB", **saved: Any) -> bytes:
    """Dark lines on white in Pillow's own typeface."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new(mode, (640, 40 + 2 * size * len(lines)), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size)
    for index, line in enumerate(lines):
        pen.text((20, 20 + 2 * size * index), line, font=font, fill="black")
    file = io.BytesIO()
    image.save(file, form, **saved)
    return file.getvalue()


def package(entries: Mapping[str, str | bytes]) -> bytes:
    """A zip file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def word(body: str = "<w:p><w:r><w:t>Hello</w:t></w:r></w:p>", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A Word document; `more` are further entries below ``word/``."""
    entries: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "docProps/core.xml": "<p><creator>Ada Hidden</creator></p>",
        "word/document.xml": f'<w:d xmlns:w="{WORD}" xmlns:mc="m" xmlns:wp="d"><w:body>{body}</w:body></w:d>',
    }
    return package(entries | {f"word/{name}": content for name, content in (more or {}).items()})


def said(element: str, text: str) -> str:
    """A part of a Word document with one paragraph."""
    return f'<w:{element} xmlns:w="{WORD}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{element}>'


def sheet() -> bytes:
    """A workbook with a birthday, a hidden sheet, a comment and a header."""
    import openpyxl
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    first = book.active
    first.append(["Name", "Born"])
    first.append(["Bob Dylan", datetime.date(1980, 5, 7)])
    first["A2"].comment = Comment("owes us money", "boss")
    first.oddHeader.center.text = "Quarter three"
    hidden = book.create_sheet("Pay")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "salary 90000"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def slides() -> bytes:
    """A presentation of eleven slides with speaker's notes."""
    entries = {"ppt/presentation.xml": "<p/>"}
    for number in (10, 2, 11, *range(3, 10), 1):
        entries[f"ppt/slides/slide{number}.xml"] = f'<a:p xmlns:a="{SHOWN}"><a:t>This is {number}</a:t></a:p>'
    entries["ppt/notesSlides/notesSlide1.xml"] = f'<a:p xmlns:a="{SHOWN}"><a:t>Say it slowly</a:t></a:p>'
    return package(entries)


def open_text(body: str, manifest: str = "<m/>") -> bytes:
    """An OpenDocument text."""
    return package(
        {
            "META-INF/manifest.xml": manifest,
            "content.xml": f'<o:d xmlns:o="{OFFICE}" xmlns:text="{TEXT}"><o:body>{body}</o:body></o:d>',
        }
    )


def pdf(*pages: str, note: str | None = None, attached: bytes | None = None) -> bytes:
    """A PDF with one line a page."""
    import pypdfium2

    raw = pypdfium2.raw
    document = pypdfium2.PdfDocument.new()
    for text in pages:
        page = document.new_page(595, 842)
        line = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", 12.0)
        raw.FPDFText_SetText(line, _wide(text))
        raw.FPDFPageObj_Transform(line, 1, 0, 0, 1, 50, 700)
        raw.FPDFPage_InsertObject(page, line)
        if note is not None:
            annotation = raw.FPDFPage_CreateAnnot(page, raw.FPDF_ANNOT_TEXT)
            raw.FPDFAnnot_SetStringValue(annotation, b"Contents", _wide(note))
            raw.FPDFPage_CloseAnnot(annotation)
        raw.FPDFPage_GenerateContent(page)
        page.close()
    if attached is not None:
        document.new_attachment("inside.txt").set_data(attached)
    file = io.BytesIO()
    document.save(file)
    document.close()
    return file.getvalue()


def _wide(text: str) -> Any:
    import pypdfium2

    buffer = ctypes.create_string_buffer(f"{text}\0".encode("utf-16-le"))
    return ctypes.cast(buffer, pypdfium2.raw.FPDF_WIDESTRING)


def file_part(data: bytes, name: str = "notes.pdf") -> dict[str, Any]:
    """As OpenAI's clients send a file."""
    content = base64.b64encode(data).decode()
    return {"type": "file", "file": {"filename": name, "file_data": f"data:application/pdf;base64,{content}"}}


def image_part(data: bytes, **more: str) -> dict[str, Any]:
    """As OpenAI's clients send an image."""
    return {
        "type": "image_url",
        "image_url": {"url": f"data:image/png;base64,{base64.b64encode(data).decode()}", **more},
    }


def chat(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """A request with one message of these parts."""
    content: Sequence[Mapping[str, Any]] = [{"type": "text", "text": "What is this about?"}, *parts]
    return {"model": "auto", "messages": [{"role": "user", "content": content}]}
