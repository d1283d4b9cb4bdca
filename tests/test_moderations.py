"""Moderations say what detection and policy find, through the real client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openai
import pytest

from tests.running_gateway import Running, running

POLICY = """version: 1
extends: default
name: mine
rules:
  - {name: code-names, when: {words: [heron]}, raise_to: restricted}
"""
PERSON = "Please write to Maria Gonzalez, maria.gonzalez@firma-meier.de"


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path, lambda url: POLICY) as gateway:
        yield gateway


async def moderated(up: Running, given: Any) -> list[dict[str, Any]]:
    async with openai.AsyncOpenAI(base_url=f"{up.url}/v1", api_key="x", max_retries=0) as client:
        answer = await client.moderations.create(input=given)
    assert answer.id.startswith("modr-")
    assert answer.model.startswith("sepal-")
    return [result.model_dump() for result in answer.results]


async def test_each_text_is_flagged_by_what_is_found_in_it(up: Running) -> None:
    clean, person, rule = await moderated(up, ["Why is the sky blue?", PERSON, "the heron flies"])
    assert (clean["flagged"], person["flagged"], rule["flagged"]) == (False, True, True)
    assert not any(clean["categories"].values())
    assert person["categories"]["EMAIL_ADDRESS"]
    assert 0 < person["category_scores"]["PERSON"] <= 1
    levels = [rule["categories"][level] for level in ("internal", "confidential", "restricted")]
    assert levels == [True, True, True]
    assert rule["category_scores"]["restricted"] == 1
    assert clean["category_scores"]["restricted"] == 0
    assert rule["sepal_label"] == "restricted"


async def test_a_text_and_parts_are_one_input(up: Running) -> None:
    (text,) = await moderated(up, PERSON)
    (parts,) = await moderated(
        up, [{"type": "text", "text": "Please write to Maria"}, {"type": "text", "text": PERSON}]
    )
    assert text["flagged"]
    assert parts["flagged"]


async def test_what_can_not_be_read_has_the_highest_level(up: Running) -> None:
    (image,) = await moderated(up, [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}])
    assert image["sepal_label"] == "restricted"
    assert image["category_applied_input_types"]["restricted"] == ["image"]


async def test_no_text_comes_back_or_is_recorded(up: Running) -> None:
    answer = await up.client.post("/v1/moderations", json={"input": PERSON})
    seen = (
        answer.text + str(answer.headers) + up.gateway.audit.path.read_text() + (await up.client.get("/metrics")).text
    )
    assert "Gonzalez" not in seen
    assert "firma" not in seen


@pytest.mark.parametrize(
    "body",
    [{}, {"input": []}, {"input": 5}, {"input": [5]}, {"input": ["a", 5]}, {"input": [{"type": 5}]}, {"input": None}],
)
async def test_rubbish_is_told_by_its_field(up: Running, body: dict[str, Any]) -> None:
    answer = await up.client.post("/v1/moderations", json=body)
    assert answer.status_code == 400
    assert "input" in answer.json()["error"]["message"]
