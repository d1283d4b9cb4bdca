"""What is read of each format, and what is not."""

from __future__ import annotations

import base64

import pytest

from gateway.attachments.formats import MAX_CHARACTERS, read
from tests.attachments.made import TEXT, open_text, package, pdf, picture, said, sheet, slides, word


def words(data: bytes, name: str = "") -> str:
    reading = read("file", name, data)
    assert reading.problem is None
    return reading.plain()


def problem(data: bytes, name: str = "") -> str | None:
    return read("file", name, data).problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_file_is_its_own_text(encoding: str) -> None:
    assert words("# Grüße\n\tan 王伟,\n".encode(encoding)) == "# Grüße\n\tan 王伟,\n"


def test_plain_chinese_of_the_older_encoding_is_read() -> None:
    text = "王伟的电话是13800138000，住在北京。"

    assert words(text.encode("gb18030")) == text


@pytest.mark.parametrize(
    "data", ["Grüße aus Köln".encode("latin-1"), b"\x00\x01\x02", b"a\x1bb\x00", bytes(range(256))]
)
def test_what_is_no_text_for_certain_is_not_read(data: bytes) -> None:
    assert problem(data) == "unknown format"


@pytest.mark.parametrize("data", [b"{\\rtf1 \\'4d\\'61ria}", b"%!PS-Adobe-3.0\n(Ma) -10 (ria) show"])
def test_text_whose_letters_are_escaped_is_not_read(data: bytes) -> None:
    assert problem(data) == "unknown format"


def test_a_text_beyond_the_limit_is_not_read_in_part() -> None:
    assert problem(b"a" * (MAX_CHARACTERS + 1)) == "too large"


def test_a_word_document_is_read_with_whatever_people_wrote_in_it() -> None:
    body = (
        "<w:p><w:r><w:t>Dear Ali</w:t></w:r><w:r><w:t>ce</w:t><w:tab/><w:t>Meyer</w:t></w:r></w:p>"
        "<w:p><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del></w:p>"
        '<w:p><w:r><w:drawing><wp:docPr descr="a portrait"/></w:drawing></w:r></w:p>'
        "<w:p><mc:AlternateContent><mc:Choice><w:t>box</w:t></mc:Choice><mc:Fallback><w:t>box</w:t></mc:Fallback>"
        "</mc:AlternateContent></w:p><w:tbl><w:tr><w:tc><w:p><w:t>Name</w:t></w:p></w:tc><w:tc><w:p><w:t>Bob</w:t></w:p>"
        "</w:tc></w:tr></w:tbl>"
    )
    data = word(
        body,
        {
            "header1.xml": said("hdr", "on top"),
            "footer1.xml": said("ftr", "below"),
            "comments.xml": said("comments", "a remark"),
            "footnotes.xml": said("footnotes", "a note"),
        },
    )

    assert words(data) == (
        "[header]\non top\n\nDear Alice\tMeyer\ninserteddeleted\na portrait\nbox\nName\tBob\n\n[footer]\nbelow\n\n"
        "[note]\na note\n\n[comment]\na remark"
    )


def test_properties_of_a_document_are_left_out_since_only_its_text_leaves() -> None:
    assert "Ada" not in words(word())


def test_words_in_a_picture_of_a_document_are_read() -> None:
    data = word(more={"media/image1.png": picture("Invoice 12345", mode="RGBA")})

    assert words(data) == "Hello\n\n[picture]\nInvoice 12345"


def test_a_workbook_is_read_with_hidden_sheets_comments_and_days() -> None:
    text = words(sheet())

    assert "[sheet Sheet]\nName\tBorn\nBob Dylan\t1980-05-07" in text
    for hidden in ("[sheet Pay]\nsalary 90000", "owes us money", "Quarter three"):
        assert hidden in text


def test_slides_are_read_in_their_order_with_what_the_speaker_says() -> None:
    text = words(slides())

    assert [line for line in text.split("\n") if line.startswith("This")] == [f"This is {n}" for n in range(1, 12)]
    assert text.endswith("[speaker's notes]\nSay it slowly")


def test_an_open_document_is_read() -> None:
    data = open_text(
        f'<text:p xmlns:text="{TEXT}">Dear <text:span>Bob</text:span><text:tab/>Dylan</text:p><text:h>End</text:h>'
    )

    assert words(data) == "Dear Bob\tDylan\nEnd"


def test_a_pdf_is_read_page_by_page_with_its_notes() -> None:
    assert words(pdf("Dear Alice", "Yours, Bob", note="not yet")) == (
        "[page 1]\nDear Alice\n\n[page 1, note]\nnot yet\n\n[page 2]\nYours, Bob\n\n[page 2, note]\nnot yet"
    )


def test_a_scanned_pdf_is_read_by_its_look() -> None:
    assert words(picture("Scanned letter to Alice", form="PDF", resolution=100)) == "[page 1]\nScanned letter to Alice"


MAIL = (
    b"From: Ada <ada@example.org>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b\r\nContent-Type: application/pdf\r\n"
    b'Content-Disposition: attachment; filename="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n'
)


def test_a_mail_is_read_with_what_is_attached() -> None:
    data = MAIL % (base64.b64encode(b"Hello Bob"), base64.b64encode(pdf("Dear Alice")))

    assert words(data, "a.eml") == (
        "From: Ada <ada@example.org>\nSubject: Grüße\n\nHello Bob\n\nAttached file a.pdf:\n\n[page 1]\nDear Alice"
    )


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (word(more={"embeddings/oleObject1.bin": b"x"}), "", "embedded object"),
        (word(more={"vbaProject.bin": b"x"}), "", "embedded object"),
        (pdf("Dear Alice", attached=b"inside"), "", "embedded object"),
        (MAIL % (b"", base64.b64encode(pdf("x", attached=b"inside"))), "a.eml", "embedded object"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "", "encrypted"),
        (open_text("", "<m><encryption-data/></m>"), "", "encrypted"),
        (package({"secret.txt": "hello"}), "", "unknown format"),
        (picture("Hello"), "", "unknown format"),
        (word(more={"media/image1.emf": b"x"}), "", "unknown format"),
        (word(BOMB), "", "reading failed"),
        (package({"word/document.xml": BOMB}), "", "reading failed"),
        (word("<w:p><w:t>never ends"), "", "reading failed"),
        (word("<x>" * 300 + "</x>" * 300), "", "too large"),
        (word()[:-40], "", "reading failed"),
        (package({"word/document.xml": b" " * (65 * 1024 * 1024)}), "", "too large"),
        (package({f"{number}.txt": "" for number in range(2001)}), "", "too large"),
        (b"%PDF-1.7\nnothing of the kind", "", "reading failed"),
        (pdf(*["x"] * 301), "", "too large"),
        (b"no header at all", "a.eml", "unknown format"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_what_can_not_be_read_wholly_is_not_read_in_part(data: bytes, name: str, why: str) -> None:
    reading = read("file", name, data)

    assert (reading.texts, reading.problem) == ((), why)
