"""The whole product with its wires to the swarm tapped, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wires.tapped_product import TappedProduct, running


@pytest.fixture(scope="package")
def tapped(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TappedProduct]:
    with running(state_dir, tmp_path_factory.mktemp("tapped")) as product:
        product.wait_until_whole()
        yield product


@pytest.fixture
def whole(tapped: TappedProduct) -> TappedProduct:
    """The product with every part ready, whatever a test before did to it."""
    tapped.wait_until_whole()
    return tapped
