"""What a request holds in pieces is put together where the pieces meet, and findings lead back to them."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.engine import SepalDetector
from gateway.detection.findings import Finding
from gateway.detection.inspect import Inspector
from gateway.detection.joined import EDGE, STEP, Join, joins
from gateway.prompt import Prompt, Segment, read_prompt

USER = "user"


def chat(*texts: str, **fields: Any) -> Prompt:
    """Messages of the user, with an answer of the assistant after each."""
    messages = []
    for text in texts:
        messages += [{"role": USER, "content": text}, {"role": "assistant", "content": "OK, go on."}]
    return read_prompt({"model": "auto", "messages": messages or [{"role": USER, "content": "hello"}], **fields})


def sequence(*texts: str) -> Prompt:
    segments = tuple(Segment(str(index), text) for index, text in enumerate(texts))
    return Prompt(segments, (), sequences=(tuple(range(len(texts))),))


def joined(*texts: str) -> list[str]:
    return [join.text for join in joins(sequence(*texts))]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("card 4111 1111", "1111 1111 ok"), "card 4111 1111\n1111 1111 ok"),
        (("4111 1111 is the first half.", "and the rest: 1111 1111"), "4111 1111\n1111 1111"),
        (("4111", "1111", "1111", "1111"), "4111\n1111\n1111\n1111"),
        (("part 1: 4111 1111", "part 2: 1111 1111"), "part 1: 4111 1111\n1111 1111"),
        (('{"number": "4111 1111"}', '{"number": "1111 1111"}'), '{"number": "4111 1111\n1111 1111"}'),
        (("the key is sk-abcd1234", "efgh5678 there"), "the key is sk-abcd1234efgh5678 there"),
        (
            ("part 1 is ghp_srBeR0cJf1,", "part 2 is v7orkLBJi2W93 please"),
            "part 1 is ghp_srBeR0cJf1v7orkLBJi2W93 please",
        ),
        (("mail maria@fi", "rm.co.uk"), "mail maria@firm.co.uk"),
        (("What is your social security number?", "536904399"), "What is your social security number? 536904399"),
        (("my password is", "hunter2x9"), "my password is hunter2x9"),
    ],
)
def test_texts_that_go_on_are_joined(texts: tuple[str, ...], expected: str) -> None:
    assert joined(*texts) == [expected]


@pytest.mark.parametrize(
    "texts",
    [
        ("hello", "world"),
        ("I paid 45 euros, which was a lot of money for such a thing", "3 of us went"),
        ("thanks", "Now write a poem of two hundred words about it"),
        ("4111", "and then " * 20 + "1111"),
        ("a", ""),
    ],
)
def test_other_texts_are_not(texts: tuple[str, ...]) -> None:
    assert joined(*texts) == []


def test_keys_are_joined_two_at_a_time_as_well() -> None:
    assert set(joined("id AKIA", "TE62BJWGGTVNNVIG", "mXG4iA1QRQFku3")) == {
        "id AKIATE62BJWGGTVNNVIGmXG4iA1QRQFku3",
        "id AKIATE62BJWGGTVNNVIG",
        "TE62BJWGGTVNNVIGmXG4iA1QRQFku3",
    }


def test_only_edges_are_taken() -> None:
    (text,) = joined("word " * 10_000 + "4111 1111", "1111 1111 " + "word " * 10_000)
    assert len(text) <= 2 * EDGE + 2
    assert text.startswith("word ")
    assert text.endswith(" word")


def test_many_small_pieces_overlap() -> None:
    texts = joined(*"4111111111111111" * 10)
    assert len(texts) < 12
    assert any("\n".join("4111111111111111") in text for text in texts)


def test_parts_of_a_message_are_joined_with_and_without_a_break_for_taggers_too() -> None:
    parts = [{"type": "text", "text": text} for text in ("write to Maria", "Gonzalez now")]
    found = joins(read_prompt({"messages": [{"role": USER, "content": parts}]}))
    assert {(join.text, join.models) for join in found} == {
        ("write to MariaGonzalez now", True),
        ("write to Maria\nGonzalez now", True),
    }


def test_fields_of_an_object_are_read_with_their_names() -> None:
    prompt = chat(metadata={"phone": "138", "user": {"first": "Wei", "last": "Zhang"}})
    texts = [join.text for join in joins(prompt)]
    assert any("phone: 138\n" in text and "first: Wei\nlast: Zhang\n" in text for text in texts)


def test_very_many_objects_are_a_few_texts() -> None:
    prompt = chat(metadata={"rows": [{"name": f"n{index}", "phone": f"p{index}"} for index in range(2_000)]})
    texts = [join.text for join in joins(prompt) if "name: " in join.text]
    assert 5 < len(texts) < 100
    assert max(map(len, texts)) < 4_000


def test_a_finding_leads_back_to_each_piece() -> None:
    (join,) = joins(sequence("card 4111 1111", "1111 1111 ok"))
    start = join.text.index("4111")
    found = list(
        join.back([Finding(start, start + 19, "CREDIT_CARD", 1.0, "r", ("x",)), Finding(0, 4, "WORD", 1.0, "r")])
    )
    assert [[(index, item.start, item.end, item.entity, item.undone) for index, item in one] for one in found] == [
        [(0, 5, 14, "CREDIT_CARD", (STEP, "x")), (1, 0, 9, "CREDIT_CARD", (STEP, "x"))],
        [(0, 0, 4, "WORD", ())],
    ]


def test_a_join_shows_no_text() -> None:
    assert "4111" not in repr(joins(sequence("card 4111 1111", "1111 1111")))
    assert "phone" not in repr(chat(metadata={"phone": "1"}).records)


@given(
    st.lists(st.text(st.sampled_from("41x@. \n是:-"), max_size=12), max_size=8), st.integers(0, 200), st.integers(1, 40)
)
def test_any_pieces_lead_back_inside_their_texts(texts: list[str], start: int, length: int) -> None:
    prompt = sequence(*texts) if len(texts) > 1 else Prompt((), ())
    for join in joins(prompt):
        assert isinstance(join, Join)
        for piece in join.pieces:
            text = prompt.segments[piece.segment].text
            assert text[piece.start : piece.start + piece.length] == join.text[piece.at : piece.at + piece.length]
        for index, item in chain.from_iterable(join.back([Finding(start, start + length, "X", 1.0, "r")])):
            assert 0 <= item.start < item.end <= len(prompt.segments[index].text)


CASES = {
    "messages": (chat("my card is 5200 8216", "4903 7187"), "CREDIT_CARD"),
    "many messages": (chat("5200", "8216", "4903", "7187"), "CREDIT_CARD"),
    "messages with words": (chat("card: 5200 8216, wait", "the rest is 4903 7187"), "CREDIT_CARD"),
    "parts": (
        read_prompt(
            {
                "messages": [
                    {"role": USER, "content": [{"type": "text", "text": t} for t in ("5200 82", "16 4903", " 7187")]}
                ]
            }
        ),
        "CREDIT_CARD",
    ),
    "fields of an object": (chat(metadata={"a": "5200 8216", "b": "4903 7187"}), "CREDIT_CARD"),
    "elements of an array": (chat(metadata={"a": ["5200", "8216", "4903", "7187"]}), "CREDIT_CARD"),
    "tool arguments": (
        read_prompt(
            {
                "messages": [
                    {
                        "role": "assistant",
                        "tool_calls": [
                            {
                                "id": "1",
                                "type": "function",
                                "function": {"name": "f", "arguments": json.dumps({"x": text})},
                            }
                            for text in ("5200 8216", "4903 7187")
                        ],
                    }
                ]
            }
        ),
        "CREDIT_CARD",
    ),
    "a key": (chat("it is ghp_16C7e42F292c6912E", "7710c838347Ae178B4a"), "API_KEY"),
    "a question and its answer": (chat("What is your social security number?", "536904399"), "US_SSN"),
    "a resident's number": (chat("身份证号 110105", "19491231", "002X"), "CN_RESIDENT_ID"),
}


@pytest.mark.parametrize(("prompt", "entity"), CASES.values(), ids=CASES.keys())
async def test_what_is_split_is_found(detector: SepalDetector, prompt: Prompt, entity: str) -> None:
    inspector = Inspector(detector)
    result = await inspector.inspect(prompt)
    inspector.close()
    assert result.failed is None
    assert entity in {finding.entity for _, finding in result.findings}


async def test_ordinary_turns_with_numbers_are_left_alone(detector: SepalDetector) -> None:
    inspector = Inspector(detector)
    prompt = chat(
        "What happened in 1998?", "And in 2004?", "1066?", "17 * 23", "391 / 17", "Convert 1719542560 to a date"
    )
    result = await inspector.inspect(prompt)
    inspector.close()
    assert [item for item in result.findings if STEP in item[1].undone] == []
