from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from gateway.swarm import telling
from gateway.swarm.call_parser import CallArguments, CallBegun
from gateway.swarm.events import Begun, Event, Finished, Piece
from gateway.swarm.logprobs import Likelihood, TokenLogprob
from gateway.swarm.wire import Usage, Wire

Happened = Sequence[tuple[int, Event]]
BEST = Likelihood(b"\xc3", -0.5)
TOKEN = TokenLogprob(Likelihood(b" a", -1.5), (BEST, Likelihood(b" a", -1.5)), 3)
TWO: Happened = [
    (1, Begun(())), (1, Piece("b1")), (0, Begun(())), (0, Piece("a")), (1, Finished("length", Usage(5, 2))),
    (0, Finished("stop", Usage(5, 4))),
]  # fmt: skip
CALLS: Happened = [
    (0, CallBegun(0, "id0", "f")), (0, CallArguments(0, '{"a"')), (0, CallArguments(0, ": 1}")),
    (0, CallBegun(1, "id1", "g")), (0, CallArguments(1, "{}")), (0, Finished("tool_calls", Usage(1, 2))),
]  # fmt: skip


async def _events(happened: Happened) -> AsyncIterator[tuple[int, Event]]:
    for one in happened:
        yield one


async def _whole(happened: Happened, answers: int = 1, endpoint: Any = "chat", **settings: Any) -> dict[str, Any]:
    wire = Wire(endpoint, "m")
    settings = {"logprobs": False} | settings
    loaded: dict[str, Any] = json.loads(await telling.whole(wire, answers, _events(happened), **settings))
    return loaded


async def _stream(happened: Happened, answers: int = 1, endpoint: Any = "chat") -> list[dict[str, Any]]:
    wire = Wire(endpoint, "m", usage_follows=True)
    told = b"".join([chunk async for chunk in telling.chunks(wire, answers, _events(happened))])
    assert told.endswith(b"data: [DONE]\n\n")
    return [json.loads(line[6:]) for line in told.split(b"\n\n")[:-2]]


async def test_several_answers_are_choices_of_one_object() -> None:
    whole = await _whole(TWO, 2)
    told = [(one["index"], one["message"]["content"], one["finish_reason"]) for one in whole["choices"]]
    assert told == [(0, "a", "stop"), (1, "b1", "length")]
    assert whole["usage"] == {"prompt_tokens": 5, "completion_tokens": 6, "total_tokens": 11}


async def test_several_answers_are_streamed_as_they_come_each_with_its_role_and_end() -> None:
    *chunks, usage = await _stream(TWO, 2)
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert [choice["index"] for choice in choices] == [0, 1, 1, 0, 1, 0]
    assert [choice["delta"].get("role") for choice in choices] == ["assistant"] * 2 + [None] * 4
    assert [choice["finish_reason"] for choice in choices[-2:]] == ["length", "stop"]
    assert (usage["choices"], usage["usage"]["completion_tokens"]) == ([], 6)


@pytest.mark.parametrize("tell", [_whole, _stream])
async def test_an_answer_without_an_end_is_a_fault(tell: Any) -> None:
    with pytest.raises(RuntimeError, match="no end"):
        await tell(TWO[:-1], 2)


async def test_log_probabilities_of_a_chat_have_openais_shape() -> None:
    told: Happened = [(0, Piece("x", (TOKEN,))), (0, Finished("stop", Usage(1, 1)))]
    expected = {
        "token": " a", "logprob": -1.5, "bytes": [32, 97],
        "top_logprobs": [
            {"token": "\ufffd", "logprob": -0.5, "bytes": [195]}, {"token": " a", "logprob": -1.5, "bytes": [32, 97]},
        ],
    }  # fmt: skip
    assert (await _whole(told, logprobs=True))["choices"][0]["logprobs"]["content"] == [expected]
    logprobs = [chunk["choices"][0]["logprobs"] for chunk in (await _stream(told))[:-1]]
    assert [one and one["content"] for one in logprobs] == [None, [expected], None]


async def test_log_probabilities_of_a_completion_have_openais_shape() -> None:
    told: Happened = [(0, Piece("x", (TOKEN,))), (0, Finished("stop", Usage(1, 1)))]
    expected = {
        "tokens": [" a"], "token_logprobs": [-1.5], "top_logprobs": [{"bytes:\\xc3": -0.5, " a": -1.5}],
        "text_offset": [3],
    }  # fmt: skip
    assert (await _whole(told, endpoint="completions", logprobs=True))["choices"][0]["logprobs"] == expected
    assert (await _stream(told, endpoint="completions"))[0]["choices"][0]["logprobs"] == expected


async def test_an_empty_answer_has_empty_log_probabilities_if_they_were_asked_for() -> None:
    ended: Happened = [(0, Finished("stop", Usage(1, 1)))]
    assert (await _whole(ended, logprobs=True))["choices"][0]["logprobs"]["content"] == []
    assert (await _whole(ended))["choices"][0]["logprobs"] is None


async def test_calls_are_whole_in_a_whole_answer() -> None:
    [choice] = (await _whole(CALLS))["choices"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"] == {
        "role": "assistant", "content": None, "refusal": None,
        "tool_calls": [
            {"id": "id0", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}},
            {"id": "id1", "type": "function", "function": {"name": "g", "arguments": "{}"}},
        ],
    }  # fmt: skip


async def test_calls_are_streamed_with_index_id_and_name_first() -> None:
    chunks = await _stream(CALLS)
    deltas = [choice["delta"] for chunk in chunks for choice in chunk["choices"]]
    calls = [delta["tool_calls"][0] for delta in deltas if "tool_calls" in delta]
    assert calls[0] == {"index": 0, "id": "id0", "type": "function", "function": {"name": "f", "arguments": ""}}
    assert calls[1:3] == [
        {"index": 0, "function": {"arguments": '{"a"'}},
        {"index": 0, "function": {"arguments": ": 1}"}},
    ]
    assert [call["index"] for call in calls] == [0, 0, 0, 1, 1]
