"""Who is named beside an identifier is a person, unless everybody knows them."""

from __future__ import annotations

import pytest

from gateway.detection.engine import SepalDetector


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Write one sentence: Persephone Abernathy moved to 42 Thistledown Lane, Bristol.", "PERSON"),
        ("Persephone Abernathy, persephone@abernathy-farms.com", "PERSON"),
        ("Albert Einstein lived at 112 Mercer Street, Princeton.", "PUBLIC_FIGURE"),
        ("Who was Albert Einstein?", "PUBLIC_FIGURE"),
    ],
)
def test_a_name_beside_an_identifier(detector: SepalDetector, text: str, entity: str) -> None:
    (findings,) = detector.detect([text])
    people = {finding.entity for finding in findings} & {"PERSON", "PUBLIC_FIGURE"}
    assert people == {entity}
