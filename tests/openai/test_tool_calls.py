"""A call of a tool begins with id, type and name, and goes on with arguments, as clients join them."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall
from pydantic import TypeAdapter

from gateway.openai.stream import BrokenAnswer
from gateway.openai.tool_calls import ToolCalls, add_tool_call


def shaped(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    calls = ToolCalls()
    made = [call for part in parts for call in calls.shaped([part])]
    TypeAdapter(list[ChoiceDeltaToolCall]).validate_python(made, strict=True)
    return made


FIRST = {"index": 0, "id": "t1", "type": "function", "function": {"name": "f", "arguments": '{"a"'}}
MORE = {"index": 0, "function": {"arguments": ": 1}"}}


def test_a_call_passes_as_it_should_be() -> None:
    assert shaped(FIRST, MORE) == [FIRST, MORE]


def test_an_engines_own_fields_are_dropped() -> None:
    assert shaped({**FIRST, "mood": 1, "function": {**FIRST["function"], "x": 2}}, {**MORE, "x": 1}) == [FIRST, MORE]


def test_what_an_engine_says_in_every_part_is_said_once() -> None:
    again = {**FIRST, "function": {"name": "f", "arguments": ": 1}"}}
    assert shaped(FIRST, again) == [FIRST, MORE]


def test_a_name_that_comes_in_pieces_is_put_together() -> None:
    calls: list[dict[str, Any]] = []
    for part in shaped({"index": 0, "id": "t", "function": {"name": "get_"}}, {"function": {"name": "city"}}, MORE):
        add_tool_call(calls, part)
    assert calls == [{"id": "t", "type": "function", "function": {"name": "get_city", "arguments": ": 1}"}}]


def test_a_call_without_an_id_gets_one_of_its_own() -> None:
    first, second = shaped({"index": 0, "function": {"name": "f"}}, {"index": 1, "function": {"name": "f"}})
    assert first["type"] == "function"
    assert first["function"] == {"name": "f", "arguments": ""}
    assert first["id"].startswith("call_")
    assert first["id"] != second["id"]


def test_a_part_that_says_nothing_is_left_out() -> None:
    assert shaped(FIRST, {"index": 0, "id": "t1", "function": {"arguments": ""}}) == [FIRST]


@pytest.mark.parametrize(
    "bad",
    [{"index": 0}, "x", [None], [{"index": -1}], [{"index": 128}], [{"id": 5}], [{"function": {"arguments": {}}}]],
)
def test_what_makes_no_sense_breaks_the_answer(bad: Any) -> None:
    with pytest.raises(BrokenAnswer, match=r"^malformed_chunk$"):
        ToolCalls().shaped(bad)
