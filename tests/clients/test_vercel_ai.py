"""Vercel's AI SDK, which insists on index, id, type and name in a tool call's first delta."""

from __future__ import annotations

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
