"""The product with its wires to the swarm tapped, whole before a test begins."""

from __future__ import annotations

import pytest

from tests.wires.tapped_product import TappedProduct


@pytest.fixture(scope="package")
def tapped(product: TappedProduct) -> TappedProduct:
    product.wait_until_whole()
    return product


@pytest.fixture
def whole(tapped: TappedProduct) -> TappedProduct:
    """The product with every part ready, whatever a test before did to it."""
    tapped.wait_until_whole()
    return tapped
