"""Files that are text as they stand: notes, Markdown, CSV, JSON, HTML, source code. All of it is the text.

Knows nothing of what such texts mean; escapes in them are detection's to see through.
"""

from __future__ import annotations

import codecs
import re

from gateway.attachments.reading import Text, Unread

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_NOT_OF_GB = re.compile(r"[^\x00-\x7f\u2014-\u2026\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")
"""What common Chinese text is not made of. Nearly any bytes decode as GB 18030, so only such text is believed."""


def plain_texts(data: bytes) -> list[Text]:
    """The whole file as one text.

    Raises:
        Unread: its encoding is not certain, or it is no text.
    """
    return [Text("", decoded(data))]


def decoded(data: bytes) -> str:
    """`data` as text: UTF-8, UTF-16 with its mark, or plain Chinese in GB 18030.

    Raises:
        Unread: it is neither.
    """
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text) and not (encoding == "gb18030" and _NOT_OF_GB.search(text)):
            return text
    raise Unread("unknown format")
