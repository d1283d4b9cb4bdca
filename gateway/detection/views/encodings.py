"""Finds what is written in base64, base32, hexadecimal or binary, and decodes it if that gives text.

Standards: RFC 4648 (base64, base64url, base32, base16). A segment becomes what it says, where it
stands, so that the words around it still tell what it is. Knows nothing of what is looked for.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator

from gateway.detection.views.readable import readable
from gateway.detection.views.view import Edit

_SHORTEST = 12
"""Characters of base64 at least: a name of nine letters. Shorter ones are words too often."""
_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST},}}={{0,2}}")
_JOINT = re.compile("[/_-]")
_PART = re.compile(rf"[A-Za-z0-9+]{{{_SHORTEST},}}={{0,2}}")
# Lines of one width and a last one that may be shorter.
_LINES = re.compile(
    r"(?:(?:^|(?<=\n))[ \t>]*[A-Za-z0-9+/_-]{16,}[ \t]*\r?\n){1,100000}[ \t>]*[A-Za-z0-9+/_-]{2,}={0,2}"
)
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?(?:[0-9a-fA-F]{2}){8,}(?![0-9A-Za-z])")
_HEX_PAIRS = re.compile(
    r"(?<![0-9A-Za-z])(?:0[xX])?[0-9a-fA-F]{2}(?:(?:[ :,-]|, )(?:0[xX])?[0-9a-fA-F]{2}){5,}(?![0-9A-Za-z])"
)
_BASE32 = re.compile(r"(?<![A-Za-z0-9])[A-Z2-7]{16,}={0,6}(?![A-Za-z0-9])")
_BITS = re.compile(r"(?<![0-9])[01]{8}(?:[ ,-]?[01]{8}){3,}(?![0-9])")
_URL_SAFE = str.maketrans("-_", "+/")


def could_hold(words: Iterable[str]) -> bool:
    """Whether `words`, a text split at white space, are long or short enough to be of an encoding."""
    pairs = 0
    for word in words:
        length = len(word)
        if length >= _SHORTEST and not (word.islower() and word.isalpha()):
            return True
        pairs = pairs + 1 if length in (2, 3, 4, 5, 8, 9) and word[0] in "0123456789abcdefABCDEF" else 0
        if pairs >= 4:
            return True
    return False


def decode(text: str) -> Iterator[Edit]:
    """Edits that decode segments of `text`, ascending, none overlapping another."""
    done = 0
    for edit in sorted(_candidates(text), key=lambda item: (item.start, -item.end)):
        if edit.start >= done:
            yield edit
            done = edit.end


def _candidates(text: str) -> Iterator[Edit]:
    for match in _LINES.finditer(text):
        yield from _lines(match)
    for match in _HEX.finditer(text):
        yield from _decoded(match, _from_hex(match.group()), "hexadecimal")
    for match in _HEX_PAIRS.finditer(text):
        yield from _decoded(match, _from_hex(match.group()), "hexadecimal")
    for match in _BITS.finditer(text):
        yield from _decoded(match, _from_bits(match.group()), "binary")
    for match in _BASE32.finditer(text):
        yield from _decoded(match, _from_base32(match.group()), "base32")
    for match in _BASE64.finditer(text):
        yield from _base64(match)


def _base64(match: re.Match[str]) -> Iterator[Edit]:
    """The run, or else what stands between slashes, dashes and underscores in it, as in a path."""
    whole = list(_decoded(match, None if _is_a_word(match.group()) else _from_base64(match.group()), "base64"))
    yield from whole
    if not whole and _JOINT.search(match.group()):
        for part in _PART.finditer(match.string, match.start(), match.end()):
            if not _is_a_word(part.group()):
                yield from _decoded(part, _from_base64(part.group()), "base64")


def _decoded(match: re.Match[str], data: bytes | None, step: str) -> Iterator[Edit]:
    plain = readable(data) if data else None
    if plain is not None:
        yield Edit(match.start(), match.end(), f" {plain} ", step)


def _lines(match: re.Match[str]) -> Iterator[Edit]:
    """Base64 over several lines, as mail and PEM break it."""
    lines = [line.strip(" \t>\r") for line in match.group().split("\n")]
    if len({len(line) for line in lines[:-1]}) == 1 and len(lines[-1]) <= len(lines[0]):
        yield from _decoded(match, _from_base64("".join(lines)), "base64")


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


def _attempt(decoder: Callable[[], bytes]) -> bytes | None:
    try:
        return decoder()
    except (ValueError, binascii.Error):
        return None
