"""OpenAI's own client, with nothing changed but the base URL: in front of a stub that calls tools."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from tests.backends.stub_engine import HELLO, ROLE, STOP, Answer, delta, says
from tests.dialects.responses.asking import CALLS, END, TOOL, sent
from tests.running_gateway import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")


class City(BaseModel):
    name: str


def client(up: Running) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{up.url}/v1", api_key="anything", max_retries=0)


def in_turn(*answers: tuple[Any, ...]) -> Answer:
    """One answer after the other; whoever only looks whether the engine is there takes none."""
    rest = list(answers)

    async def answer(request: Any) -> Any:
        return await says(*(rest.pop(0) if request.method == "POST" else HELLO))(request)

    return answer


async def test_a_loop_of_tools(up: Running) -> None:
    up.stub.answer = in_turn(CALLS, HELLO)
    async with client(up) as asks:
        first = await asks.responses.create(model="auto", input="What time is it?", tools=[TOOL])  # type: ignore[list-item]
        calls = [item for item in first.output if item.type == "function_call"]
        outputs: list[Any] = [
            {"type": "function_call_output", "call_id": call.call_id, "output": json.dumps({"time": "noon"})}
            for call in calls
        ]
        second = await asks.responses.create(model="auto", input=outputs, previous_response_id=first.id)

    assert [json.loads(call.arguments) for call in calls] == [{"zone": "UTC"}, {}]
    assert second.output_text == "Hello"


async def test_a_loop_of_tools_that_sends_everything_again_and_stores_nothing(up: Running) -> None:
    up.stub.answer = in_turn(CALLS, HELLO)
    async with client(up) as asks:
        given: list[Any] = [{"role": "user", "content": "What time is it?"}]
        async with asks.responses.stream(model="auto", input=given, tools=[TOOL], store=False) as stream:  # type: ignore[list-item]
            kinds = {event.type async for event in stream}
            first = await stream.get_final_response()
        given += [item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in first.output]
        given += [
            {"type": "function_call_output", "call_id": item.call_id, "output": "noon"}
            for item in first.output
            if item.type == "function_call"
        ]
        second = await asks.responses.create(model="auto", input=given, tools=[TOOL], store=False)  # type: ignore[list-item]

    assert "response.function_call_arguments.delta" in kinds
    assert second.output_text == "Hello"


async def test_an_answer_is_parsed_into_an_object(up: Running) -> None:
    up.stub.answer = says(ROLE, delta('{"name": '), delta('"Lyon"}'), STOP, *END)
    async with client(up) as asks:
        parsed = await asks.responses.parse(model="auto", input="Where?", text_format=City)
        async with asks.responses.stream(model="auto", input="Where?", text_format=City) as stream:
            streamed = await stream.get_final_response()

    assert parsed.output_parsed == streamed.output_parsed == City(name="Lyon")
    assert sent(up)["response_format"]["json_schema"]["name"] == "City"


async def test_the_tokens_of_a_request_are_counted_with_the_turns_before_it(up: Running) -> None:
    async with client(up) as asks:
        first = await asks.responses.create(model="auto", input="Why are leaves green in summer?")
        alone = await asks.responses.input_tokens.count(model="auto", input="And red in autumn?")
        after = await asks.responses.input_tokens.count(input="And red in autumn?", previous_response_id=first.id)

    assert after.object == "response.input_tokens"
    assert after.input_tokens > alone.input_tokens > 0


async def test_a_tool_of_openais_servers_is_refused_with_a_reason(up: Running) -> None:
    async with client(up) as asks:
        with pytest.raises(openai.BadRequestError) as refused:
            await asks.responses.create(model="auto", input="What is new?", tools=[{"type": "web_search"}])

    assert refused.value.param == "tools[0]"
    assert "web_search" in refused.value.message


async def test_a_background_response_is_polled_until_it_is_complete(up: Running) -> None:
    async with client(up) as asks:
        response = await asks.responses.create(model="auto", input="hello", background=True)
        while response.status in ("queued", "in_progress"):
            response = await asks.responses.retrieve(response.id)
        async with asks.responses.stream(model="auto", input="hello", background=True) as stream:
            async for event in stream:
                last = event
        async with asks.responses.stream(response_id=response.id) as again:
            replayed = await again.get_final_response()

    assert response.output_text == replayed.output_text == "Hello"
    assert last.type == "response.completed"
