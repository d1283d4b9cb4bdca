"""LlamaIndex's OpenAILike."""

from __future__ import annotations

import pytest

from tests.clients import expected
from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway
from tests.wires.tapped_product import TappedProduct

SCRIPT = "llama_index_client.py"
ENVIRONMENT = "openai-2"


def test_completes_a_prompt_as_it_does_unless_told_otherwise(client: Client, sepal: TappedProduct) -> None:
    done = client.do("completed", sepal)

    assert done.value
    assert [decision["endpoint"] for decision in done.decisions] == ["completions"]
    expected.may_go_anywhere(done)


def test_chats_about_something_sensitive_locally(client: Client, sepal: TappedProduct) -> None:
    done = client.do("chatted", sepal)

    assert done.value
    expected.stayed_local(done)


def test_streams_a_chat(client: Client, sepal: TappedProduct) -> None:
    expected.streams_its_text(client.do("streamed", sepal).value)


def test_calls_a_tool(client: Client, tools: StubGateway) -> None:
    done = client.do("tools_loop", tools)

    assert done.value["calls"] == [{"city": "Paris"}]
    assert done.value["text"] == "sunny"


@pytest.mark.parametrize("model", ["local", "swarm"])
def test_an_agent_begins_with_a_tool_that_is_forced(client: Client, sepal: TappedProduct, model: str) -> None:
    expected.was_held_to_the_tool(client.do("forced_tools_loop", sepal, model=model), model)


def test_embeds_texts(client: Client, sepal: TappedProduct) -> None:
    expected.embeds(client.do("embedded", sepal).value)
