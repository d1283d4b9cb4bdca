"""LangChain for JavaScript, which sends stream_options with every stream."""

from __future__ import annotations

import pytest

from tests.clients import expected
from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway
from tests.wires.tapped_product import TappedProduct

SCRIPT = "langchain_js.mjs"


def test_asks(client: Client, sepal: TappedProduct) -> None:
    done = client.do("asked", sepal)

    assert done.value
    expected.may_go_anywhere(done)


def test_a_sensitive_prompt_stays_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("sensitive", sepal)

    expected.stayed_local(done)
    assert done.value


def test_streams_with_usage(client: Client, sepal: TappedProduct) -> None:
    value = client.do("streamed", sepal).value

    expected.streams_its_text(value)
    assert 0 < value["tokens"] <= 6


def test_gives_structured_output(client: Client, sepal: TappedProduct) -> None:
    expected.is_a_person(client.do("parsed", sepal).value)


def test_loops_over_a_tool(client: Client, tools: StubGateway) -> None:
    done = client.do("tools_loop", tools)

    expected.called_the_tool(done)
    expected.gave_the_result_back(tools.bodies())
    assert done.value["call"]["args"] == {"city": "Paris"}


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_loops_over_a_tool_that_is_forced(client: Client, sepal: TappedProduct, model: str) -> None:
    expected.was_held_to_the_tool(client.do("forced_tools_loop", sepal, model=model), model)


def test_embeds_texts(client: Client, sepal: TappedProduct) -> None:
    expected.embeds(client.do("embedded", sepal).value)


def test_a_sensitive_response_stays_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("responded", sepal)

    expected.stayed_local(done)
    assert done.value
