"""An answer in one piece goes the way of a stream, and comes out as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.openai.assembled import Assembler
from gateway.openai.stream import AnswerStream, BrokenAnswer, Chunk, Kind
from gateway.openai.whole import as_chunks

BASE = {"id": "chatcmpl-1", "created": 1, "model": "m", "object": "chat.completion"}
USAGE = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
TOKEN = {"token": "Hi", "bytes": [72, 105], "logprob": -0.5, "top_logprobs": []}
CALLS = [
    {"id": f"call_{name}", "type": "function", "function": {"name": name, "arguments": f'{{"{name}": 1}}'}}
    for name in ("a", "b")
]
MESSAGE = {"role": "assistant", "content": "Hi", "refusal": None}


def choice(index: int = 0, finish: str = "stop", logprobs: Any = None, **message: Any) -> dict[str, Any]:
    return {"index": index, "message": {**MESSAGE, **message}, "logprobs": logprobs, "finish_reason": finish}


def text(index: int) -> dict[str, Any]:
    logprobs = {"tokens": ["a"], "token_logprobs": [-1.0], "top_logprobs": [{"a": -1.0}], "text_offset": [0]}
    return {"index": index, "text": f"a{index}", "logprobs": logprobs, "finish_reason": "length"}


async def through(answer: dict[str, Any], kind: Kind = "chat.completion.chunk") -> dict[str, Any]:
    """`answer` as chunks, normalised and put together again."""

    async def chunks() -> AsyncIterator[Chunk]:
        for chunk in as_chunks(answer):
            yield chunk

    stream, assembler = AnswerStream(kind, "m"), Assembler(kind)
    async for chunk in stream.normalised(chunks()):
        assembler.add(chunk)
    return assembler.answer(stream.usage)


@pytest.mark.parametrize(
    "choices",
    [
        [choice()],
        [choice(content="", finish="length")],
        [choice(content=None, tool_calls=CALLS, finish="tool_calls")],
        [choice(tool_calls=CALLS, finish="tool_calls")],
        [choice(logprobs={"content": [TOKEN, TOKEN], "refusal": None})],
        [choice(reasoning_content="First the greeting.")],
        [choice(refusal="No.", content=None)],
        [choice(0, content="a"), choice(1, "length", content="b"), choice(2, content="c")],
    ],
)
async def test_a_chat_comes_out_as_it_was(choices: list[dict[str, Any]]) -> None:
    answer = {**BASE, "choices": choices, "usage": USAGE}
    # With the role an empty text is said, as a stream's first chunk does.
    for message in (one["message"] for one in choices):
        message["content"] = message["content"] or (None if message.get("tool_calls") else "")
    assert await through(answer) == answer


async def test_a_completion_does_too() -> None:
    answer = {**BASE, "id": "cmpl-1", "object": "text_completion", "choices": [text(0), text(1)], "usage": USAGE}
    assert await through(answer, "text_completion") == answer


async def test_usage_of_several_choices_counts_once() -> None:
    assert (await through({**BASE, "choices": [choice(0), choice(1)], "usage": USAGE}))["usage"] == USAGE


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({}, "malformed_chunk"),
        ({"choices": []}, "ended_early"),
        ({"choices": [choice() | {"finish_reason": None}]}, "ended_early"),
        ({"choices": "a lot"}, "malformed_chunk"),
        ({"choices": ["one"]}, "malformed_chunk"),
        ({"choices": [{"message": "Hi", "finish_reason": "stop"}]}, "malformed_chunk"),
        ({"choices": [choice(content=5)]}, "malformed_chunk"),
        ({"choices": [choice(tool_calls="all")]}, "malformed_chunk"),
        ({"choices": [choice(tool_calls=["all"])]}, "malformed_chunk"),
        ({"error": {"code": "swarm_timeout", "message": "John Smith"}}, "swarm_timeout"),
        ({"error": {"message": "John Smith"}, "choices": [choice()]}, "engine_error"),
    ],
)
async def test_what_makes_no_sense_is_a_broken_answer(answer: dict[str, Any], code: str) -> None:
    with pytest.raises(BrokenAnswer) as caught:
        await through(answer)
    assert caught.value.code == code
