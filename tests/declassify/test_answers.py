"""An answer's chunks: the same message from any pieces, in OpenAI's order, with the originals in every text."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.declassify.answers import AnswerRestorer
from gateway.declassify.forms import forms
from gateway.declassify.replaced import Part, Replaced
from gateway.declassify.restore import restore
from gateway.openai.assembled import Assembler
from gateway.openai.stream import AnswerStream, BrokenAnswer, Chunk, Kind

CHAT: Kind = "chat.completion.chunk"
TEXT: Kind = "text_completion"
LAURA = Replaced(
    "PERSON",
    "Maria Gonzalez",
    "Laura Fernandez",
    (Part("given", "Maria", "Laura"), Part("family", "Gonzalez", "Fernandez")),
)
QUOTED = Replaced("PASSWORD", 'say "张三"\\\n\t', "<PASSWORD_1>")
REPLACED = (LAURA, QUOTED, Replaced("PERSON", "张志强", "李伟明"))


def chunk(index: int = 0, finish: str | None = None, logprobs: Any = None, **delta: Any) -> Chunk:
    choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
    return {"id": "c1", "object": CHAT, "created": 5, "model": "m", "choices": [choice]}


def call(arguments: str, *, index: int = 0, name: str | None = None) -> dict[str, Any]:
    if name is None:
        return {"index": index, "function": {"arguments": arguments}}
    return {
        "index": index,
        "id": f"call{index}",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }


async def arriving(chunks: Sequence[Chunk]) -> AsyncIterator[Chunk]:
    for item in chunks:
        yield item


async def restored(chunks: Sequence[Chunk], *, json_content: bool = False) -> list[Chunk]:
    restorer = AnswerRestorer(REPLACED, json_content=json_content)
    return [item async for item in restorer.restored(arriving(chunks))]


def said(chunks: list[Chunk]) -> list[Any]:
    """Each chunk's texts, or why its choice ended."""
    words: list[Any] = []
    for item in chunks:
        (choice,) = item["choices"]
        words.append(choice["delta"] or choice["finish_reason"])
    return words


def assembled(chunks: list[Chunk], kind: Kind = CHAT) -> dict[str, Any]:
    assembler = Assembler(kind)
    for item in chunks:
        assembler.add(item)
    return assembler.answer(None)


async def test_role_content_and_end_keep_their_order_and_nothing_empty_is_sent() -> None:
    answer = await restored(
        [
            chunk(role="assistant", content=""),
            chunk(content="Hi La"),
            chunk(content="ur"),
            chunk(content="a"),
            chunk(finish="stop"),
        ]
    )
    assert said(answer) == [{"role": "assistant", "content": ""}, {"content": "Hi "}, {"content": "Maria"}, "stop"]
    assert all(item | {"choices": []} == chunk() | {"choices": []} for item in answer)


async def test_what_is_held_of_the_reasoning_comes_before_the_content_and_that_before_tool_calls() -> None:
    answer = await restored(
        [
            chunk(reasoning_content="so Laura"),
            chunk(content="To Laura"),
            chunk(tool_calls=[call("", name="send")]),
            chunk(tool_calls=[call('{"to": "Laura')]),
            chunk(tool_calls=[call('"}')]),
            chunk(finish="tool_calls"),
        ]
    )
    assert said(answer) == [
        {"reasoning_content": "so "},
        {"reasoning_content": "Maria"},
        {"content": "To "},
        {"content": "Maria"},
        {"tool_calls": [call("", name="send")]},
        {"tool_calls": [call('{"to": "')]},
        {"tool_calls": [call('Maria"}')]},
        "tool_calls",
    ]


async def test_choices_do_not_mix() -> None:
    answer = await restored(
        [
            chunk(0, content="Lau"), chunk(1, content="李"), chunk(0, content="ra!"), chunk(1, content="伟明"),
            chunk(1, finish="stop"), chunk(0, finish="length"),
        ]
    )  # fmt: skip
    assert [choice["message"]["content"] for choice in assembled(answer)["choices"]] == ["Maria!", "张志强"]
    assert [item["choices"][0]["index"] for item in answer] == [0, 1, 1, 0]


async def test_log_probabilities_of_held_text_come_with_the_first_text_that_is_sent() -> None:
    tokens = [{"content": [{"token": token}], "refusal": None} for token in ("La", "ura", "!")]
    answer = await restored(
        [
            chunk(content="La", logprobs=tokens[0]),
            chunk(content="ura", logprobs=tokens[1]),
            chunk(content="!", logprobs=tokens[2]),
            chunk(content="La", logprobs=tokens[0]),
            chunk(finish="stop"),
        ]
    )
    assert [item["choices"][0]["logprobs"] for item in answer] == [
        {"content": [{"token": "La"}, {"token": "ura"}, {"token": "!"}], "refusal": None},
        tokens[0],
        None,
    ]


async def test_a_tools_name_comes_back_as_the_caller_named_it() -> None:
    answer = await restored([chunk(tool_calls=[call("{}", name="mail_laura_fernandez")]), chunk(finish="tool_calls")])
    (choice,) = assembled(answer)["choices"]
    assert choice["message"]["tool_calls"][0]["function"]["name"] == "mail_maria_gonzalez"


async def test_an_answer_that_breaks_off_is_broken_off() -> None:
    stream = AnswerStream(CHAT, "m").normalised(arriving([chunk(content="Hi Laura")]))
    answer = AnswerRestorer(REPLACED).restored(stream)
    seen = [await anext(answer), await anext(answer)]
    with pytest.raises(BrokenAnswer):
        await anext(answer)
    assert said(seen) == [{"role": "assistant", "content": ""}, {"content": "Hi "}]


async def test_a_stream_that_ends_without_a_reason_gives_all_it_held() -> None:
    answer = await restored(
        [chunk(content="Hi Laura"), chunk(tool_calls=[call("Laura", name="t")]), chunk(1, content="李伟明")]
    )
    assert [item["choices"][0]["index"] for item in answer][-1] == 0
    messages = [choice["message"] for choice in assembled(answer)["choices"]]
    assert [message["content"] for message in messages] == ["Hi Maria", "张志强"]
    assert messages[0]["tool_calls"][0]["function"]["arguments"] == "Maria"


async def test_usage_passes() -> None:
    usage = {"id": "c1", "choices": [], "usage": {"total_tokens": 3}}
    assert await restored([usage]) == [usage]


def completion(text: str, finish: str | None = None, logprobs: Any = None) -> Chunk:
    choice = {"index": 0, "text": text, "logprobs": logprobs, "finish_reason": finish}
    return {"id": "c1", "object": TEXT, "choices": [choice]}


async def test_a_completions_text_is_restored_up_to_its_end() -> None:
    for last, texts in (("", ["Hi ", "Maria", ""]), ("ura", ["Hi ", "Maria"])):
        first = "Hi La" if last else "Hi Laura"
        chunks = [completion(first, None, {"tokens": ["a"]}), completion(last, "stop", {"tokens": ["b"]})]
        answer = await restored(chunks)
        assert [item["choices"][0]["text"] for item in answer] == texts
        assert answer[-1]["choices"][0]["finish_reason"] == "stop"
        assert assembled(answer, TEXT)["choices"][0]["logprobs"] == {"tokens": ["a", "b"]}


BITS = st.sampled_from(
    [
        "Laura",
        "Fernandez",
        "李伟明",
        "<PASSWORD_1>",
        "<PASSWORD_",
        "Dear ",
        " ",
        "Dern",
        ", ",
        "\n",
        '"',
        "\\",
        "x",
        "ü",
    ]
)
TEXTS = st.lists(BITS, max_size=8).map("".join)
CUTS = st.lists(st.integers(0, 100), max_size=10)


def cut(text: str, cuts: list[int]) -> list[str]:
    places = sorted({place % (len(text) + 1) for place in cuts} | {0})
    return [text[start:end] for start, end in zip(places, [*places[1:], len(text)], strict=True)]


@given(TEXTS, TEXTS, TEXTS, CUTS, st.booleans())
@settings(max_examples=150, deadline=None)
async def test_any_pieces_make_the_same_message(
    thought: str, content: str, value: str, cuts: list[int], ascii_only: bool
) -> None:
    arguments = json.dumps({"value": value, "李伟明": [value]}, ensure_ascii=ascii_only)
    chunks = [chunk(reasoning_content=piece) for piece in cut(thought, cuts)]
    chunks += [chunk(content=piece) for piece in cut(content, cuts)]
    for index in range(2):
        chunks.append(chunk(tool_calls=[call("", index=index, name="tool")]))
        chunks += [chunk(tool_calls=[call(piece, index=index)]) for piece in cut(arguments, cuts)]
    stream = AnswerStream(CHAT, "m")
    parts = AnswerRestorer(REPLACED).restored(stream.normalised(arriving([*chunks, chunk(finish="tool_calls")])))
    (choice,) = assembled([part async for part in parts])["choices"]

    plain = forms(REPLACED)
    message = choice["message"]
    assert choice["finish_reason"] == "tool_calls"
    assert (message["content"] or "") == restore(content, plain)
    assert message.get("reasoning_content", "") == restore(thought, plain)
    assert len(message["tool_calls"]) == 2
    for tool_call in message["tool_calls"]:
        found = json.loads(tool_call["function"]["arguments"])
        assert set(found) == {"value", "张志强"}
        if "\\" not in value:
            assert found["value"] == restore(value, plain)


@given(TEXTS, CUTS)
@settings(max_examples=60, deadline=None)
async def test_content_that_is_json_stays_json(value: str, cuts: list[int]) -> None:
    document = json.dumps({"value": value, "key": "<PASSWORD_1>"})
    chunks = [chunk(content=piece) for piece in cut(document, cuts)]
    answer = assembled(await restored([*chunks, chunk(finish="stop")], json_content=True))
    found = json.loads(answer["choices"][0]["message"]["content"])
    assert found["key"] == QUOTED.original
    assert "<PASSWORD_1>" not in found["value"]
