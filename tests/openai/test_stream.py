"""Whatever an engine sends, clients get role, content, finish_reason, in this order, or an honest break."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.openai.assembled import Assembler
from gateway.openai.stream import AnswerStream, BrokenAnswer, Chunk, Kind, has_content

CHAT: Kind = "chat.completion.chunk"
TEXT: Kind = "text_completion"
CANARY = "Canary_Fairweather_4417"


def delta(content: Any = None, *, index: int = 0, finish: Any = None, **more: Any) -> Chunk:
    fields = {"content": content, **more} if content is not None else more
    choice = {"index": index, "delta": fields, "finish_reason": finish}
    return {"id": "c1", "object": "whatever", "created": 5, "model": "engine's own name", "choices": [choice]}


def text(content: str, *, index: int = 0, finish: str | None = None) -> Chunk:
    return {"id": "c1", "choices": [{"index": index, "text": content, "finish_reason": finish}]}


USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


async def normalise(*chunks: Any, kind: Kind = CHAT) -> tuple[list[Chunk], AnswerStream]:
    async def arriving() -> AsyncIterator[Chunk]:
        for chunk in chunks:
            yield chunk

    stream = AnswerStream(kind, "shown-model")
    return [chunk async for chunk in stream.normalised(arriving())], stream


def shape(chunks: list[Chunk]) -> list[str]:
    """One word a chunk: what it says of its choice."""
    words = []
    for chunk in chunks:
        (choice,) = chunk["choices"]
        said = sorted(key for key, value in choice["delta"].items() if value or key == "role")
        words.append(f"{choice['index']}:{'+'.join(said) or choice['finish_reason']}")
    return words


async def test_an_ordinary_answer_comes_as_role_content_and_finish() -> None:
    chunks, stream = await normalise(
        delta("", role="assistant"), delta("Hel"), delta("lo"), delta(finish="stop"), {"choices": [], "usage": USAGE}
    )
    assert shape(chunks) == ["0:role", "0:content", "0:content", "0:stop"]
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert stream.usage == USAGE
    assert all("usage" not in chunk for chunk in chunks)
    assert {(chunk["object"], chunk["model"], chunk["id"], chunk["created"]) for chunk in chunks} == {
        (CHAT, "shown-model", "c1", 5)
    }


ENGINES = {
    "no role": [delta("a"), delta("b"), delta(finish="stop")],
    "role with the first content": [delta("a", role="assistant"), delta("b"), delta(finish="stop")],
    "role in every chunk": [delta("a", role="assistant"), delta("b", role="assistant"), delta(finish="stop")],
    "content with the finish": [delta("a"), delta("b", finish="stop")],
    "empty content with the finish": [delta("a"), delta("b"), delta("", finish="stop")],
    "an empty delta in between": [delta("a"), delta(), delta("b"), delta(finish="stop")],
    "usage in the last chunk": [delta("a"), delta("b"), {**delta(finish="stop"), "usage": USAGE}],
    "null usage all along": [{**delta("a"), "usage": None}, {**delta("b"), "usage": None}, delta(finish="stop")],
    "null error all along": [{**delta("a"), "error": None}, delta("b"), delta(finish="stop")],
    "an empty list of choices first": [{"choices": []}, delta("a"), delta("b"), delta(finish="stop")],
    "the finish twice": [delta("a"), delta("b"), delta(finish="stop"), delta(finish="stop")],
    "content after the finish": [delta("a"), delta("b"), delta(finish="stop"), delta("c")],
    "no index": [{"choices": [{"delta": {"content": "a"}}]}, delta("b"), delta(finish="stop")],
    "null delta": [delta("a"), delta("b"), {"choices": [{"index": 0, "delta": None, "finish_reason": "stop"}]}],
    "unknown fields": [{**delta("a", mood="happy"), "timings": {}}, delta("b"), delta(finish="stop")],
    "everything in one chunk": [delta("ab", role="assistant", finish="stop")],
}


@pytest.mark.parametrize("sent", ENGINES.values(), ids=ENGINES.keys())
async def test_every_engines_habits_end_in_the_same_order(sent: list[Chunk]) -> None:
    chunks, _ = await normalise(*sent)
    words = shape(chunks)
    assert words[0] == "0:role"
    assert words[-1] == "0:stop"
    assert set(words[1:-1]) == {"0:content"}
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == "ab"
    assert all(set(chunk["choices"][0]) == {"index", "delta", "logprobs", "finish_reason"} for chunk in chunks)


async def test_usage_in_the_last_chunk_is_kept_apart() -> None:
    chunks, stream = await normalise(delta("a"), {**delta(finish="stop"), "usage": USAGE})
    assert stream.usage == USAGE
    assert not any("usage" in chunk for chunk in chunks)


async def test_several_choices_may_be_interleaved_and_packed() -> None:
    both = {"choices": [*delta("b", index=1)["choices"], *delta("x", index=0)["choices"]]}
    chunks, _ = await normalise(
        delta("a", index=1), both, delta(index=0, finish="stop"), delta(index=1, finish="length")
    )
    words = shape(chunks)
    assert words == ["1:role", "1:content", "1:content", "0:role", "0:content", "0:stop", "1:length"]


async def test_reasoning_refusals_and_tool_calls_pass_through() -> None:
    call = {"index": 0, "id": "t1", "type": "function", "function": {"name": "f", "arguments": '{"a"'}}
    more = {"index": 0, "function": {"arguments": ": 1}"}}
    chunks, _ = await normalise(
        delta(reasoning_content="hm"),
        delta(refusal="no"),
        delta(tool_calls=[call]),
        delta(tool_calls=[more]),
        delta(finish="tool_calls"),
    )
    words = ["role", "reasoning_content", "refusal", "tool_calls", "tool_calls", "tool_calls"]
    assert shape(chunks) == [f"0:{word}" for word in words]
    assembler = Assembler(CHAT)
    for chunk in chunks:
        assembler.add(chunk)
    choice = assembler.answer(None)["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"] == {
        "role": "assistant",
        "content": None,
        "reasoning_content": "hm",
        "refusal": "no",
        "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}],
    }


async def test_two_tool_calls_are_put_together_by_their_index() -> None:
    def call(index: int, name: str, arguments: str) -> Chunk:
        return delta(tool_calls=[{"index": index, "id": name, "function": {"name": name, "arguments": arguments}}])

    chunks, _ = await normalise(call(1, "g", "[2]"), call(0, "f", "[1]"), delta(finish="tool_calls"))
    assembler = Assembler(CHAT)
    for chunk in chunks:
        assembler.add(chunk)
    calls = assembler.answer(None)["choices"][0]["message"]["tool_calls"]
    assert [(item["id"], item["function"]["arguments"]) for item in calls] == [("f", "[1]"), ("g", "[2]")]


def logprobs(token: str) -> dict[str, Any]:
    return {"token": token, "bytes": None, "logprob": -1.0, "top_logprobs": []}


async def test_logprobs_stand_beside_their_text_and_are_put_together() -> None:
    one, two = delta("a"), delta("b", finish="stop")
    one["choices"][0]["logprobs"] = {"content": [{"id": 7, **logprobs("a")}]}
    two["choices"][0]["logprobs"] = {"content": [logprobs("b")], "refusal": None}
    chunks, _ = await normalise(one, two)
    first, second = ({"content": [logprobs(token)], "refusal": None} for token in "ab")
    assert [chunk["choices"][0]["logprobs"] for chunk in chunks] == [None, first, second, None]
    assembler = Assembler(CHAT)
    for chunk in chunks:
        assembler.add(chunk)
    both = {"content": [logprobs("a"), logprobs("b")], "refusal": None}
    assert assembler.answer(None)["choices"][0]["logprobs"] == both


async def test_a_completions_logprobs_are_its_own_shape_whatever_an_engine_sends() -> None:
    one, two = text("a"), text("b", finish="stop")
    one["choices"][0]["logprobs"] = {"content": [logprobs("a")]}
    two["choices"][0]["logprobs"] = {"content": [logprobs("b")]}
    chunks, _ = await normalise(one, two, kind=TEXT)
    assembler = Assembler(TEXT)
    for chunk in chunks:
        assembler.add(chunk)
    assert assembler.answer(None)["choices"][0]["logprobs"] == {
        "text_offset": [0, 1],
        "token_logprobs": [-1.0, -1.0],
        "tokens": ["a", "b"],
        "top_logprobs": [{}, {}],
    }


@pytest.mark.parametrize(
    ("word", "chat", "plain"),
    [
        ("stop", "stop", "stop"), ("length", "length", "length"), ("function_call", "function_call", "stop"),
        ("content_filter", "content_filter", "content_filter"),
        ("tool_calls", "tool_calls", "stop"), ("eos_token", "stop", "stop"), ("max_tokens", "length", "length"),
    ],
)  # fmt: skip
async def test_an_answer_ends_for_one_of_openais_reasons(word: str, chat: str, plain: str) -> None:
    chunks, _ = await normalise(delta("a", finish=word))
    assert chunks[-1]["choices"][0]["finish_reason"] == chat
    chunks, _ = await normalise(text("a", finish=word), kind=TEXT)
    assert chunks[-1]["choices"][0]["finish_reason"] == plain


@pytest.mark.parametrize(
    ("given", "kind", "beginning"),
    [("chatcmpl-1", CHAT, "chatcmpl-1"), ("chatcmpl-1", TEXT, "cmpl-1"), ("x", TEXT, "x"), (None, TEXT, "cmpl-"),
     (5, CHAT, "chatcmpl-")],
)  # fmt: skip
async def test_all_chunks_have_one_id_and_a_time(given: Any, kind: Kind, beginning: str) -> None:
    choices = {"choices": [{"index": 0, "text": "a", "delta": {"content": "a"}}]}
    ends = {"choices": [{"index": 0, "text": "", "delta": {}, "finish_reason": "stop"}]}
    chunks, _ = await normalise({"id": given, **choices}, {"id": "other", **ends}, kind=kind)
    (same,) = {chunk["id"] for chunk in chunks}
    assert same.startswith(beginning)
    assert all(type(chunk["created"]) is int for chunk in chunks)


async def test_counts_of_each_choice_are_counted_together() -> None:
    """As llama.cpp's server sends them: of a chat after each choice, of a completion with each one's end."""
    ends = [delta(index=index, finish="stop") for index in (0, 1)]
    _, stream = await normalise(ends[0], {"choices": [], "usage": USAGE}, ends[1], {"choices": [], "usage": USAGE})
    assert stream.usage == {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    plain = [{**text("a", index=index, finish="stop"), "usage": USAGE} for index in (0, 1)]
    _, stream = await normalise(*plain, kind=TEXT)
    assert stream.usage == {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}


async def test_a_text_completion_keeps_its_own_shape() -> None:
    chunks, stream = await normalise(text("Hel"), text("lo", finish="stop"), {"choices": [], "usage": USAGE}, kind=TEXT)
    assert [chunk["choices"][0]["text"] for chunk in chunks] == ["Hel", "lo"]
    assert {chunk["object"] for chunk in chunks} == {TEXT}
    assembler = Assembler(TEXT)
    for chunk in chunks:
        assembler.add(chunk)
    answer = assembler.answer(stream.usage)
    assert answer["choices"] == [{"index": 0, "text": "Hello", "logprobs": None, "finish_reason": "stop"}]
    assert (answer["object"], answer["usage"], answer["model"]) == (TEXT, USAGE, "shown-model")


class TestBreaks:
    @pytest.mark.parametrize(
        "sent",
        [
            [],
            [{"choices": []}],
            [delta("a")],
            [delta("a"), delta("b", index=1), delta(finish="stop")],
            [{"choices": [], "usage": USAGE}],
        ],
    )
    async def test_an_answer_without_finish_reason_ended_early(self, sent: list[Chunk]) -> None:
        with pytest.raises(BrokenAnswer, match=r"^ended_early$"):
            await normalise(*sent)

    async def test_what_came_before_an_error_is_given_first(self) -> None:
        async def arriving() -> AsyncIterator[Chunk]:
            yield delta("a")
            yield {"error": {"message": f"failed on {CANARY}", "code": "swarm_timeout"}}

        answer = AnswerStream(CHAT, "m").normalised(arriving())
        assert shape([await anext(answer), await anext(answer)]) == ["0:role", "0:content"]
        with pytest.raises(BrokenAnswer, match=r"^swarm_timeout$"):
            await anext(answer)

    @pytest.mark.parametrize(
        "error",
        [
            CANARY,
            {"message": CANARY, "code": CANARY},
            {"code": CANARY.lower(), "type": "x"},
            {"code": None, "type": CANARY},
            {"code": [CANARY]},
            {"code": {CANARY: 1}},
            [CANARY],
            {"code": 500},
        ],
    )
    async def test_an_engines_words_never_become_the_code(self, error: Any) -> None:
        with pytest.raises(BrokenAnswer) as caught:
            await normalise(delta("a"), {"error": error})
        assert caught.value.code == "engine_error"
        assert CANARY.lower() not in str(caught.value).lower()

    async def test_an_engines_error_type_is_told_when_it_is_a_known_one(self) -> None:
        with pytest.raises(BrokenAnswer, match=r"^server_error$"):
            await normalise({"error": {"code": 500, "type": "server_error", "message": CANARY}})

    @pytest.mark.parametrize(
        "chunk",
        [
            {},
            {"choices": None},
            {"choices": {}},
            {"choices": "x"},
            {"choices": [None]},
            {"choices": ["x"]},
            {"choices": [{"index": "zero", "delta": {}}]},
            {"choices": [{"index": -1, "delta": {}}]},
            {"choices": [{"index": 10**12, "delta": {}}]},
            {"choices": [{"index": 1.5, "delta": {}}]},
            {"choices": [{"index": True, "delta": {}}]},
            {"choices": [{"index": 0, "delta": "text"}]},
            {"choices": [{"index": 0, "delta": {"content": 5}}]},
            {"choices": [{"index": 0, "delta": {"content": ["x"]}}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": ["stop"]}]},
            {"choices": [{"index": 0, "delta": {}, "logprobs": "x"}]},
            {"choices": [{"index": 0, "delta": {"tool_calls": {}}}]},
            {"choices": [{"index": 0, "delta": {"tool_calls": [None]}}]},
            {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 10**12}]}}]},
            {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": "f"}]}}]},
            {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": {}}}]}}]},
            {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": 5}]}}]},
        ],
    )
    async def test_a_chunk_that_makes_no_sense_breaks_the_answer_and_nothing_else(self, chunk: Any) -> None:
        with pytest.raises(BrokenAnswer, match=r"^malformed_chunk$"):
            await normalise(delta("a"), chunk, delta(finish="stop"))

    async def test_a_text_that_is_none_breaks_a_completion(self) -> None:
        with pytest.raises(BrokenAnswer, match=r"^malformed_chunk$"):
            await normalise({"choices": [{"text": {"a": 1}}]}, kind=TEXT)


@pytest.mark.parametrize(
    ("usage", "kept"),
    [
        ({**USAGE, "note": CANARY}, USAGE),
        (
            {"prompt_tokens": CANARY, "completion_tokens": 2},
            {"prompt_tokens": 0, "completion_tokens": 2, "total_tokens": 2},
        ),
        ({"prompt_tokens": -1, "completion_tokens": 2.5, "total_tokens": True}, None),
        ({"prompt_tokens": 2**70}, None),
        (
            {**USAGE, "prompt_tokens_details": {"cached_tokens": 1, CANARY: 5}},
            {**USAGE, "prompt_tokens_details": {"cached_tokens": 1}},
        ),
        ({"completion_tokens_details": CANARY}, None),
        ({"prompt_tokens": [CANARY]}, None),
    ],
)
async def test_of_usage_only_counts_are_kept(usage: dict[str, Any], kept: dict[str, Any] | None) -> None:
    """Usage goes into the audit, where no text of anybody may stand."""
    _, stream = await normalise(delta("a", finish="stop"), {"choices": [], "usage": usage})
    assert stream.usage == kept


@pytest.mark.parametrize(
    ("chunk", "begun"),
    [
        (delta("", role="assistant"), False),
        (delta(), False),
        ({"choices": []}, False),
        (delta("a"), True),
        (delta(reasoning_content="a"), True),
        (delta(tool_calls=[{}]), True),
        (delta(finish="stop"), True),
        (text(""), False),
        (text("a"), True),
    ],
)
def test_an_answer_has_begun_with_its_first_token_not_with_its_role(chunk: Chunk, begun: bool) -> None:
    assert has_content(chunk) is begun


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.text(max_size=5)), max_size=20),
    st.sampled_from([CHAT, TEXT]),
)
async def test_the_whole_answer_says_what_the_chunks_said(sent: list[tuple[int, str]], kind: Kind) -> None:
    indices = sorted({index for index, _ in sent} | {0})
    if kind == CHAT:
        chunks = [delta(content, index=index) for index, content in sent]
        ends = [delta(index=index, finish="stop") for index in indices]
    else:
        chunks = [text(content, index=index) for index, content in sent]
        ends = [text("", index=index, finish="stop") for index in indices]
    normalised, _ = await normalise(*chunks, *ends, kind=kind)
    assembler = Assembler(kind)
    for chunk in normalised:
        assembler.add(chunk)
    answer = assembler.answer(None)
    assert "usage" not in answer
    assert [choice["index"] for choice in answer["choices"]] == indices
    for choice in answer["choices"]:
        expected = "".join(content for index, content in sent if index == choice["index"])
        said = choice["message"]["content"] if kind == CHAT else choice["text"]
        assert said == expected
        assert choice["finish_reason"] == "stop"
