"""Mail files (RFC 5322, MIME): headers and bodies, decoded; attachments are read like any file.

Knows MIME alone; what stands in an attached file is the other readers' to say.
"""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from gateway.attachments.reading import Text, Unread

MAX_PARTS = 50
_SHOWN = ("From", "To", "Cc", "Bcc", "Reply-To", "Date", "Subject")


def mail_texts(data: bytes) -> list[Text]:
    """What a reader sees of a mail, its attachments with it.

    Raises:
        Unread: some part of it can't be read, or it is no mail.
    """
    message = message_from_bytes(data, policy=default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise Unread("unknown format")
    parts = list(message.walk())
    if len(parts) > MAX_PARTS:
        raise Unread("too large")
    texts: list[Text] = []
    for part in parts:
        texts += _part_texts(part)
    return texts


def _part_texts(part: EmailMessage) -> list[Text]:
    if part.defects or part.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        raise Unread("encrypted" if not part.defects else "reading failed")
    shown = [f"{name}: {value}" for name in _SHOWN for value in part.get_all(name, ())]
    texts = [Text("", "\n".join(shown))]
    if part.is_multipart():
        return texts
    name = part.get_filename()
    if part.get_content_maintype() == "text" and name is None:
        return [*texts, Text("", str(part.get_content(errors="strict")))]
    heading = Text("", f"Attached file {name}:" if name else "Attached file:")
    return [*texts, heading, *_attached(part, name or "")]


def _attached(part: EmailMessage, name: str) -> tuple[Text, ...]:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        raise Unread("reading failed")
    if part.get_content_maintype() == "image":
        from gateway.attachments.ocr import written_on

        return (Text("picture", written_on(data)),)
    from gateway.attachments.formats import read

    attached = read("file", name, data)
    if attached.problem is not None:
        raise Unread(attached.problem)
    return attached.texts
