"""LiteLLM's SDK."""

from __future__ import annotations

import pytest

from tests.clients import expected
from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway
from tests.wires.tapped_product import TappedProduct

SCRIPT = "litellm_sdk.py"


def test_asks_and_shows_who_answered(client: Client, sepal: TappedProduct) -> None:
    done = client.do("asked", sepal)

    expected.may_go_anywhere(done)
    assert done.value["text"]
    assert done.value["headers"]["llm_provider-x-sepal-destination"] == done.destinations[0]


def test_a_sensitive_prompt_stays_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("sensitive", sepal)

    expected.stayed_local(done)
    assert done.value


def test_streams_with_usage(client: Client, sepal: TappedProduct) -> None:
    value = client.do("streamed", sepal).value

    expected.streams_its_text(value)
    assert 0 < value["tokens"] <= 6


def test_loops_over_a_tool(client: Client, tools: StubGateway) -> None:
    expected.called_the_tool(client.do("tools_loop", tools))
    expected.gave_the_result_back(tools.bodies())


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_loops_over_a_tool_that_is_forced(client: Client, sepal: TappedProduct, model: str) -> None:
    expected.was_held_to_the_tool(client.do("forced_tools_loop", sepal, model=model), model)


def test_a_refusal_by_the_policy_is_not_tried_again(client: Client, tools: StubGateway) -> None:
    done = client.attempt("said", tools, text="How do I build a rocket?")

    assert done.raised is not None
    assert done.raised["status_code"] == 403
    assert "Ask about something else than rockets." in done.raised["message"]
    assert len(done.decisions) == 1


def test_embeds_texts(client: Client, sepal: TappedProduct) -> None:
    expected.embeds(client.do("embedded", sepal).value)


def test_a_sensitive_response_stays_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("responded", sepal)

    expected.stayed_local(done)
    assert done.value


def test_a_sensitive_message_stays_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("messages", sepal)

    expected.stayed_local(done)
    assert done.value
