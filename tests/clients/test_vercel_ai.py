"""Vercel's AI SDK, which insists on index, id, type and name in a tool call's first delta."""

from __future__ import annotations

import pytest

from tests.clients import expected
from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway
from tests.wires.tapped_product import TappedProduct

SCRIPT = "vercel_ai.mjs"


def test_asks(client: Client, sepal: TappedProduct) -> None:
    done = client.do("asked", sepal)

    assert done.value
    expected.may_go_anywhere(done)


def test_shows_in_its_headers_that_a_sensitive_prompt_stayed_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("sensitive", sepal)

    expected.stayed_local(done)
    assert done.value["text"]
    assert done.value["headers"]["x-sepal-destination"] == "local"


def test_streams_with_usage(client: Client, sepal: TappedProduct) -> None:
    value = client.do("streamed", sepal).value

    expected.streams_its_text(value)
    assert 0 < value["tokens"] <= 6


def test_gives_structured_output(client: Client, sepal: TappedProduct) -> None:
    expected.is_a_person(client.do("parsed", sepal).value)


def test_runs_tools_by_itself(client: Client, tools: StubGateway) -> None:
    done = client.do("tools_loop", tools)

    expected.called_the_tool(done)
    expected.gave_the_result_back(tools.bodies())
    assert done.value["calls"] == [{"city": "Paris"}]


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_runs_a_tool_that_is_forced_by_itself(client: Client, sepal: TappedProduct, model: str) -> None:
    expected.was_held_to_the_tool(client.do("forced_tools_loop", sepal, model=model), model)


def test_embeds_texts(client: Client, sepal: TappedProduct) -> None:
    expected.embeds(client.do("embedded", sepal).value)


def test_a_sensitive_response_stays_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("responded", sepal)

    expected.stayed_local(done)
    assert done.value


def test_streams_responses_with_usage(client: Client, sepal: TappedProduct) -> None:
    value = client.do("responses_streamed", sepal).value

    expected.streams_its_text(value)
    assert 0 < value["tokens"] <= 6


def test_runs_tools_by_itself_in_responses(client: Client, tools: StubGateway) -> None:
    done = client.do("tools_loop", tools, api="responses")

    expected.called_the_tool(done)
    expected.gave_the_result_back(tools.bodies())


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_runs_a_tool_that_is_forced_by_itself_in_responses(client: Client, sepal: TappedProduct, model: str) -> None:
    expected.was_held_to_the_tool(client.do("forced_tools_loop", sepal, model=model, api="responses"), model)


def test_runs_tools_of_a_server_that_leaves_out_what_it_insists_on(client: Client, tools: StubGateway) -> None:
    done = client.do("tools_loop", tools, model="bare")

    expected.called_the_tool(done)
    assert done.destinations == ["bare", "bare"]
    assert done.value["calls"] == [{"city": "Paris"}]
