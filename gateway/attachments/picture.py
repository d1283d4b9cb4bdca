"""Pictures opened within limits: PNG, JPEG and WebP, one frame, opaque, with metadata that is understood.

A picture that may leave as it is leaves with its metadata, so what is not understood makes it unread. Knows nothing
of what is written in a picture.
"""

from __future__ import annotations

import io
import re
import struct
from typing import TYPE_CHECKING

from gateway.attachments.reading import Unread

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 9_000_000
"""A screen of 3840 × 2160."""
_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP pHYs sBIT bKGD tIME tEXt zTXt iTXt eXIf iDOT".split()
)
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA")
"""Those that become RGB without loss. Of 16 bits of grey, say, Pillow would make white."""
_STRINGS = re.compile(rb"(?:[ -~]\0){4,}|(?:\0[ -~]){4,}|[ -~]{4,}")
_UNDERSTOOD = (b"JFIF\0", b"Exif\0", b"ICC_PROFILE\0", b"Adobe")
_JFIF_ALONE = 14
"""Bytes; what is longer holds a second picture."""
_HAS_LOCATION, _HAS_THUMBNAIL, _HAS_DETAILS = 0x8825, 1, 0x8769


def open_picture(data: bytes) -> tuple[Image, list[str]]:
    """A picture in RGB, and the texts of its metadata.

    Raises:
        Unread: too large, animated, transparent, damaged, of another format, or with metadata that is no text.
    """
    image = decoded(data)
    image.load()  # PNG may tell of itself behind its pixels too.
    about = [*_told(image), *_described(image)]
    if getattr(image, "n_frames", 1) != 1:
        raise Unread("unknown format")
    if image.format == "PNG":
        _check_chunks(data)
    elif image.format == "JPEG":
        about += _segments(image, data)
    elif struct.unpack("<I", data[4:8])[0] != len(data) - 8:
        raise Unread("metadata")
    return opaque(image), [text for text in about if text.strip()]


def decoded(data: bytes) -> Image:
    """A picture, its pixels not yet unpacked.

    Raises:
        Unread: too large, or of another format.
    """
    import PIL.Image

    try:
        image = PIL.Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
    except (OSError, SyntaxError, ValueError):
        raise Unread("unknown format") from None
    if image.width * image.height > MAX_PIXELS:
        raise Unread("too large")
    if image.format not in ("PNG", "JPEG", "WEBP") or image.mode not in _MODES:
        raise Unread("unknown format")
    return image


def opaque(image: Image) -> Image:
    """The pixels in RGB.

    Raises:
        Unread: some are transparent, and who shows them would decide what is seen.
    """
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getextrema()[3] != (255, 255):
            raise Unread("transparent")
    return image.convert("RGB")


def on_white(image: Image) -> Image:
    """The pixels in RGB as a page shows them, for a picture that will not leave."""
    import PIL.Image

    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    return PIL.Image.alpha_composite(PIL.Image.new("RGBA", seen.size, "white"), seen).convert("RGB")


def _check_chunks(data: bytes) -> None:
    """PNG's chunks (PNG specification, 5.3) are all known, no text hides another, and they end with the file."""
    position = 8
    keywords: set[bytes] = set()
    while position + 12 <= len(data):
        length = struct.unpack(">I", data[position : position + 4])[0]
        kind = data[position + 4 : position + 8]
        if kind not in _CHUNKS:
            raise Unread("metadata")
        if kind in _TEXT_CHUNKS:
            keyword = data[position + 8 : position + 8 + length].partition(b"\0")[0]
            if keyword in keywords or keyword.startswith(b"Raw profile"):
                raise Unread("metadata")
            keywords.add(keyword)
        position += 12 + length
        if kind == b"IEND":
            break
    if position != len(data):
        raise Unread("metadata")


def _segments(image: Image, data: bytes) -> list[str]:
    """Texts in JPEG's application segments; nothing follows its end."""
    if not data.endswith(b"\xff\xd9"):
        raise Unread("metadata")
    texts = []
    for marker, content in getattr(image, "applist", ()):
        if marker == "COM":
            texts.append(_as_text(content))
        elif marker == "APP1" and content.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
            texts.append(_as_text(content[29:]))
        elif not content.startswith(_UNDERSTOOD) or (content.startswith(b"JFIF\0") and len(content) > _JFIF_ALONE):
            raise Unread("metadata")
    return texts


def _told(image: Image) -> list[str]:
    """Texts beside the pixels, as Pillow has found them, and those in a colour profile."""
    texts = []
    for key, value in image.info.items():
        elsewhere = isinstance(value, bytes) and key in ("exif", "comment")
        if elsewhere or isinstance(value, int | float | tuple | None):
            continue
        if key == "icc_profile":
            texts += [found.replace(b"\0", b"").decode("ascii") for found in _STRINGS.findall(value)]
        elif isinstance(value, bytes) and key in ("xmp", "XML:com.adobe.xmp"):
            texts.append(_as_text(value))
        elif isinstance(value, str):
            texts.append(value if key == "XML:com.adobe.xmp" else f"{key}: {value}")
        elif not (isinstance(value, bytes) and key in ("transparency", "background")):
            raise Unread("metadata")
    return texts


def _described(image: Image) -> list[str]:
    """Texts of the Exif data, which may hold no place, no second picture, and nothing that only a maker can read."""
    exif = image.getexif()
    if _HAS_LOCATION in exif or exif.get_ifd(_HAS_THUMBNAIL):
        raise Unread("metadata")
    texts = []
    for tag, value in [*exif.items(), *exif.get_ifd(_HAS_DETAILS).items()]:
        if isinstance(value, bytes) and len(value) > 4:
            if value[:8] != b"ASCII\0\0\0":
                raise Unread("metadata")
            texts.append(_as_text(value[8:]))
        elif isinstance(value, str):
            texts.append(value)
        elif tag == 0x0112 and value != 1:
            raise Unread("metadata")  # To be turned: not everyone does, and letters upside down are other letters.
    return texts


def _as_text(content: bytes) -> str:
    try:
        return content.rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        raise Unread("metadata") from None
