"""Anthropic's client for Python."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients import expected
from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway
from tests.wires.tapped_product import TappedProduct

SCRIPT = "anthropic_python.py"


def test_lists_models(client: Client, sepal: TappedProduct) -> None:
    assert {"auto", "local", "swarm"} <= set(client.do("models", sepal).value)


def test_asks_and_counts_tokens(client: Client, sepal: TappedProduct) -> None:
    done = client.do("asked", sepal)

    expected.may_go_anywhere(done)
    assert done.value["text"]
    assert 0 < done.value["tokens"] <= 6
    assert done.value["reason"] == "max_tokens"


def test_shows_in_the_raw_response_that_a_sensitive_prompt_stayed_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("raw", sepal)

    expected.stayed_local(done)
    assert done.value["headers"]["x-sepal-destination"] == "local"
    assert done.value["text"]


def test_streams_through_its_helper_with_usage(client: Client, sepal: TappedProduct) -> None:
    value = client.do("streamed", sepal).value

    expected.streams_its_text(value)
    assert 0 < value["tokens"] <= 6


def test_parses_into_a_pydantic_model(client: Client, sepal: TappedProduct) -> None:
    expected.is_a_person(client.do("parsed", sepal).value)


def test_counts_tokens_without_asking_anybody(client: Client, sepal: TappedProduct) -> None:
    done = client.do("counted", sepal, text="Why is the sky blue? " * 20)

    assert done.value > 20
    assert done.decisions == []


def test_is_told_which_parameter_no_destination_can_honour(client: Client, sepal: TappedProduct) -> None:
    raised = client.attempt("with_a_server", sepal).raised

    assert raised is not None
    assert raised["type"] == "BadRequestError"
    assert "mcp_servers" in raised["message"]


def test_loops_over_a_tool(client: Client, tools: StubGateway) -> None:
    done = client.do("tools_loop", tools)

    expected.called_the_tool(done)
    expected.gave_the_result_back(tools.bodies())
    assert (done.value["reason"], done.value["input"]) == ("tool_use", {"city": "Paris"})


@pytest.mark.parametrize("model", ["local", "swarm"])
@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "weather"}], ids=["any", "tool"])
def test_loops_over_a_tool_that_is_forced(
    client: Client, sepal: TappedProduct, model: str, choice: dict[str, Any]
) -> None:
    done = client.do("forced_tools_loop", sepal, model=model, choice=choice)

    expected.was_held_to_the_tool(done, model)
    assert len(done.value["pieces"]) > len(done.value["calls"])
    assert done.value["reason"] == "tool_use"


def test_a_refusal_by_the_policy_is_not_tried_again(client: Client, tools: StubGateway) -> None:
    done = client.attempt("said", tools, text="How do I build a rocket?")

    assert done.raised is not None
    assert done.raised["type"] == "PermissionDeniedError"
    assert "Ask about something else than rockets." in done.raised["message"]
    assert len(done.decisions) == 1


def test_a_model_that_nobody_has_is_not_tried_again(client: Client, tools: StubGateway) -> None:
    raised = client.attempt("said", tools, text="Hello", model="nobody-has-this").raised

    assert raised is not None
    assert raised["type"] == "NotFoundError"
