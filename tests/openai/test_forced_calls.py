"""A call that the model must make is asked for as JSON, and told as a call however the JSON is cut."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.openai.forced_calls import ForcedCalls, by_schema, forces_a_call


def tool(name: str = "look", **parameters: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, **parameters}
    return {"type": "function", "function": {"name": name, "parameters": schema}}


def named(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


def body(choice: Any, *tools: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [], "tools": list(tools), "tool_choice": choice, "logprobs": True, "parallel_tool_calls": True}


class TestAsking:
    @pytest.mark.parametrize("choice", [None, "auto", "none", named("other")])
    def test_what_may_be_left_is_not_forced(self, choice: Any) -> None:
        assert not forces_a_call(body(choice, tool()))
        assert not forces_a_call({"messages": []})

    def test_one_of_several_is_to_be_called(self) -> None:
        asked = by_schema(body("required", tool("look"), tool("send")))
        schema = asked["response_format"]["json_schema"]["schema"]
        assert [one["properties"]["name"] for one in schema["anyOf"]] == [{"const": "look"}, {"const": "send"}]
        assert [one["function"]["name"] for one in asked["tools"]] == ["look", "send"]
        assert asked["tool_choice"] == "none"
        assert not asked.keys() & {"logprobs", "parallel_tool_calls"}

    def test_a_named_one_stays_alone(self) -> None:
        asked = by_schema(body(named("send"), tool("look"), tool("send")))
        schema = asked["response_format"]["json_schema"]["schema"]
        assert schema["properties"]["name"] == {"const": "send"}
        assert schema["properties"]["arguments"]["properties"] == {"city": {"type": "string"}}
        assert schema["required"] == ["name", "arguments"]
        assert [one["function"]["name"] for one in asked["tools"]] == ["send"]

    def test_a_function_without_parameters_takes_any_object(self) -> None:
        asked = by_schema(body("required", {"type": "function", "function": {"name": "look"}}))
        assert asked["response_format"]["json_schema"]["schema"]["properties"]["arguments"] == {"type": "object"}

    def test_what_schemas_refer_to_stands_where_the_references_point(self) -> None:
        city = {"City": {"type": "string"}}
        both = tool("look", **{"$defs": city}), tool("send", **{"$defs": city})
        schema = by_schema(body("required", *both))["response_format"]["json_schema"]["schema"]
        assert schema["$defs"] == city
        assert "$defs" not in schema["anyOf"][0]["properties"]["arguments"]

    def test_two_things_of_one_name_are_left_to_the_engine(self) -> None:
        different = tool("look", **{"$defs": {"City": {}}}), tool("send", **{"$defs": {"City": {"type": "string"}}})
        assert not forces_a_call(body("required", *different))
        assert forces_a_call(body(named("send"), *different))

    @pytest.mark.parametrize("definitions", [["City"], "City", 5])
    def test_definitions_that_are_none_are_left_to_the_engine(self, definitions: Any) -> None:
        assert not forces_a_call(body("required", tool("look", **{"$defs": definitions})))


def delta(finish: str | None = None, index: int = 0, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": fields, "finish_reason": finish}]}


async def told(*chunks: dict[str, Any]) -> list[dict[str, Any]]:
    async def given_chunks() -> AsyncIterator[dict[str, Any]]:
        for chunk in chunks:
            yield chunk

    return [chunk async for chunk in ForcedCalls().told(given_chunks())]


def joined(chunks: list[dict[str, Any]], index: int = 0) -> tuple[str, str, str | None]:
    """The call's name and arguments, and why the answer ended."""
    name, arguments, finish = "", "", None
    for choice in (choice for chunk in chunks for choice in chunk["choices"] if choice["index"] == index):
        assert "content" not in choice["delta"]
        finish = choice["finish_reason"] or finish
        for call in choice["delta"].get("tool_calls") or ():
            name += call["function"].get("name", "")
            arguments += call["function"].get("arguments", "")
    return name, arguments, finish


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


class TestTelling:
    @given(
        arguments=st.dictionaries(st.text(), values, max_size=4),
        cuts=st.lists(st.integers(0, 300), max_size=12),
        indent=st.sampled_from([None, 0, 2]),
        end=st.sampled_from(["", "\n", "  "]),
    )
    async def test_it_is_the_same_call_however_it_is_cut(
        self, arguments: dict[str, Any], cuts: list[int], indent: int | None, end: str
    ) -> None:
        text = json.dumps({"name": "look", "arguments": arguments}, indent=indent, ensure_ascii=False) + end
        edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
        pieces = [delta(content=text[a:b]) for a, b in pairwise(edges)]
        name, given_arguments, finish = joined(await told(delta(role="assistant"), *pieces, delta("stop")))
        assert (name, json.loads(given_arguments), finish) == ("look", arguments, "tool_calls")
        assert given_arguments == given_arguments.strip()

    async def test_arguments_come_as_they_are_written(self) -> None:
        chunks = await told(delta(content='{"name": "look", "arguments": {"city": "Par'), delta(content='is"}}'))
        assert joined(chunks[:1])[:2] == ("look", '{"city": "Par')
        assert joined(chunks)[:2] == ("look", '{"city": "Paris"}')

    async def test_a_call_that_is_cut_off_says_so(self) -> None:
        chunks = await told(delta(content='{"name": "look", "arguments": {"a": {}'), delta("length"))
        assert joined(chunks) == ("look", '{"a": {}', "length")

    async def test_each_choice_has_its_own(self) -> None:
        text = '{"name": "look", "arguments": {"city": "%s"}}'
        both = [
            delta(content=(text % city)[a:b], index=i) for a, b in ((0, 20), (20, 99)) for i, city in enumerate("XY")
        ]
        chunks = await told(*both, delta("stop", 0), delta("stop", 1))
        assert [json.loads(joined(chunks, index)[1])["city"] for index in (0, 1)] == ["X", "Y"]

    async def test_thoughts_and_what_is_no_choice_pass(self) -> None:
        given_chunks = [delta(reasoning_content="Hm."), {"choices": [], "usage": {}}, {"error": {}}, {"choices": [5]}]
        assert await told(*given_chunks) == given_chunks

    @pytest.mark.parametrize("name", ["查天气", 'say "hi"', "a\\b"])
    @pytest.mark.parametrize("ascii_only", [False, True])
    async def test_a_name_is_what_its_json_says(self, name: str, ascii_only: bool) -> None:
        text = json.dumps({"name": name, "arguments": {}}, ensure_ascii=ascii_only)
        assert joined(await told(delta(content=text), delta("stop"))) == (name, "{}", "tool_calls")

    async def test_text_that_is_no_call_is_none(self) -> None:
        assert joined(await told(delta(content="Hello"), delta("stop"))) == ("", "", "stop")
