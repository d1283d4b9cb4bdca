"""PDF to text by PDFium: pages, comments and form fields; pages and pictures without text by OCR.

A document that is encrypted, carries files or holds a form of another program (XFA) is unread. Properties such as
the author are left out, and so never leave.
"""

from __future__ import annotations

import ctypes
import re
from typing import Any

from gateway.attachments.ocr import written_in
from gateway.attachments.picture import MAX_PIXELS
from gateway.attachments.reading import Text, Unread

MAX_PAGES = 300
MAX_SEEN = 10
"""Pages and pictures that are read by OCR, which takes seconds each."""
_DPI = 150
_SMALLEST = 20
"""Pixels; what is smaller is a rule or a dot."""
_GARBLED = re.compile(r"[\ufffd\ufffe\uffff\x00-\x08\x0e-\x1f\ue000-\uf8ff]")
_SAYING = (b"Contents", b"V", b"TU", b"Subj")
"""Keys of annotations with text for people (ISO 32000-2, 12.5.2, 12.7.4)."""


def pdf_texts(data: bytes) -> list[Text]:
    """Everything that a reader would see in a PDF.

    Raises:
        Unread: encrypted, damaged, too large, or with something in it that is no page.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        encrypted = code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
        raise Unread("encrypted" if encrypted else "reading failed") from None
    if len(document) > MAX_PAGES:
        raise Unread("too large")
    if document.count_attachments() or document.get_formtype() in (
        pypdfium2.raw.FORMTYPE_XFA_FULL,
        pypdfium2.raw.FORMTYPE_XFA_FOREGROUND,
    ):
        raise Unread("embedded object")
    reading = _Reading(pypdfium2)
    texts: list[Text] = []
    for number, page in enumerate(document, 1):
        texts += reading.page(page, f"page {number}")
        page.close()
    return texts


class _Reading:
    """One document's reading; pictures that stand on every page are looked at once."""

    def __init__(self, pdfium: Any) -> None:
        self._pdfium = pdfium
        self._seen: dict[bytes, str] = {}
        self._count = 0

    def page(self, page: Any, place: str) -> list[Text]:
        text = page.get_textpage().get_text_range().replace("\r\n", "\n")
        notes = [Text(f"{place}, note", note) for note in self._notes(page)]
        if 20 * len(_GARBLED.findall(text)) > len(text) or not text.strip():
            # No text, or in a font that does not say which letters it shows.
            drawn = next(iter(page.get_objects(max_depth=1)), None) is not None
            return [Text(place, self._look(self._rendered(page)) if drawn else ""), *notes]
        return [Text(place, text), *(Text(f"{place}, picture", words) for words in self._pictures(page)), *notes]

    def _pictures(self, page: Any) -> list[str]:
        words = []
        for item in page.get_objects(filter=(self._pdfium.raw.FPDF_PAGEOBJ_IMAGE,)):
            width, height = item.get_px_size()
            if width * height > MAX_PIXELS:
                raise Unread("too large")
            if min(width, height) >= _SMALLEST:
                words.append(self._look(item.get_bitmap(render=False).to_pil().convert("RGB")))
        return [text for text in words if text]

    def _rendered(self, page: Any) -> Any:
        width, height = (side * _DPI / 72 for side in page.get_size())
        if width * height > MAX_PIXELS:
            raise Unread("too large")
        return page.render(scale=_DPI / 72).to_pil().convert("RGB")

    def _look(self, image: Any) -> str:
        key = image.tobytes()
        if key not in self._seen:
            self._count += 1
            if self._count > MAX_SEEN:
                raise Unread("too large")
            self._seen[key] = written_in(image)
        return self._seen[key]

    def _notes(self, page: Any) -> list[str]:
        raw = self._pdfium.raw
        found: list[str] = []
        for index in range(raw.FPDFPage_GetAnnotCount(page)):
            annotation = raw.FPDFPage_GetAnnot(page, index)
            if not annotation:
                raise Unread("reading failed")
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT:
                raise Unread("embedded object")
            found += [text for key in _SAYING if (text := _string(raw, annotation, key))]
            raw.FPDFPage_CloseAnnot(annotation)
        return found


def _string(raw: Any, annotation: Any, key: bytes) -> str:
    """The text at `key`: PDFium gives UTF-16 with a NUL at its end, and first how long it is."""
    length = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return buffer.raw.decode("utf-16-le").rstrip("\0")
