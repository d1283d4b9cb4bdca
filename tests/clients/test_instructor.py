"""Instructor."""

from __future__ import annotations

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
