"""Log probabilities have exactly OpenAI's shapes, whatever an engine adds or calls otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.chat.chat_completion_token_logprob import ChatCompletionTokenLogprob
from openai.types.completion_choice import Logprobs
from pydantic import TypeAdapter

from gateway.openai.logprobs import CompletionLogprobs, chat_logprobs
from gateway.openai.stream import BrokenAnswer


def token(text: str, logprob: Any = -0.5, likeliest: Any = (), **more: Any) -> dict[str, Any]:
    """A token as llama.cpp's server sends it."""
    given = {"id": 5, "token": text, "bytes": list(text.encode()), "logprob": logprob}
    return {**given, "top_logprobs": list(likeliest), **more}


LIKELIEST = [token("a", -0.5), token("b", -1.5), token("c", -2.5)]


def test_a_chats_tokens_have_openais_fields_and_no_others() -> None:
    given = {"content": [token("a", likeliest=LIKELIEST)], "mood": "happy"}
    shaped = chat_logprobs(given, None)
    assert set(shaped) == {"content", "refusal"}
    assert shaped["refusal"] is None
    (one,) = shaped["content"]
    assert set(one) == set(ChatCompletionTokenLogprob.model_fields)
    assert all(set(best) == {"token", "bytes", "logprob"} for best in one["top_logprobs"])
    TypeAdapter(ChatCompletionTokenLogprob).validate_python(one, strict=True)


@pytest.mark.parametrize(("top", "shown"), [(None, 3), (0, 0), (2, 2), (20, 3)])
def test_no_more_of_the_likeliest_are_shown_than_were_asked_for(top: int | None, shown: int) -> None:
    (one,) = chat_logprobs({"content": [token("a", likeliest=LIKELIEST)]}, top)["content"]
    assert len(one["top_logprobs"]) == shown
    completion = CompletionLogprobs(top).shaped({"content": [token("a", likeliest=LIKELIEST)]})
    assert len(completion["top_logprobs"][0]) == shown


def test_a_refusals_tokens_are_kept() -> None:
    assert len(chat_logprobs({"content": None, "refusal": [token("no")]}, None)["refusal"]) == 1


def test_a_completion_gets_four_lists_from_a_chats_shape() -> None:
    shaped = CompletionLogprobs(2).shaped({"content": [token("a", likeliest=LIKELIEST), token("b", -1)]})
    assert shaped == {
        "tokens": ["a", "b"],
        "token_logprobs": [-0.5, -1.0],
        "top_logprobs": [{"a": -0.5, "b": -1.5}, {}],
        "text_offset": [0, 1],
    }
    TypeAdapter(Logprobs).validate_python(shaped, strict=True)


def test_places_go_on_from_chunk_to_chunk_and_count_characters_not_bytes() -> None:
    emoji = "🙂".encode()
    halves = [token("�", bytes=list(emoji[:2])), token("�", bytes=list(emoji[2:]))]
    choice = CompletionLogprobs(0)
    chunks = [choice.shaped({"content": [one]}) for one in (token("é"), *halves, token("x"))]
    assert [offset for chunk in chunks for offset in chunk["text_offset"]] == [0, 1, 1, 2]
    assert [name for chunk in chunks for name in chunk["tokens"]] == [
        "é", r"bytes:\xf0\x9f", r"bytes:\x99\x82", "x",
    ]  # fmt: skip


def test_a_token_without_bytes_is_its_text() -> None:
    choice = CompletionLogprobs(0)
    choice.shaped({"content": [token("éa", bytes=None)]})
    assert choice.shaped({"content": [token("x", bytes=[300])]})["text_offset"] == [2]


def test_a_completions_own_shape_passes_with_its_fields_alone() -> None:
    own = {
        "tokens": ["He", "llo"],
        "token_logprobs": [None, -0.25],
        "top_logprobs": [None, {"llo": -0.25}],
        "text_offset": [0, 2],
    }
    assert CompletionLogprobs(1).shaped({**own, "ids": [1, 2]}) == own
    assert CompletionLogprobs(0).shaped({**own, "top_logprobs": None})["top_logprobs"] is None


@pytest.mark.parametrize(
    "bad",
    [
        {"content": {}},
        {"content": ["a"]},
        {"content": [{"token": 5, "logprob": -1}]},
        {"content": [{"token": "a"}]},
        {"content": [{"token": "a", "logprob": True}]},
        {"content": [{"token": "a", "logprob": -1, "top_logprobs": ["a"]}]},
    ],
)
def test_what_makes_no_sense_breaks_the_answer(bad: dict[str, Any]) -> None:
    with pytest.raises(BrokenAnswer, match=r"^malformed_chunk$"):
        chat_logprobs(bad, None)
    with pytest.raises(BrokenAnswer, match=r"^malformed_chunk$"):
        CompletionLogprobs(None).shaped(bad)


@pytest.mark.parametrize(
    "bad", [{"tokens": [5]}, {"token_logprobs": ["x"]}, {"top_logprobs": [5]}, {"text_offset": [None]}, {"tokens": "x"}]
)
def test_so_does_a_completions_own_shape(bad: dict[str, Any]) -> None:
    with pytest.raises(BrokenAnswer, match=r"^malformed_chunk$"):
        CompletionLogprobs(None).shaped(bad)
