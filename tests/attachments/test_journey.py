"""Files and images on their way through a gateway: what they make of the label, and what a destination gets of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.backends import abilities
from gateway.cli.policy_recorded import read_record
from gateway.policy.load import PolicyError, load_text
from tests.attachments.made import chat, file_part, image_part, package, pdf, picture
from tests.running_gateway import Running, running

LETTER = "Dear Maria Gonzalez, the meeting is on Monday."
CARD = ("Name: Maria Gonzalez", "Card 4111 1111 1111 1111")


def policy(attachments: str = "{}", more: str = "") -> Callable[[str], str]:
    """Two destinations behind one server: `open` may see the lowest level, `local` everything."""

    def text(url: str) -> str:
        return f"""version: 1
levels: [public, internal, secret]
destinations:
  open: {{clearance: public, engine: openai, base_url: "{url}/v1", model: of-others}}
  local: {{clearance: secret, engine: openai, base_url: "{url}/v1", model: of-ours}}
entities: {{default: public, PERSON: internal, CREDIT_CARD: secret}}
attachments: {attachments}
route: {{prefer: [open, local]}}
{more}"""

    return text


PSEUDONYMS = "rules: [{name: names, when: {any: [PERSON]}, declassify: {method: pseudonym, to: public}}]"


async def sent(up: Running, *parts: dict[str, Any]) -> dict[str, Any]:
    """What the server got of a request with `parts`, and the gateway's headers as `headers`."""
    response = await up.client.post("/v1/chat/completions", json=chat(*parts))
    assert response.status_code == 200, response.text
    return {**json.loads(up.stub.seen[-1].body), "headers": response.headers}


async def test_a_file_goes_where_its_text_may_go_and_goes_as_text(tmp_path: Path) -> None:
    part = file_part(pdf("The meeting is on Monday."), "plan.pdf")
    async with running(tmp_path, policy()) as up:
        got = await sent(up, part)

    assert (got["model"], got["headers"]["x-sepal-label"]) == ("of-others", "public")
    assert got["messages"][0]["content"][1] == {
        "type": "text",
        "text": "File plan.pdf:\n[page 1]\nThe meeting is on Monday.",
    }


async def test_what_is_found_in_a_file_sets_the_label(tmp_path: Path) -> None:
    async with running(tmp_path, policy()) as up:
        got = await sent(up, file_part(pdf(LETTER)))
        said = (await up.client.post("/v1/sepal/decide", json=chat(file_part(pdf(LETTER))))).json()

    assert (got["model"], got["headers"]["x-sepal-label"]) == ("of-ours", "internal")
    assert [item["path"] for item in said["findings"] if item["entity"] == "PERSON"] == ["messages[0].content[1].text"]


async def test_the_name_of_a_file_is_text_too(tmp_path: Path) -> None:
    async with running(tmp_path, policy()) as up:
        got = await sent(up, file_part(b"to be written", "Letter to Maria Gonzalez.txt"))

    assert got["headers"]["x-sepal-label"] == "internal"


async def test_names_in_a_file_can_be_replaced(tmp_path: Path) -> None:
    async with running(tmp_path, policy(more=PSEUDONYMS)) as up:
        got = await sent(up, file_part(pdf(LETTER)))

    assert got["model"] == "of-others"
    assert "the meeting is on Monday" in got["messages"][0]["content"][1]["text"]
    assert "Maria" not in json.dumps(got["messages"])


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (file_part(package({"a.txt": "hello"}), "a.zip"), "file (unknown format)"),
        (file_part(pdf("hello", attached=b"inside")), "file (embedded object)"),
        ({"type": "file", "file": {"file_id": "file-1"}}, "file"),
        (image_part(picture("hello")), "image"),
        ({"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}, "image"),
        ({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}, "audio"),
    ],
    ids=["zip", "file in a file", "file elsewhere", "image", "image elsewhere", "audio"],
)
async def test_what_was_not_read_has_the_highest_level_and_goes_as_it_is(
    tmp_path: Path, part: dict[str, Any], reason: str
) -> None:
    async with running(tmp_path, policy()) as up:
        got = await sent(up, part)
        (record, *_) = up.audit("decision")

    assert (got["model"], got["headers"]["x-sepal-label"]) == ("of-ours", "secret")
    assert got["messages"][0]["content"][1] == part
    assert record["unreadable"] == {reason: 1}


async def test_files_can_have_a_level_of_their_own(tmp_path: Path) -> None:
    async with running(tmp_path, policy("{files: internal}")) as up:
        got = await sent(up, file_part(b"to be written", "a.txt"))
        (record, *_) = up.audit("decision")

    assert got["headers"]["x-sepal-label"] == "internal"
    assert record["rule"] == "attachments"


async def test_an_image_is_read_where_the_policy_says_so_and_goes_as_it_is(tmp_path: Path) -> None:
    part = image_part(picture("Opening hours"), detail="low")
    async with running(tmp_path, policy("{images: by_text}")) as up:
        got = await sent(up, part)

    assert (got["model"], got["headers"]["x-sepal-label"]) == ("of-others", "public")
    assert got["messages"][0]["content"][1] == part


@pytest.mark.parametrize(("images", "label"), [("by_text", "secret"), ("internal", "secret"), ("secret", "secret")])
async def test_what_is_written_on_a_card_is_found(tmp_path: Path, images: str, label: str) -> None:
    part = image_part(picture(*CARD))
    async with running(tmp_path, policy(f"{{images: {images}}}")) as up:
        got = await sent(up, part)
        (record, *_) = up.audit("decision")

    assert (got["model"], got["headers"]["x-sepal-label"]) == ("of-ours", label)
    assert record["findings"] == {"CREDIT_CARD": 1, "PERSON": 1}


async def test_an_image_that_no_model_takes_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(abilities.CAN, "openai", frozenset())
    async with running(tmp_path, policy("{images: by_text}")) as up:
        response = await up.client.post("/v1/chat/completions", json=chat(image_part(picture("Opening hours"))))

    assert (response.status_code, response.json()["error"]["code"]) == (400, "unsupported_content")


async def test_what_was_read_is_in_the_record_so_that_another_policy_can_be_tried_on_it(tmp_path: Path) -> None:
    async with running(tmp_path, policy("{files: internal}")) as up:
        await sent(up, file_part(b"to be written", "a.txt"))
        (record, *_) = up.audit("decision")

    assert record["attached"] == ["file"]
    replayed = read_record(record)
    assert replayed is not None
    assert replayed.facts.attached == ("file",)


async def test_an_image_has_at_least_the_level_of_images(tmp_path: Path) -> None:
    async with running(tmp_path, policy("{images: internal}")) as up:
        got = await sent(up, image_part(picture("Opening hours")))

    assert (got["model"], got["headers"]["x-sepal-label"]) == ("of-ours", "internal")


async def test_names_in_an_image_can_not_be_replaced_so_it_stays(tmp_path: Path) -> None:
    async with running(tmp_path, policy("{images: by_text}", PSEUDONYMS)) as up:
        got = await sent(up, image_part(picture(CARD[0])))

    assert (got["model"], got["headers"]["x-sepal-label"]) == ("of-ours", "internal")


async def test_nothing_of_a_file_is_in_the_records(tmp_path: Path) -> None:
    async with running(tmp_path, policy()) as up:
        await sent(up, file_part(pdf(LETTER), "Zanzibar.pdf"))
        up.audit("decision")
        written = up.gateway.audit.path.read_text()

    assert "Zanzibar" not in written
    assert "meeting" not in written
    assert "Gonzalez" not in written


def test_a_level_that_does_not_exist_is_a_mistake_in_words() -> None:
    with pytest.raises(PolicyError, match=r"7:23: unknown level `hidden`; expected one of: public, internal, secret"):
        load_text(policy("{images: hidden}")("http://127.0.0.1:1"))
