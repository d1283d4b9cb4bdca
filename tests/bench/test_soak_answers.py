"""An answer is whole only with its beginning, its one end and its usage, in each dialect."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway.bench.soak_answers import Answer, NotWhole, begun, whole
from gateway.bench.soak_prompts import DIALECTS, Dialect

Events = list[dict[str, Any]]
USAGE = {"prompt_tokens": 3, "completion_tokens": 2}
COUNTED = {"input_tokens": 3, "output_tokens": 2}


def chunk(**choice: Any) -> dict[str, Any]:
    return {"id": "one", "choices": [{"index": 0, "finish_reason": None, **choice}]}


def response(kind: str, number: int, **more: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "sequence_number": number, **more}


def good(dialect: Dialect) -> Events:
    """An answer "Hello" of two tokens that was cut off at its limit."""
    last = {"id": "one", "choices": [], "usage": USAGE}
    ended = {"id": "one", "output": [{"content": [{"text": "Hello"}]}], "usage": COUNTED}
    block = {"index": 0, "delta": {"text": "Hello"}}
    return {
        "chat": [
            chunk(delta={"role": "assistant", "content": ""}),
            chunk(delta={"content": "Hel"}),
            chunk(delta={"content": "lo"}),
            chunk(delta={}, finish_reason="length"),
            last,
        ],
        "completions": [chunk(text="Hello"), chunk(text="", finish_reason="length"), last],
        "responses": [
            response("created", 0, response={"id": "one"}),
            response("in_progress", 1, response={"id": "one"}),
            response("output_text.delta", 2, delta="Hello"),
            response("incomplete", 3, response=ended),
        ],
        "messages": [
            {"type": "message_start", "message": {"id": "one", "role": "assistant"}},
            {"type": "content_block_start"},
            {"type": "content_block_delta", **block},
            {"type": "content_block_stop"},
            {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": COUNTED},
            {"type": "message_stop"},
        ],
    }[dialect]


def data(dialect: Dialect, events: Events, *, done: bool = True) -> list[bytes]:
    end = [b"[DONE]"] if done and dialect in ("chat", "completions") else []
    return [*(json.dumps(event).encode() for event in events), *end]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_reads_a_whole_answer(dialect: Dialect) -> None:
    assert whole(dialect, data(dialect, good(dialect))) == Answer("one", "Hello", "length", 3, 2)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_answer_without_its_last_event_is_not_whole(dialect: Dialect) -> None:
    for kept in range(len(good(dialect))):
        with pytest.raises(NotWhole):
            whole(dialect, data(dialect, good(dialect)[:kept]))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_answer_without_its_first_event_or_with_two_ends_is_not_whole(dialect: Dialect) -> None:
    events = good(dialect)
    without_first = events[1:] if dialect != "completions" else [events[2]]

    for wrong in (without_first, [*events, events[-1]], [*events[:-2], events[-2], events[-2], events[-1]]):
        with pytest.raises(NotWhole):
            whole(dialect, data(dialect, wrong))


def test_openai_streams_end_with_done() -> None:
    for dialect in ("chat", "completions"):
        with pytest.raises(NotWhole, match="DONE"):
            whole(dialect, data(dialect, good(dialect), done=False))


def spoilt(events: Events, change: Callable[[Events], None]) -> Events:
    change(events)
    return events


@pytest.mark.parametrize(
    ("dialect", "change"),
    [
        ("chat", lambda events: events[1].update(id="two")),
        ("chat", lambda events: events[1].update(error={"code": "connection_lost"})),
        ("chat", lambda events: events[1]["choices"][0].update(finish_reason="stop")),
        ("chat", lambda events: events[4].update(usage=None)),
        ("completions", lambda events: events[0].update(id="two")),
        ("responses", lambda events: events[2].update(sequence_number=4)),
        ("responses", lambda events: events[2].update(delta="Hell")),
        ("responses", lambda events: events[3]["response"].update(id="two")),
        ("responses", lambda events: events[3].update(type="response.failed")),
        ("messages", lambda events: events[3].update(type="ping")),
        ("messages", lambda events: events[0]["message"].update(role="user")),
        ("messages", lambda events: events[5].update(type="error")),
    ],
)
def test_finds_what_is_wrong(dialect: Dialect, change: Callable[[Events], None]) -> None:
    with pytest.raises(NotWhole):
        whole(dialect, data(dialect, spoilt(good(dialect), change)))


def test_what_is_wrong_is_told_without_a_word_of_the_answer() -> None:
    broken = data("chat", good("chat"))[1:]

    with pytest.raises(NotWhole) as problem:
        whole("chat", broken)

    assert "Hel" not in str(problem.value)


@pytest.mark.parametrize(
    ("answer", "most"),
    [
        (Answer("one", "Hello", "stop", 3, 5), 4),
        (Answer("one", "Hello", "length", 3, 3), 4),
        (Answer("one", "", "length", 3, 4), 4),
    ],
)
def test_an_answer_is_as_long_as_it_says(answer: Answer, most: int) -> None:
    with pytest.raises(NotWhole):
        answer.fits(most)


def test_one_that_stopped_may_be_empty_and_one_that_was_cut_off_is_full() -> None:
    Answer("one", "", "stop", 3, 1).fits(4)
    Answer("one", "Hello", "length", 3, 4).fits(4)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_answer_begins_with_its_first_text(dialect: Dialect) -> None:
    started = [begun(event) for event in data(dialect, good(dialect))]

    assert started.index(True) == {"chat": 1, "completions": 0, "responses": 2, "messages": 2}[dialect]
