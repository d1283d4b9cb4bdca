"""Pictures: what is written in them and about them. Their pixels are kept from nobody who may see their words."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from gateway.attachments.formats import read
from gateway.attachments.picture import MAX_PIXELS
from tests.attachments.made import picture

BLANK = picture("")


def saved(form: str = "PNG", image: Image.Image | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    (image or Image.new("RGB", (64, 64), "white")).save(file, form, **options)
    return file.getvalue()


def told(key: str, text: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt(key, text)
    return saved(pnginfo=info)


def chunk(kind: bytes, *contents: bytes) -> bytes:
    """A picture with more chunks before its end."""
    added = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for content in contents
    )
    return BLANK[:-12] + added + BLANK[-12:]


def exif(tag: int, value: object) -> bytes:
    data = Image.Exif()
    data[tag] = value
    return saved("JPEG", exif=data)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_what_is_written_in_a_picture_is_read(form: str) -> None:
    reading = read("image", "", picture("Name: Maria Gonzalez", "Card 4111 1111 1111 1111", form=form))

    assert reading.plain() == "Name: Maria Gonzalez\nCard 4111 1111 1111 1111"


def test_a_picture_without_words_has_no_text() -> None:
    assert read("image", "", BLANK).plain() == ""


@pytest.mark.parametrize(
    "data",
    [
        told("Comment", "taken by Maria"),
        exif(0x013B, "Maria"),
        saved("JPEG", comment=b"for Maria"),
        saved("WEBP", xmp=b"<x>Maria</x>"),
        chunk(b"tEXt", b"Comment\0behind the pixels: Maria"),
        chunk(b"tEXt", b"comment\0for Maria"),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"for Maria")),
        saved(icc_profile=b"\0\0\0\x01acspAPPL\0\0Marias screen\0\0"),
    ],
)
def test_words_about_a_picture_are_read_too(data: bytes) -> None:
    reading = read("image", "", data)

    assert reading.problem is None
    assert "Maria" in reading.plain()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (exif(0x8825, {1: "N", 2: (52.0, 31.0, 0.0)}), "metadata"),
        (exif(0x927C, b"a maker's own notes"), "metadata"),
        (exif(0x0112, 6), "metadata"),
        (BLANK + b"PK\x03\x04 behind the end", "metadata"),
        (picture("", form="JPEG") + b"a film", "metadata"),
        (picture("", form="WEBP") + b"behind", "metadata"),
        (chunk(b"prVt", b"hidden"), "metadata"),
        (chunk(b"tEXt", b"Raw profile type iptc\0 4d61726961"), "metadata"),
        (chunk(b"tEXt", b"Comment\0Maria", b"Comment\0nobody"), "metadata"),
        (saved("JPEG").replace(b"JFIF\0", b"JFXX\0"), "metadata"),
        (saved(image=Image.new("I;16", (64, 64), 60000)), "unknown format"),
        (saved("JPEG", image=Image.new("CMYK", (64, 64))), "unknown format"),
        (saved(image=Image.new("RGBA", (64, 64), (255, 255, 255, 0))), "transparent"),
        (saved("GIF"), "unknown format"),
        (saved("WEBP", save_all=True, append_images=[Image.new("RGB", (64, 64))]), "unknown format"),
        (saved(image=Image.new("1", (3001, MAX_PIXELS // 3000))), "too large"),
        (BLANK[:60], "reading failed"),
        (b"no picture", "unknown format"),
    ],
)
def test_a_picture_with_something_in_it_that_is_not_understood_is_not_read(data: bytes, why: str) -> None:
    assert read("image", "", data).problem == why


def test_a_script_that_the_models_do_not_know_is_not_taken_for_nothing() -> None:
    image = Image.new("RGB", (400, 60), "white")
    # Bars and rings in the manner of Hangul: seen as writing, and no letters of any known script.
    from PIL import ImageDraw

    pen = ImageDraw.Draw(image)
    for left in range(20, 360, 36):
        pen.ellipse((left, 16, left + 12, 28), outline="black", width=3)
        pen.line((left + 20, 12, left + 20, 46), fill="black", width=3)
        pen.line((left, 38, left + 14, 38), fill="black", width=3)

    reading = read("image", "", saved(image=image))

    assert reading.problem == "uncertain text"
