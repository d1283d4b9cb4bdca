"""Finds what is written in base64, base32, base85 or bytes in figures, and decodes it if that gives text.

Standards: RFC 4648 (base64, base64url, base32, base16). A segment becomes what it says, where it
stands, so that the words around it still tell what it is. Knows nothing of what is looked for.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from gateway.detection.views.readable import readable
from gateway.detection.views.view import Edit

_SHORTEST = 12
"""Characters of base64 at least: a name of nine letters. Shorter ones are words too often."""
_TOKEN = re.compile(rf"\S{{{_SHORTEST},}}")
_RUN = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST},}}={{0,6}}")
_JOINT = re.compile("[/_-]")
_PART = re.compile(rf"[A-Za-z0-9+]{{{_SHORTEST},}}={{0,2}}")
# Lines of one width and a last one that may be shorter, quoted as in mail or not.
_LINE_END = re.compile(r"[ \t]*\r?\n[ \t>]*")
_SHORTEST_LINE = 16
_LAST_LINE = re.compile(r"[A-Za-z0-9+/_-]{2,}={0,2}(?!\S)")
_HEX = re.compile(r"(?:0[xX])?(?:[0-9a-fA-F]{2}){8,}")
_BASE32 = re.compile(r"[A-Z2-7]{16,}={0,6}")
_BITS = re.compile(r"(?<![0-9])[01]{8}(?:[ ,-]?[01]{8}){3,}(?![0-9])")
_PAIR = r"(?:0[xX])?[0-9a-fA-F]{2}"
_HEX_PAIRS = re.compile(rf"(?<![0-9A-Za-z]){_PAIR}(?:(?:[ :,-]|, ){_PAIR}){{5,}}(?![0-9A-Za-z])")
_NUMBERS = re.compile(r"(?<![0-9.])\d{2,3}(?:[ ,]{1,2}\d{2,3}){7,}(?![0-9.])")
_PRINTABLE = range(32, 127)
_BYTE_LENGTHS = frozenset((2, 3, 4, 5, 8, 9))
_LEAST_BYTES = 4
_SHORTEST_85 = 20
_SIGNS_85 = re.compile(r"[!#$%&()*;<>?@^`{|}~]")
_MOST_UNPACKED = 100_000
CUT = "compressed, too long to be read"
"""The step of an edit that stands for what is too long to be unpacked: nobody can say what it holds."""
_URL_SAFE = str.maketrans("-_", "+/")


def could_hold(words: Iterable[str]) -> bool:
    """Whether any of `words`, a text split at white space, is long enough."""
    return any(len(word) >= _SHORTEST and not (word.isalpha() and word[1:].islower()) for word in words)


def could_be_spread(words: Iterable[str]) -> bool:
    """Whether `words` hold single bytes one after the other."""
    count = 0
    for word in words:
        count = count + 1 if len(word) in _BYTE_LENGTHS and word[0] in "0123456789abcdefABCDEF" else 0
        if count >= _LEAST_BYTES:
            return True
    return False


def decode(text: str) -> Iterator[Edit]:
    """Edits that decode segments of `text`, in no particular order; the longest of several counts."""
    last: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word.isascii() and word.isalpha() and word[1:].islower():
            continue
        for run in _RUN.finditer(text, token.start(), token.end()):
            yield from _segment(run)
        if len(word) >= _SHORTEST_85 and len(_SIGNS_85.findall(word)) > 1:
            for decoder in (base64.b85decode, base64.a85decode):
                yield from _decoded(token.span(), _attempt(partial(decoder, word)), "base85")
        if ":" in word or "," in word or "-" in word or "1" in word:
            yield from _spread(text, token.start(), token.end())
        if len(word) >= _SHORTEST_LINE and _RUN.fullmatch(word):
            if last and not _LINE_END.fullmatch(text, last[-1].end(), token.start()):
                yield from _lines(last)
                last = []
            last.append(token)
    yield from _lines(last)


def decode_spread(text: str) -> Iterator[Edit]:
    """Edits that decode bytes written one by one: "4d 61 72", "0x4d, 0x61", "01001101 01100001"."""
    return _spread(text, 0, len(text))


def _spread(text: str, start: int, end: int) -> Iterator[Edit]:
    for match in _HEX_PAIRS.finditer(text, start, end):
        yield from _decoded(match.span(), _from_hex(match.group()), "hexadecimal")
    for match in _BITS.finditer(text, start, end):
        yield from _decoded(match.span(), _from_bits(match.group()), "binary")
    for match in _NUMBERS.finditer(text, start, end):
        for base, step in ((10, "decimal bytes"), (8, "octal bytes")):
            yield from _decoded(match.span(), _from_numbers(match.group(), base), step)


def _segment(run: re.Match[str]) -> Iterator[Edit]:
    """One run of letters and digits, in whichever encoding gives text."""
    found = run.group()
    if _HEX.fullmatch(found):
        yield from _decoded(run.span(), _from_hex(found), "hexadecimal")
    if _BASE32.fullmatch(found):
        yield from _decoded(run.span(), _from_base32(found), "base32")
    whole = [] if _is_a_word(found) else list(_decoded(run.span(), _from_base64(found), "base64"))
    yield from whole
    if not whole and _JOINT.search(found):
        for part in _PART.finditer(run.string, run.start(), run.end()):
            if not _is_a_word(part.group()):
                yield from _decoded(part.span(), _from_base64(part.group()), "base64")


def _decoded(span: tuple[int, int], data: bytes | None, step: str) -> Iterator[Edit]:
    unpacked, whole = _unpacked(data or b"")
    if not whole:
        yield Edit(*span, "", CUT)
        return
    plain = readable(unpacked)
    if plain is not None:
        yield Edit(*span, f" {plain} ", step)


def _lines(lines: list[re.Match[str]]) -> Iterator[Edit]:
    """Base64 over several lines, as mail and PEM break it."""
    while lines:
        width = len(lines[0].group())
        count = next((place for place, line in enumerate(lines) if len(line.group()) != width), len(lines))
        parts, end = [line.group() for line in lines[:count]], lines[count - 1].end()
        gap = _LINE_END.match(lines[0].string, end)
        shorter = _LAST_LINE.match(lines[0].string, gap.end()) if gap else None
        if shorter is not None and len(shorter.group()) <= width:
            parts.append(shorter.group())
            end = shorter.end()
        if len(parts) > 1:
            yield from _decoded((lines[0].start(), end), _from_base64("".join(parts)), "base64")
        lines = lines[count:]


def _is_a_word(run: str) -> bool:
    """Whether it is a plain word or a number: base64 of text mixes capital and small letters."""
    return run.islower() or run.isdecimal() or run[1:].islower() or run.isupper()


def _from_base64(run: str) -> bytes | None:
    data = run.rstrip("=").translate(_URL_SAFE)
    if len(data) % 4 == 1:
        return None
    return _attempt(lambda: base64.b64decode(data + "=" * (-len(data) % 4), validate=True))


def _from_base32(run: str) -> bytes | None:
    data = run.rstrip("=")
    return _attempt(lambda: base64.b32decode(data + "=" * (-len(data) % 8)))


def _from_hex(run: str) -> bytes | None:
    digits = re.sub(r"0[xX](?=[0-9a-fA-F]{2})|[ :,-]", "", run)
    return _attempt(lambda: bytes.fromhex(digits))


def _from_bits(run: str) -> bytes | None:
    bits = re.sub(r"[ ,-]", "", run)
    return bytes(int(bits[place : place + 8], 2) for place in range(0, len(bits), 8))


def _from_numbers(run: str, base: int) -> bytes | None:
    words = run.replace(",", " ").split()
    if base == 8 and not all(set(word) <= set("01234567") for word in words):
        return None
    values = [int(word, base) for word in words]
    return (
        bytes(values) if all(value in _PRINTABLE for value in values) and any(value > 96 for value in values) else None
    )


def _unpacked(data: bytes) -> tuple[bytes, bool]:
    """What `data` is compressed from (gzip, zlib; RFC 1950 and 1952), and whether that is all of it."""
    if data[:2] == b"\x1f\x8b" or (data[:1] == b"x" and data[1:2] in (b"\x01", b"\x5e", b"\x9c", b"\xda")):
        stream = zlib.decompressobj(wbits=47)
        try:
            unpacked = stream.decompress(data, _MOST_UNPACKED)
        except zlib.error:
            return data, True
        return unpacked, stream.eof or len(unpacked) < _MOST_UNPACKED
    return data, True


def _attempt(decoder: Callable[[], bytes]) -> bytes | None:
    try:
        return decoder()
    except (ValueError, binascii.Error):
        return None
