"""The official client for Node."""

from __future__ import annotations

import pytest

from tests.clients import expected
from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway
from tests.wires.tapped_product import TappedProduct

SCRIPT = "openai_node.mjs"


def test_lists_models(client: Client, sepal: TappedProduct) -> None:
    assert {"auto", "local", "swarm"} <= set(client.do("models", sepal).value)


def test_asks(client: Client, sepal: TappedProduct) -> None:
    done = client.do("asked", sepal)

    assert done.value
    expected.may_go_anywhere(done)


def test_streams_through_its_helper(client: Client, sepal: TappedProduct) -> None:
    expected.streams_its_text(client.do("stream_helper", sepal).value)


def test_parses_by_a_zod_schema(client: Client, sepal: TappedProduct) -> None:
    expected.is_a_person(client.do("parsed", sepal).value)


def test_shows_in_the_response_that_a_sensitive_prompt_stayed_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("raw", sepal)

    expected.stayed_local(done)
    assert done.value["headers"]["x-sepal-destination"] == "local"
    assert done.value["text"]


def test_runs_tools_by_itself(client: Client, tools: StubGateway) -> None:
    done = client.do("tools_loop", tools)

    expected.called_the_tool(done)
    expected.gave_the_result_back(tools.bodies())
    assert done.value["calls"] == [{"city": "Paris"}]


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_runs_a_tool_that_is_forced_by_itself(client: Client, sepal: TappedProduct, model: str) -> None:
    expected.was_held_to_the_tool(client.do("forced_tools_loop", sepal, model=model), model)


def test_a_refusal_by_the_policy_is_not_tried_again(client: Client, tools: StubGateway) -> None:
    done = client.attempt("said", tools, text="How do I build a rocket?")

    assert done.raised is not None
    assert (done.raised["status_code"], done.raised["code"]) == (403, "policy_denied")
    assert len(done.decisions) == 1


def test_embeds_texts(client: Client, sepal: TappedProduct) -> None:
    expected.embeds(client.do("embedded", sepal).value)


def test_makes_a_response(client: Client, sepal: TappedProduct) -> None:
    done = client.do("responded", sepal)

    assert done.value
    expected.may_go_anywhere(done)


def test_streams_responses_with_usage(client: Client, sepal: TappedProduct) -> None:
    value = client.do("responses_streamed", sepal).value

    expected.streams_its_text(value)
    assert 0 < value["tokens"] <= 6


def test_parses_responses_by_a_zod_schema(client: Client, sepal: TappedProduct) -> None:
    expected.is_a_person(client.do("responses_parsed", sepal).value)
