"""A request with attachments, before and behind their reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from gateway.attachments.part import Attachment
from gateway.attachments.reader import Reader
from gateway.attachments.reading import Kind, Reading, Text
from gateway.attachments.request import read_attachments
from gateway.openai import wire
from gateway.openai.read import validate
from gateway.policy.clear import NotCleared, clear
from gateway.policy.decide import Facts, decide
from gateway.policy.load import load_text
from gateway.prompt import read_prompt
from tests.attachments.made import chat, file_part, image_part

BOTH: frozenset[Kind] = frozenset({"file", "image"})
POLICY = load_text(
    """version: 1
levels: [public, secret]
destinations: {local: {clearance: secret, engine: llama.cpp, model: embedded}}
entities: {default: secret}
attachments: {images: by_text}
route: {prefer: [local]}
"""
)


class Known(Reader):
    """Reads by table: bytes → what came of it."""

    def __init__(self, known: dict[bytes, Reading]) -> None:
        super().__init__()
        self.known = known

    async def read(self, attachments: Sequence[Attachment]) -> dict[bytes, Reading]:
        return {item.digest: self.known[item.data] for item in attachments}


READER = Known({b"a": Reading((Text("", "words"),)), b"b": Reading(problem="encrypted")})


def request(*parts: dict[str, Any]) -> wire.ChatRequest:
    return validate(chat(*parts), wire.ChatRequest)


async def test_a_file_that_was_read_is_text_from_then_on() -> None:
    before = request(file_part(b"a", "n.txt"), file_part(b"b"))

    after, attached = await read_attachments(before, READER, BOTH)

    content = wire.inspected_body(after)["messages"][0]["content"]
    assert content[1:] == [{"type": "text", "text": "File n.txt:\nwords"}, file_part(b"b")]
    assert attached.kinds == ("file",)
    assert wire.inspected_body(before)["messages"][0]["content"][1] == file_part(b"a", "n.txt")


async def test_what_is_not_wanted_is_not_read() -> None:
    before = request(file_part(b"a"), image_part(b"a"))

    after, attached = await read_attachments(before, READER, frozenset({"image"}))

    assert after is before
    assert attached.kinds == ("image",)


async def test_a_request_without_attachments_is_what_it_was() -> None:
    for before in (request(), validate({"model": "auto", "prompt": "hello"}, wire.CompletionRequest)):
        after, attached = await read_attachments(before, READER, BOTH)

        assert (after, attached.kinds) == (before, ())


async def test_an_image_that_was_read_is_its_words_and_any_other_is_unreadable() -> None:
    after, attached = await read_attachments(request(image_part(b"a"), image_part(b"b")), READER, BOTH)

    prompt = read_prompt(wire.inspected_body(after), attached.readings)

    assert [(segment.path, segment.text) for segment in prompt.segments[1:]] == [
        ("messages[0].content[1].image_url.(text 0)", "words")
    ]
    assert [(item.path, item.reason) for item in prompt.unreadable] == [
        ("messages[0].content[2]", "image (encrypted)"),
    ]


@pytest.mark.parametrize(
    "other",
    [image_part(b"c"), image_part(b"a", detail="low"), {**image_part(b"a"), "more": "x"}, file_part(b"a")],
    ids=["other bytes", "other detail", "more beside it", "a file"],
)
async def test_only_the_very_image_that_was_read_is_cleared(other: dict[str, Any]) -> None:
    after, attached = await read_attachments(request(image_part(b"a")), READER, BOTH)
    prompt = read_prompt(wire.inspected_body(after), attached.readings)
    decision = decide(POLICY, Facts((), attached=attached.kinds, inspected=prompt.digest()))

    def cleared(body: dict[str, Any]) -> bytes:
        return clear(decision, "local", prompt, decision_id="d", path="/chat/completions", body=body).body

    assert b"data:image/png" in cleared(wire.outbound(after, model="m", stream=True))
    with pytest.raises(NotCleared, match="content that was not inspected"):
        cleared(wire.outbound(request(other), model="m", stream=True))


def test_what_a_policy_does_not_let_be_read_has_the_highest_level_even_when_it_was() -> None:
    unset = load_text(
        """version: 1
levels: [public, secret]
destinations: {local: {clearance: secret, engine: llama.cpp, model: embedded}}
entities: {default: secret}
route: {prefer: [local]}
"""
    )

    assert decide(unset, Facts((), attached=("image",))).label.name == "secret"
    assert decide(unset, Facts((), attached=("file",))).label.name == "public"
