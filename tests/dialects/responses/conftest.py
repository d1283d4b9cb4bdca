"""A gateway in front of a stub engine, which answers as a test says. It is the same one for all tests of a module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.backends.stub_engine import HELLO, says
from tests.running_gateway import Running, policy, running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running(tmp_path_factory.mktemp("gateway"), lambda url: policy("mine", "public", url)) as gateway:
        yield gateway


@pytest.fixture
def up(shared: Running) -> Running:
    shared.stub.answer = says(*HELLO)
    shared.stub.left.clear()
    return shared
