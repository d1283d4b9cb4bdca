"""The official client obeys what the gateway says of trying again."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.clients.client import Client
from tests.clients.stub_gateway import StubGateway, stub_gateway
from tests.conftest import SEPAL

SCRIPT = "openai_python.py"
KEYS: dict[str, str] = {}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubGateway]:
    """A gateway that needs keys, each good for 30 requests a minute."""
    directory = tmp_path_factory.mktemp("guarded")
    for name in ("alice", "bob"):
        command = [SEPAL, "keys", "create", name, "--requests-per-minute", "30"]
        made = subprocess.run(
            [*command, "--state-dir", str(directory / "state")], capture_output=True, text=True, check=True, timeout=60
        )
        KEYS[name] = made.stdout.split()[0]
    with stub_gateway(directory) as gateway:
        yield gateway


def test_a_429_is_tried_again_when_the_limit_allows(client: Client, guarded: StubGateway) -> None:
    done = client.do("until_limited", guarded, key=KEYS["alice"])

    assert done.value["retries"] >= 1
    assert done.value["text"] == "It is sunny in Paris."
    assert set(done.labels) == {"public"}


def test_without_its_retries_it_raises_its_rate_limit_error(client: Client, guarded: StubGateway) -> None:
    raised = client.attempt("limited", guarded, key=KEYS["bob"]).raised

    assert raised is not None
    assert (raised["type"], raised["status_code"]) == ("RateLimitError", 429)


def test_a_wrong_key_is_not_tried_again(client: Client, guarded: StubGateway) -> None:
    raised = client.attempt("limited", guarded, key="sk-sepal-wrong").raised

    assert raised is not None
    assert raised["type"] == "AuthenticationError"
