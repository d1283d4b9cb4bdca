"""Instructor."""

from __future__ import annotations

import pytest

from tests.clients import expected
from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway
from tests.wires.tapped_product import TappedProduct

SCRIPT = "instructor_client.py"
ENVIRONMENT = "openai-2"


def test_parses_by_a_json_schema(client: Client, sepal: TappedProduct) -> None:
    expected.is_a_person(client.do("parsed", sepal, mode="JSON_SCHEMA", model="local").value)


def test_parses_from_a_tool_call(client: Client, tools: StubGateway) -> None:
    assert client.do("parsed", tools, mode="TOOLS", model="auto").value == {"name": "Paris", "age": 5}


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_parses_from_a_call_of_the_embedded_model(client: Client, sepal: TappedProduct, model: str) -> None:
    done = client.do("parsed", sepal, mode="TOOLS", model=model, text="The bridge is 90 years old.")

    expected.is_a_person(done.value)
    assert done.destinations == [model]
