from __future__ import annotations

import base64
from typing import Any

import pytest

from gateway.attachments.part import as_text, attachment, part_digest
from gateway.attachments.reading import Reading, Text

DATA = base64.b64encode(b"hello").decode()
URL = f"data:image/png;base64,{DATA}"


def image(**inside: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": inside}


def file(**inside: Any) -> dict[str, Any]:
    return {"type": "file", "file": inside}


@pytest.mark.parametrize(
    ("part", "kind", "name"),
    [
        (image(url=URL), "image", ""),
        (image(url=URL, detail="high"), "image", ""),
        (file(file_data=URL, filename="a.pdf"), "file", "a.pdf"),
        (file(file_data=DATA), "file", ""),
        (file(file_data=f"data:text/plain;charset=utf-8;base64,{DATA}"), "file", ""),
    ],
)
def test_what_a_part_carries_is_taken_out(part: dict[str, Any], kind: str, name: str) -> None:
    found = attachment(part)

    assert found is not None
    assert (found.kind, found.name, found.data) == (kind, name, b"hello")


@pytest.mark.parametrize(
    "part",
    [
        image(url="https://example.org/picture.png"),
        image(url=URL, caption="Maria Gonzalez"),
        image(url=URL, detail="Maria Gonzalez"),
        {**image(url=URL), "note": "Maria Gonzalez"},
        image(url=f"{URL}\n"),
        image(url=f"data:image/png;base64,{DATA}!!"),
        image(url="data:image/png,hello"),
        image(url="data:image/png;name=Maria;base64,AAAA"),
        image(url="data:image/png;base64,"),
        image(),
        {"type": "image_url", "image_url": "data:,"},
        file(file_id="file-123"),
        file(file_data=DATA, file_id="file-123"),
        file(file_data=5),
        file(file_data=DATA, filename=["a"]),
        {"type": "input_audio", "input_audio": {"data": DATA, "format": "wav"}},
        {"type": "hologram", "hologram": {}},
        {"type": "file"},
    ],
)
def test_a_part_that_is_not_wholly_understood_carries_nothing_that_could_be_read(part: dict[str, Any]) -> None:
    assert attachment(part) is None


def test_a_digest_fits_no_other_part() -> None:
    parts = [image(url=URL), image(url=URL, detail="low"), file(file_data=URL), file(file_data=URL, filename="b")]

    assert len({part_digest(part) for part in parts}) == len(parts)
    assert part_digest(image(detail="low", url=URL)) == part_digest(image(url=URL, detail="low"))


def test_a_file_that_was_read_has_a_text_part_in_its_place() -> None:
    reading = Reading((Text("page 1", "Dear Bob"), Text("", "Yours")))

    assert as_text(file(file_data=DATA, filename="letter.pdf"), reading) == {
        "type": "text",
        "text": "File letter.pdf:\n[page 1]\nDear Bob\n\nYours",
    }


def test_no_text_stands_for_an_image_or_for_a_file_that_was_not_read() -> None:
    assert as_text(image(url=URL), Reading((Text("", "Dear Bob"),))) is None
    assert as_text(file(file_data=DATA), Reading(problem="encrypted")) is None


def test_nothing_of_an_attachment_shows_when_it_is_printed() -> None:
    found = attachment(file(file_data=base64.b64encode(b"Maria").decode(), filename="Maria.txt"))

    assert "Maria" not in repr(found) + repr(Reading((Text("sheet Maria", "Maria"),)))
