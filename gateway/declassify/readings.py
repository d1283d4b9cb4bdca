"""How a text may be read: as it stands, with look-alike letters made plain, and with what is encoded in it decoded.

Uses what detection undoes (`detection.views`) without its way back to the original, which nobody asks for here, and
decodes shorter pieces. Takes time in proportion to the text's length. Knows nothing of what is looked for.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator

from gateway.declassify.told_numbers import edited
from gateway.detection.normalise import normalise
from gateway.detection.views import DEPTH, Edit, confusables, encodings, escapes

_KEPT_BELOW = 0x20000
_MOST = 2_000_000
"""Decoded characters beyond the text's own length; only what was compressed grows that much."""
_RUN = re.compile(r"[!-~]{12,}")
_KEY = re.compile(r"[A-Za-z0-9+_-]{6,}={0,2}")
_SHORT = 18
"""Characters at most of what is too short for detection, which has no value to compare it with."""
_HEX = re.compile(r"(?:0[xX])?((?:[0-9a-fA-F]{2}){3,7})")
_CUT = re.compile(r"(?<=[^\W\d_])[-\u2010][ \t\r]*\n[ \t>]*(?=[^\W\d_])")


class TooMuch(Exception):
    """A text says far more than its length, once it is decoded: nobody has read all of it."""


class _Plain(dict[int, str]):
    """Fills itself: what `str.translate` asks for is worked out once, less the rare planes, to stay small."""

    def __missing__(self, code: int) -> str:
        apart = unicodedata.normalize("NFKD", normalise(chr(code)).text)
        form = "".join(character for character in apart if not unicodedata.combining(character))
        if code < _KEPT_BELOW:
            self[code] = form
        return form


_PLAIN = _Plain()


def plain(text: str) -> str:
    """`text` without differences of width and accents."""
    return text if text.isascii() else text.translate(_PLAIN)


def readings(text: str) -> Iterator[str]:
    """`text`, and what it says once disguises are undone, one layer after the other.

    Raises:
        TooMuch: it says more than can be read.
    """
    yield text
    for layer in range(DEPTH + 1):
        put = _in_plain_letters(text)
        if put != text:
            yield put
        yield from _said_in_short(text)
        if layer == DEPTH:
            return
        decoded, aside = _decoded(text)
        if decoded == text:
            return
        yield decoded
        if aside:
            yield aside
        text = decoded


def _in_plain_letters(text: str) -> str:
    """`text` with letters that look like Latin ones replaced by these, and words that a line's end cuts as one."""
    if "\n" in text:
        text = _CUT.sub("", text)
    if confusables.could_hold(text, sum(map(text.count, "0123456789"))):
        text = edited(text, list(confusables.resolve(text)))
    return text


def _decoded(text: str) -> tuple[str, str]:
    """`text` with one layer of encodings undone, and what else its pieces may say."""
    edits: list[Edit] = []
    room = len(text) + _MOST
    for edit in _decodings(text):
        room -= len(edit.plain)
        if room < 0:
            raise TooMuch
        edits.append(edit)
    edits.sort(key=lambda item: (item.start, -item.end))
    used = _apart(edits)
    unused = set(edits).difference(used)
    return edited(text, used), "\n".join(edit.plain for edit in unused)


def _decodings(text: str) -> Iterator[Edit]:
    if escapes.could_hold(text):
        yield from escapes.decode(text)
    words = _RUN.findall(text)
    if words and encodings.could_hold(words):
        yield from (edit for edit in encodings.decode(text) if edit.step != encodings.CUT)
    if encodings.could_be_spread(text.split()):
        yield from encodings.decode_spread(text)


def _apart(edits: list[Edit]) -> list[Edit]:
    """Those of `edits`, in order, that do not overlap one before."""
    found: list[Edit] = []
    end = 0
    for edit in edits:
        if edit.start >= end:
            found.append(edit)
            end = edit.end
    return found


def _said_in_short(text: str) -> Iterator[str]:
    """What short words say in base64 and in bytes in figures, as far as it is text, one layer after the other."""
    for _ in range(DEPTH):
        text = "\n".join(said for word in _KEY.findall(text) if len(word) <= _SHORT for said in _said(word))
        if not text:
            return
        yield text


def _said(word: str) -> Iterator[str]:
    figures = _HEX.fullmatch(word)
    if figures and not word.isalpha():
        yield from _text(bytes.fromhex(figures[1]))
    if word[1:].islower() or word.isdecimal() or word.isupper():
        return
    data = word.rstrip("=").replace("-", "+").replace("_", "/")
    if len(data) % 4 != 1:
        try:
            yield from _text(base64.b64decode(data + "=" * (-len(data) % 4)))
        except (ValueError, binascii.Error):
            return


def _text(data: bytes) -> Iterator[str]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    if text.isprintable():
        yield text
