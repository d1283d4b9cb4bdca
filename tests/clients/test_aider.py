"""aider, a coding agent: an exchange in which it changes a file. The model's part is scripted."""

from __future__ import annotations

from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway

SCRIPT = "aider_agent.py"
ENVIRONMENT = "aider"


def test_changes_a_file_by_what_the_preferred_destination_answers(client: Client, tools: StubGateway) -> None:
    done = client.do("edited", tools, message="Say good evening instead.")

    assert done.value == 'print("good evening")\n'
    assert done.destinations == ["far"]


def test_what_names_a_person_stays_near(client: Client, tools: StubGateway) -> None:
    done = client.do("edited", tools, message="Greet my patient Maria Gonzalez, born 3 May 1961.")

    assert done.value == 'print("good evening")\n'
    assert done.destinations == ["near"]
    assert all(
        "Gonzalez" not in request.body.decode() for request in tools.stub.seen if request.path.startswith("/far")
    )
