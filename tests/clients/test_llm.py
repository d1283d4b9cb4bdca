"""The command `llm`."""

from __future__ import annotations

from tests.clients import expected
from tests.clients.client import Client
from tests.wires.tapped_product import TappedProduct

SCRIPT = "llm_tool.py"


def test_knows_the_models_of_its_yaml_file_and_asks_them(client: Client, sepal: TappedProduct) -> None:
    assert client.do("configured", sepal).value == ["sepal-auto", "sepal-local"]

    asked = client.do("asked", sepal)
    assert asked.value
    expected.may_go_anywhere(asked)

    sensitive = client.do("sensitive", sepal)
    assert sensitive.value
    expected.stayed_local(sensitive)

    expected.streams_its_text(client.do("streamed", sepal).value)
