"""LangChain for Python."""

from __future__ import annotations

from tests.clients import expected
from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway
from tests.wires.tapped_product import TappedProduct

SCRIPT = "langchain_python.py"


def test_asks_and_can_show_who_answered(client: Client, sepal: TappedProduct) -> None:
    done = client.do("asked", sepal)

    expected.may_go_anywhere(done)
    assert done.value["text"]
    assert done.value["headers"]["x-sepal-destination"] == done.destinations[0]


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
