"""Functions in a namespace, such as those of an MCP server: one name towards the engine, two towards the caller."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.dialects.responses.read import chat_alone
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.prompt import read_prompt
from tests.backends.stub_engine import ROLE, delta, says
from tests.dialects.responses.asking import CANARY, END, TOOL, ask, events
from tests.running_gateway import Running

CLOCKS = {"type": "namespace", "name": "clocks", "description": "Clocks of the world.", "tools": [TOOL]}
CALL = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "clocks__clock", "arguments": "{}"}}
CALLS: tuple[Any, ...] = (ROLE, delta(tool_calls=[CALL]), delta(finish="tool_calls"), *END)


def chat(**more: Any) -> dict[str, Any]:
    request = chat_alone({"model": "auto", "input": "hello", **more})
    return wire.outbound(request, model="m", stream=False)


def test_the_engine_is_shown_one_name_and_what_the_namespace_is() -> None:
    two = {**CLOCKS, "tools": [{**TOOL, "description": "Tells the time."}, {**TOOL, "name": "alarm"}]}
    functions = [tool["function"] for tool in chat(tools=[TOOL, two])["tools"]]

    assert [function["name"] for function in functions] == ["clock", "clocks__clock", "clocks__alarm"]
    assert [function.get("description") for function in functions] == [
        None, "Clocks of the world.\n\nTells the time.", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tools", "called"),
    [([CLOCKS], "clocks__clock"), ([TOOL, CLOCKS], "clock"), ([CLOCKS, {**CLOCKS, "name": "x"}], "clock")],
)
def test_a_function_is_chosen_by_its_own_name_where_that_is_enough(tools: list[Any], called: str) -> None:
    body = chat(tools=tools, tool_choice={"type": "function", "name": "clock"})

    assert body["tool_choice"]["function"]["name"] == called


def test_two_functions_with_one_full_name_are_refused() -> None:
    with pytest.raises(ApiError) as caught:
        chat(tools=[CLOCKS, {**TOOL, "name": "clocks__clock"}])

    assert caught.value.param == "tools"
    assert "same name" in caught.value.message


def test_all_that_is_said_of_them_is_inspected() -> None:
    space = {**CLOCKS, "description": f"of {CANARY}", "tools": [{**TOOL, "name": f"look_{CANARY}"}]}
    prompt = read_prompt(chat(tools=[space]))

    assert {f"of {CANARY}", f"clocks__look_{CANARY}"} <= {segment.text for segment in prompt.segments}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_call_says_both_names_streamed_or_whole_and_kept(up: Running) -> None:
    up.stub.answer = says(*CALLS)
    whole = await ask(up, tools=[CLOCKS])
    told = await events(up, tools=[CLOCKS])
    [added] = [event["item"] for event in told if event["type"] == "response.output_item.added"]
    kept = (await up.client.get(f"/v1/responses/{whole['id']}")).json()

    for item in (added, whole["output"][0], told[-1]["response"]["output"][0], kept["output"][0]):
        assert (item["namespace"], item["name"]) == ("clocks", "clock")


@pytest.mark.asyncio(loop_scope="module")
async def test_its_output_meets_it_under_the_engines_name(up: Running) -> None:
    up.stub.answer = says(*CALLS)
    first = await ask(up, tools=[CLOCKS])
    call, output = first["output"][0], {"type": "function_call_output", "call_id": "call_1", "output": "12:00"}

    await ask(up, [output], tools=[CLOCKS], previous_response_id=first["id"])
    await ask(up, [{"role": "user", "content": "hello"}, call, output], tools=[CLOCKS])

    for seen in up.stub.seen[-2:]:
        assert b'"clocks__clock"' in seen.body
