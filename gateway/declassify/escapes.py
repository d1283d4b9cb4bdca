r"""JSON's escapes (RFC 8259, section 7): one read where it stands, a text written with them.

Knows nothing of stand-ins.
"""

from __future__ import annotations

import json
import re

_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BEGUN = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
LONGEST = 12
"""Characters of an escaped surrogate pair."""


class Incomplete(Exception):
    """The text ends within an escape."""


def read_escape(text: str, at: int, *, ended: bool) -> tuple[str, int] | None:
    r"""What the escape at `at` (a backslash) stands for, and where it ends; None if it is no escape.

    Raises:
        Incomplete: more text could complete it, and `text` has not ended.
    """
    short = _SHORT.get(text[at + 1 : at + 2])
    if short is not None:
        return short, at + 2
    code = _code(text, at, ended=ended)
    if code is None:
        return None
    end = at + 6
    if 0xD800 <= code < 0xDC00 and (end < len(text) or not ended):
        low = _code(text, end, ended=ended)
        if low is not None and 0xDC00 <= low < 0xE000:
            return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)), end + 6
    return chr(code), end


def _code(text: str, at: int, *, ended: bool) -> int | None:
    found = _UNICODE.match(text, at)
    if found is not None:
        return int(found[1], 16)
    if not ended and (at == len(text) or _BEGUN.match(text, at)):
        raise Incomplete
    return None


def write_escaped(text: str, *, ascii_only: bool) -> str:
    """`text` as it stands within a JSON string."""
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]
