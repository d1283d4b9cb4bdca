r"""Undoes the escapes of JSON, JavaScript, Python, HTML, URLs and mail, one layer a time.

Sources: RFC 8259 (JSON), ECMA-262 (``\u{...}``, ``%uXXXX``), the HTML standard's character
references, RFC 3986 (percent encoding), RFC 2045 (quoted-printable). Bytes are read as UTF-8, else
as GB 2312. Decodes what stands there, without asking whether it is text; `encodings` does ask.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from gateway.detection.views.view import Edit

_PAIR = r"\\+u[dD][89abAB][0-9a-fA-F]{2}\\+u[dD][c-fC-F][0-9a-fA-F]{2}"
_CODE = r"\\+(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
_BYTES = r"(?:\\+x[0-9a-fA-F]{2})+"
_OCTAL = r"(?:\\[0-3][0-7]{2}){2,}"
_BACKSLASH = re.compile(rf"(?<!\\)(?:(?P<pair>{_PAIR})|(?P<code>{_CODE})|(?P<bytes>{_BYTES})|(?P<octal>{_OCTAL}))")
_HEX = re.compile(r"[0-9a-fA-F]+")
_BYTE = re.compile(r"x([0-9a-fA-F]{2})")
# Escapes that glue words together, where something is to be glued: \n before a letter or another escape.
_CONTROL = re.compile(r"(?<!\\)\\+[nrtbf](?=[^\W_]|\\+[uUx])")
_QUOTE = re.compile(r"""(?<!\\)\\+(["'/])""")
_JSON = re.compile(r"""^\s*[{\["]|["']\s?:|\\["']""")
_CODE_POINTS = re.compile(r"[Uu]\+([0-9A-Fa-f]{4,6})(?:[ ,;]{0,2}[Uu]\+([0-9A-Fa-f]{4,6}))+")
_CODE_POINT = re.compile(r"[Uu]\+([0-9A-Fa-f]{4,6})")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*|%u[0-9a-fA-F]{4}(?:%u[0-9a-fA-F]{4})*")
_QUERY = re.compile(r"[?&=][^\s&=]*\+")
_QUERY_TOKEN = re.compile(r"\S*[\w\]]=\S*")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_QUOTED = re.compile(r"(?:=[0-9A-F]{2})+(?:=\r?\n(?:=[0-9A-F]{2})+)*|=[ \t]*\r?\n")
_SURELY_QUOTED = re.compile(r"=(?:[0-9A-F]{2}=[0-9A-F]{2}|\r?\n\S|40\w|3D[\"'\w]|20\w)")
_PERCENT_AT_ALL = re.compile(r"%[0-9a-fA-Fu][0-9a-fA-F]")


def could_hold(text: str) -> bool:
    """Whether there is anything of the kind."""
    return (
        "\\" in text
        or ("&" in text and (_REFERENCE.search(text) is not None or _QUERY.search(text) is not None))
        or ("%" in text and _PERCENT_AT_ALL.search(text) is not None)
        or ("=" in text and _SURELY_QUOTED.search(text) is not None)
        or ("+" in text and (_CODE_POINTS.search(text) is not None or _QUERY.search(text) is not None))
    )


def decode(text: str) -> Iterator[Edit]:
    """Edits that undo one layer, in no particular order."""
    if "\\" in text:
        yield from _backslashes(text)
    if "%" in text:
        for match in _PERCENT.finditer(text):
            yield Edit(match.start(), match.end(), _percent(match.group()), "URL encoding")
    if "+" in text:
        yield from _pluses(text)
        for match in _CODE_POINTS.finditer(text):
            codes = (int(code, 16) for code in _CODE_POINT.findall(match.group()))
            yield Edit(match.start(), match.end(), "".join(map(_character, codes)), "code points")
    if "&" in text:
        for match in _REFERENCE.finditer(text):
            yield Edit(match.start(), match.end(), html.unescape(match.group()), "HTML entities")
    if "=" in text and _SURELY_QUOTED.search(text):
        for match in _QUOTED.finditer(text):
            data = bytes(int(byte, 16) for byte in re.findall(r"=([0-9A-F]{2})", match.group()))
            yield Edit(match.start(), match.end(), _text(data), "quoted-printable")


def glues_words(edit: Edit) -> bool:
    """Whether words look different after `edit`: letters or a break where there were none."""
    return any(character.isalnum() or character.isspace() for character in edit.plain)


def _backslashes(text: str) -> Iterator[Edit]:
    for match in _BACKSLASH.finditer(text):
        yield Edit(match.start(), match.end(), _unescaped(match), "escapes")
    if _JSON.search(text) or _BACKSLASH.search(text):
        for match in _CONTROL.finditer(text):
            yield Edit(match.start(), match.end(), "\n", "escapes")
        for match in _QUOTE.finditer(text):
            yield Edit(match.start(), match.end(), match.group(1), "escapes")


def _unescaped(match: re.Match[str]) -> str:
    found = match.group()
    if match.lastgroup == "pair":
        high, low = (int(code[1:], 16) for code in re.findall(r"u[0-9a-fA-F]{4}", found))
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    if match.lastgroup == "code":
        digits = _HEX.search(found.lstrip("\\")[1:])
        return _character(int(digits.group(), 16)) if digits else found
    if match.lastgroup == "bytes":
        return _text(bytes(int(byte, 16) for byte in _BYTE.findall(found)))
    return _text(bytes(int(byte, 8) for byte in found[1:].split("\\")))


def _percent(found: str) -> str:
    if found[1] == "u":
        units = b"".join(int(unit, 16).to_bytes(2, "big") for unit in found[2:].split("%u"))
        return units.decode("utf-16-be", "replace")
    return _text(bytes.fromhex(found.replace("%", "")))


def _pluses(text: str) -> Iterator[Edit]:
    """In the query of a URL a plus sign is a space."""
    if _QUERY.search(text):
        for token in _QUERY_TOKEN.finditer(text):
            for match in re.finditer(r"\+", token.group()):
                yield Edit(token.start() + match.start(), token.start() + match.end(), " ", "URL encoding")


def _text(data: bytes) -> str:
    """Bytes as characters; what is neither UTF-8 nor GB 2312 byte by byte, as Latin-1."""
    for encoding in ("utf-8", "gb2312"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "�"
