"""What is encoded is decoded where it is text; keys, words and numbers stay what they are."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.encodings import CUT, could_be_spread, could_hold, decode, decode_spread
from gateway.detection.views.view import Edit

After = Callable[[Any, str], str]
TEXT = "Maria Gonzalez, 4111 1111 1111 1111"
CHINESE = "我叫张伟，手机13800138000"


def everything(text: str) -> list[Edit]:
    """The edits of both steps, of those that overlap the longest."""
    kept: list[Edit] = []
    for item in sorted((*decode(text), *decode_spread(text)), key=lambda item: (item.start, -item.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept


def b64(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        (b64(TEXT), TEXT),
        (b64(CHINESE), CHINESE),
        (b64(CHINESE, "gb2312"), CHINESE),
        (b64(TEXT, "utf-16-le"), TEXT),
        (base64.urlsafe_b64encode("你好，我是？？张伟".encode()).decode(), "你好，我是？？张伟"),
        (b64(TEXT).rstrip("="), TEXT),
        (base64.encodebytes((TEXT * 5).encode()).decode().rstrip("\n"), TEXT * 5),
        ("\r\n> ".join(["", *(b64(TEXT * 5)[i : i + 64] for i in range(0, 256, 64))])[4:], TEXT * 5),
        (b64("13800138000"), "13800138000"),
        (base64.b32encode(TEXT.encode()).decode(), TEXT),
        (TEXT.encode().hex(), TEXT),
        (TEXT.encode().hex().upper(), TEXT),
        ("0x" + TEXT.encode().hex(), TEXT),
        (TEXT.encode().hex(" "), TEXT),
        (TEXT.encode().hex(":"), TEXT),
        (", ".join(f"0x{byte:02x}" for byte in TEXT.encode()), TEXT),
        (" ".join(f"{byte:08b}" for byte in TEXT.encode()), TEXT),
        ("".join(f"{byte:08b}" for byte in TEXT.encode()), TEXT),
        (" ".join(str(byte) for byte in TEXT.encode()), TEXT),
        (", ".join(str(byte) for byte in TEXT.encode()), TEXT),
        (" ".join(f"{byte:o}" for byte in TEXT.encode()), TEXT),
        (base64.b64encode(gzip.compress(TEXT.encode(), mtime=0)).decode(), TEXT),
        (base64.b64encode(zlib.compress(TEXT.encode())).decode(), TEXT),
        (base64.b85encode(TEXT.encode()).decode(), TEXT),
        (base64.a85encode(TEXT.encode()).decode(), TEXT),
    ],
)
def test_an_encoded_text_stands_there_decoded(after: After, encoded: str, plain: str) -> None:
    words = f"see {encoded} there".split()
    assert could_hold(words) or could_be_spread(words)
    assert after(everything, encoded).strip() == plain
    assert after(everything, f"see\n{encoded}\nthere") == f"see\n {plain} \nthere"


def test_what_stands_between_slashes_is_decoded(after: After) -> None:
    assert after(everything, f"https://x.io/user/{b64(TEXT).rstrip('=')}/edit") == f"https://x.io/user/ {TEXT} /edit"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CountVectorizer setMapFollowType getElementsByClassName",
        "An implementation of internationalization and Characterization",
        "sha256 9f27d24949b0581701071ea5ef522d77ccd3f50c525cc91eac4d265b0fc2afe5",
        "a408c583-fa26-4e3c-9650-ed1a629a79f3",
        "AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "src/components/Button/index.tsx getElementsByClassName",
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==",
        "1719542560383124 and 4111111111111111",
        "00000000 11111111 00000000 11111111",
        "12 34 56 78 90 12 34 56",
        "de:ad:be:ef:00:11:22:33",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    ],
)
def test_keys_hashes_words_and_numbers_stay(after: After, text: str) -> None:
    assert after(everything, text) == text


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "


@given(st.text(LETTERS, min_size=12, max_size=40) | st.text("张伟的手机号是王小明我叫", min_size=5, max_size=30))
def test_any_words_are_recognised(after: After, text: str) -> None:
    shown = after(everything, b64(text))
    assert shown == f" {text} " or b64(text)[1:].islower()


@given(st.binary(min_size=16, max_size=60))
def test_random_bytes_are_no_text(after: After, data: bytes) -> None:
    try:
        assert all(map(str.isprintable, data.decode("utf-8").replace("\n", "").replace("\t", "")))
    except (UnicodeDecodeError, AssertionError):
        text = base64.b64encode(data).decode()
        assert after(everything, text) == text or data.count(0) or not data.isascii()


@given(st.text(st.sampled_from("aQ2=/-_+ \n0x:,1f"), max_size=200))
def test_any_text_is_taken(after: After, text: str) -> None:
    after(everything, text)


def test_what_is_too_long_to_unpack_is_said_to_be() -> None:
    bomb = base64.b64encode(zlib.compress(b"call me " * 5_000_000)).decode()
    assert {(item.start, item.end, item.step) for item in decode(bomb)} == {(0, len(bomb), CUT)}


def test_scores_and_sizes_are_no_bytes(after: After) -> None:
    for text in ("65 70 72 81 90 55 67 88 91", "100 120 110 119 101 105 99 108 300", "10 20 30 40 50 60 70 80 90"):
        assert after(everything, text) == text
