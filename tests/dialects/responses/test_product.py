"""OpenAI's own client in front of the whole product, with its real engines."""

from __future__ import annotations

import json

import openai
import pytest
from pydantic import BaseModel

from tests.conftest import Product

SENSITIVE = "My card is 4111 1111 1111 1111. What is a leaf?"
HARMLESS = "Why are leaves green?"


class City(BaseModel):
    name: str


def test_the_product_answers_streams_and_remembers(product: Product) -> None:
    asks = product.client.responses
    first = asks.with_raw_response.create(model="auto", input=SENSITIVE, max_output_tokens=16)
    assert first.headers["x-sepal-destination"] == "local"
    response = first.parse()
    assert response.output_text
    assert response.usage is not None
    assert response.usage.output_tokens <= 16

    follow_up = asks.with_raw_response.create(
        model="auto", input=HARMLESS, previous_response_id=response.id, max_output_tokens=16
    )
    assert follow_up.headers["x-sepal-destination"] == "local"
    second = follow_up.parse()
    assert second.previous_response_id == response.id
    listed = asks.input_items.list(second.id, order="asc")
    assert [item.type for item in listed] == ["message", "message", "message"]
    assert asks.retrieve(response.id).output_text == response.output_text
    asks.delete(response.id)
    with pytest.raises(openai.NotFoundError):
        asks.retrieve(response.id)
    with pytest.raises(openai.BadRequestError) as lost:
        asks.create(model="auto", input=HARMLESS, previous_response_id=response.id)
    assert lost.value.code == "previous_response_not_found"


def test_the_product_cuts_off_what_is_too_long(product: Product) -> None:
    with product.client.responses.stream(
        model="local", input="Count from one to a hundred.", max_output_tokens=8
    ) as stream:
        events = list(stream)

    last = events[-1]
    assert last.type == "response.incomplete"
    assert last.response.incomplete_details is not None
    assert last.response.incomplete_details.reason == "max_output_tokens"
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == last.response.output_text


def test_the_product_keeps_to_a_schema(product: Product) -> None:
    parsed = product.client.responses.parse(
        model="local", input="Name a city.", text_format=City, max_output_tokens=200, temperature=0
    )

    assert isinstance(parsed.output_parsed, City)


def test_the_product_sends_a_harmless_response_to_the_swarm(product: Product) -> None:
    raw = product.client.responses.with_raw_response.create(model="auto", input=HARMLESS, max_output_tokens=8)

    assert raw.headers["x-sepal-destination"] == "swarm"
    assert raw.parse().output_text


def test_explain_takes_a_responses_body(product: Product) -> None:
    told = product.sepal("explain", "--json", "--file", "-", stdin=json.dumps({"input": SENSITIVE}))

    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    assert report["destination"] == "local"
    assert [finding["entity"] for finding in report["findings"]] == ["CREDIT_CARD"]
