"""LangChain for Python."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_loops_over_a_tool_that_is_forced(client: Client, sepal: TappedProduct, model: str) -> None:
    expected.was_held_to_the_tool(client.do("forced_tools_loop", sepal, model=model), model)


def test_embeds_texts(client: Client, sepal: TappedProduct) -> None:
    expected.embeds(client.do("embedded", sepal).value)


def test_embeddings_as_tokens_are_refused_with_what_to_do_instead(client: Client, sepal: TappedProduct) -> None:
    raised = client.attempt("embedded_as_tokens", sepal).raised

    assert raised is not None
    assert (raised["type"], raised["param"]) == ("BadRequestError", "input")
    assert "check_embedding_ctx_length=False" in raised["message"]


def test_without_the_internet_it_does_not_even_get_its_vocabulary(client: Client, sepal: TappedProduct) -> None:
    done = client.attempt("embedded_by_default", sepal)

    assert done.raised is not None
    assert done.raised["type"] in ("ConnectionError", "ProxyError")
    assert done.decisions == []


def test_a_sensitive_response_stays_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("responded", sepal)

    expected.stayed_local(done)
    assert done.value["text"]
    assert done.value["id"].startswith("resp_")


def test_streams_responses_with_usage(client: Client, sepal: TappedProduct) -> None:
    value = client.do("responses_streamed", sepal).value

    expected.streams_its_text(value)
    assert 0 < value["tokens"] <= 6


def test_loops_over_a_tool_in_responses(client: Client, tools: StubGateway) -> None:
    done = client.do("responses_tools_loop", tools)

    expected.called_the_tool(done)
    expected.gave_the_result_back(tools.bodies())


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_loops_over_a_tool_that_is_forced_in_responses(client: Client, sepal: TappedProduct, model: str) -> None:
    expected.was_held_to_the_tool(client.do("responses_forced_tools_loop", sepal, model=model), model)
