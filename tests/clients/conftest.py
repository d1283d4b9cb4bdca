"""The clients, and the gateways that they are pointed at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.client import Client
from tests.clients.environments import make_all
from tests.clients.stub_gateway import StubGateway, stub_gateway
from tests.wires.tapped_product import TappedProduct

# What coding agents ask for unless they are told otherwise.
ALIASES = {"claude-*": "auto"}


@pytest.fixture(scope="session")
def environments() -> None:
    make_all()


@pytest.fixture(scope="session")
def started(
    request: pytest.FixtureRequest, environments: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Client]]:
    """A client for every test module that names a SCRIPT, and for Python an ENVIRONMENT, if it is to be run.

    All at once, since they take seconds to load their libraries, and the engines take longer still.
    """
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    modules = {item.module.__name__: item.module for item in items if hasattr(item.module, "SCRIPT")}
    clients = {
        name: Client(module.SCRIPT, getattr(module, "ENVIRONMENT", "current"), tmp_path_factory.mktemp("client"))
        for name, module in modules.items()
    }
    yield clients
    for client in clients.values():
        client.close()


@pytest.fixture(scope="package")
def sepal(started: dict[str, Client], product: TappedProduct) -> TappedProduct:
    """The whole product with its real engines, every part ready."""
    product.wait_until_whole()
    return product


@pytest.fixture(scope="package")
def tools(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubGateway]:
    """A gateway in front of a stub that chooses tools by itself, for which the embedded model is too small."""
    if any("sepal" in item.fixturenames for item in request.session.items if isinstance(item, pytest.Function)):
        # While the product starts, the clients load their libraries; whoever needs one does not wait twice.
        request.getfixturevalue("sepal")
    with stub_gateway(tmp_path_factory.mktemp("tools"), model_aliases=ALIASES) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest, started: dict[str, Client]) -> Iterator[Client]:
    """The client of the test module."""
    running = started[request.module.__name__]
    yield running
    running.close()
