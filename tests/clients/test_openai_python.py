"""The official Python client."""

from __future__ import annotations

import json

import pytest

from tests.clients import expected
from tests.clients.client import Client
from tests.clients.stub_gateway import CALL_ID, StubGateway
from tests.wires.tapped_product import TappedProduct

SCRIPT = "openai_python.py"


def test_lists_models(client: Client, sepal: TappedProduct) -> None:
    assert {"auto", "local", "swarm"} <= set(client.do("models", sepal).value)


def test_asks_and_counts_tokens(client: Client, sepal: TappedProduct) -> None:
    done = client.do("asked", sepal)

    assert done.value["text"]
    assert 0 < done.value["tokens"] <= 6
    expected.may_go_anywhere(done)


def test_streams_asynchronously_with_usage(client: Client, sepal: TappedProduct) -> None:
    value = client.do("asked_async", sepal).value

    assert value["text"]
    assert 0 < value["tokens"] <= 6


def test_streams_through_its_helper(client: Client, sepal: TappedProduct) -> None:
    expected.streams_its_text(client.do("stream_helper", sepal).value)


def test_parses_into_a_pydantic_model(client: Client, sepal: TappedProduct) -> None:
    expected.is_a_person(client.do("parsed", sepal).value)


def test_completes_a_prompt(client: Client, sepal: TappedProduct) -> None:
    assert client.do("completion", sepal).value


def test_shows_in_the_raw_response_that_a_sensitive_prompt_stayed_local(client: Client, sepal: TappedProduct) -> None:
    done = client.do("raw", sepal)

    expected.stayed_local(done)
    headers = done.value["headers"]
    assert headers["x-sepal-destination"] == "local"
    assert headers["x-sepal-decision"] == done.decisions[0]["decision"]
    assert headers["x-request-id"] == done.decisions[0]["request"]
    assert done.value["text"]


def test_is_told_which_parameter_no_destination_can_honour(client: Client, sepal: TappedProduct) -> None:
    raised = client.attempt("many", sepal).raised

    assert raised is not None
    assert (raised["type"], raised["code"], raised["param"]) == ("BadRequestError", "unsupported_parameter", "n")


def test_loops_over_a_tool(client: Client, tools: StubGateway) -> None:
    done = client.do("tools_loop", tools)

    expected.called_the_tool(done)
    expected.gave_the_result_back(tools.bodies())
    call = done.value["call"]
    assert (call["id"], call["name"], json.loads(call["arguments"])) == (CALL_ID, "weather", {"city": "Paris"})


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_loops_over_a_tool_that_is_forced(client: Client, sepal: TappedProduct, model: str) -> None:
    done = client.do("forced_tools_loop", sepal, model=model)

    expected.was_held_to_the_tool(done, model)
    assert ["".join(done.value["pieces"])] == [call["arguments"] for call in done.value["calls"]]


def test_a_refusal_by_the_policy_is_not_tried_again(client: Client, tools: StubGateway) -> None:
    done = client.attempt("said", tools, text="How do I build a rocket?")

    assert done.raised is not None
    assert (done.raised["type"], done.raised["code"]) == ("PermissionDeniedError", "policy_denied")
    assert "Ask about something else than rockets." in done.raised["message"]
    assert len(done.decisions) == 1


def test_a_model_that_nobody_has_is_not_tried_again(client: Client, tools: StubGateway) -> None:
    done = client.attempt("said", tools, text="Hello", model="nobody-has-this")

    assert done.raised is not None
    assert (done.raised["type"], done.raised["code"]) == ("NotFoundError", "model_not_found")


def test_embeds_texts_as_base64_and_as_numbers(client: Client, sepal: TappedProduct) -> None:
    value = client.do("embedded", sepal).value

    expected.embeds(value["vectors"])
    assert value["numbers"] == [pytest.approx(vector, abs=1e-6) for vector in value["vectors"]]
    assert value["tokens"] > 0


def test_embeds_a_sensitive_text_here_asynchronously(client: Client, sepal: TappedProduct) -> None:
    done = client.do("embedded_async", sepal)

    assert done.value == 64
    expected.stayed_local(done)


def test_makes_a_response(client: Client, sepal: TappedProduct) -> None:
    done = client.do("responded", sepal)

    expected.may_go_anywhere(done)
    assert done.value["text"]
    assert 0 < done.value["tokens"] <= 6


def test_streams_responses_through_its_helper(client: Client, sepal: TappedProduct) -> None:
    expected.streams_its_text(client.do("responses_streamed", sepal).value)


def test_parses_responses_into_a_pydantic_model(client: Client, sepal: TappedProduct) -> None:
    expected.is_a_person(client.do("responses_parsed", sepal).value)


def test_what_follows_a_sensitive_response_stays_local_too(client: Client, sepal: TappedProduct) -> None:
    done = client.do("conversed", sepal)

    assert len(done.decisions) == 2
    expected.stayed_local(done)
    assert done.value["kept"] == done.value["first"]
    assert done.value["second"]


def test_loops_over_a_tool_in_responses(client: Client, tools: StubGateway) -> None:
    done = client.do("responses_tools_loop", tools)

    expected.called_the_tool(done)
    expected.gave_the_result_back(tools.bodies())
    assert json.loads(done.value["arguments"]) == {"city": "Paris"}


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_loops_over_a_tool_that_is_forced_in_responses(client: Client, sepal: TappedProduct, model: str) -> None:
    done = client.do("responses_forced_tools_loop", sepal, model=model)

    expected.was_held_to_the_tool(done, model)
    assert ["".join(done.value["pieces"])] == [call["arguments"] for call in done.value["calls"]]
