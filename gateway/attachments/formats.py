"""Which reader reads an attachment, by its first bytes: names and media types are claims.

Runs in the process that reads. What is none of the known formats is unread.
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.attachments.reading import Kind, Reading, Text, Unread

MAX_CHARACTERS = 1_000_000
"""Of one attachment; some 300 pages."""

_OPAQUE = (b"{\\rtf", b"%!PS")
"""Text to the eye of a program only: letters are escaped or set one by one."""


def read(kind: Kind, name: str, data: bytes) -> Reading:
    """All texts of an attachment. Never raises for what it holds."""
    try:
        texts = _image_texts(data) if kind == "image" else _reader(name, data)(data)
        found = tuple(text for text in texts if text.text.strip())
        if sum(len(text.text) for text in found) > MAX_CHARACTERS:
            return Reading(problem="too large")
        return Reading(found)
    except Unread as unread:
        return Reading(problem=unread.problem)
    except MemoryError:
        return Reading(problem="too large")
    except Exception:  # Whatever a parser makes of a hostile file: it is not read, and its text may quote.
        return Reading(problem="reading failed")


def _image_texts(data: bytes) -> list[Text]:
    """What is written in a picture and about it.

    Raises:
        Unread: it can't be read wholly.
    """
    from gateway.attachments.ocr import written_in
    from gateway.attachments.picture import open_picture

    image, about = open_picture(data)
    return [Text("", written_in(image)), *(Text("metadata", text) for text in about)]


def _reader(name: str, data: bytes) -> Callable[[bytes], list[Text]]:
    if b"%PDF-" in data[:1024]:
        from gateway.attachments.pdf import pdf_texts

        return pdf_texts
    if data.startswith(b"PK\x03\x04"):
        from gateway.attachments.office import office_texts

        return office_texts
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # A compound file: Office's formats before 2007, and its encrypted ones of today.
        raise Unread("encrypted")
    if data.startswith(_OPAQUE):
        raise Unread("unknown format")
    if name.lower().endswith(".eml"):
        from gateway.attachments.mail import mail_texts

        return mail_texts
    from gateway.attachments.plain import plain_texts

    return plain_texts
