"""What is expected of every client alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.clients.client import Done
from tests.clients.stub_gateway import CALL_ID

ANSWER = "It is sunny in Paris."


def may_go_anywhere(done: Done) -> None:
    """One harmless prompt: the policy lets the swarm have it."""
    [decision] = done.decisions
    assert decision["label"] == "public"
    assert decision["destinations"] == ["swarm", "local"]
    assert done.destinations[0] in decision["destinations"]


def stayed_local(done: Done) -> None:
    """Personal data: no other destination was even allowed."""
    assert done.decisions
    for decision, destination in zip(done.decisions, done.destinations, strict=True):
        assert decision["label"] in ("confidential", "restricted")
        assert decision["destinations"] == ["local"]
        assert destination == "local"


def streams_its_text(value: dict[str, Any]) -> None:
    """What came bit by bit is the whole text."""
    assert value["whole"]
    assert "".join(value["pieces"]) == value["whole"]


def is_a_person(value: dict[str, Any]) -> None:
    """Structured output fits its schema; a small model may get the facts wrong."""
    assert set(value) == {"name", "age"}
    assert isinstance(value["name"], str)
    assert type(value["age"]) is int


def embeds(vectors: list[list[float]]) -> None:
    """Vectors of the question, of what answers it, and of something else, by the embedded model."""
    question, answer, other = vectors
    assert [len(vector) for vector in vectors] == [384, 384, 384]
    assert dot(question, question) == pytest.approx(1, abs=1e-3)
    assert dot(question, answer) > dot(question, other)


def dot(one: list[float], other: list[float]) -> float:
    return sum(left * right for left, right in zip(one, other, strict=True))


def called_the_tool(done: Done) -> None:
    """The tool was called as the stub's model asked, in an exchange of two requests."""
    assert len(done.decisions) == 2
    assert done.value["text"] == ANSWER


def gave_the_result_back(bodies: list[dict[str, Any]]) -> None:
    """The last request holds the call as it came, and the tool's result."""
    *_, said, result = bodies[-1]["messages"]
    [call] = said["tool_calls"]
    assert (call["id"], call["type"], call["function"]["name"]) == (CALL_ID, "function", "weather")
    assert (result["role"], result["tool_call_id"], result["content"]) == ("tool", CALL_ID, "sunny")


def was_held_to_the_tool(done: Done, destination: str) -> None:
    """The embedded model called the tool as it was forced to, with arguments that fit, and said something at last."""
    assert done.destinations == [destination, destination]
    assert done.value["calls"]
    for call in done.value["calls"]:
        is_a_call(call)
    assert done.value["text"].strip()


def is_a_call(call: dict[str, Any]) -> None:
    """A call of the tool that was shown; a small model may name any city."""
    arguments = json.loads(call["arguments"])
    assert call["name"] == "weather"
    assert set(arguments) == {"city"}
    assert isinstance(arguments["city"], str)
    assert len(arguments["city"]) <= 30
