"""A caller's request id is taken over where a program made it; whatever could be somebody's is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.running_gateway import Running, policy, running


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path, lambda url: policy("open", "public", url)) as gateway:
        yield gateway


MADE = [
    "8f14e45f-ceea-467f-a8f6-0d2b1c3e4f5a",
    "req_9f86d081884c7d65",
    "4BF92F3577B34DA6A3CE929D0E0E4736",
    f"run-{'9b' * 12}",
]
SOMEBODYS = [
    *("", "maria.gonzalez@acme.com", "maria-gonzalez-1961-05-03", "13812345678", "110101199003078515"),
    *("4111111111111111", "a b", "x" * 500, "ab" * 40, "deadbeef"),
]


@pytest.mark.parametrize("given", MADE)
async def test_is_in_the_answer_and_in_the_record(up: Running, given: str) -> None:
    body = {"model": "auto", "messages": [{"role": "user", "content": "hello"}]}
    answer = await up.client.post("/v1/chat/completions", json=body, headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == given
    assert up.audit("decision")[-1]["request"] == given
    refused = await up.client.post("/v1/chat/completions", json={}, headers={"x-request-id": given})
    assert (refused.status_code, refused.headers["x-request-id"]) == (400, given)


@pytest.mark.parametrize("given", SOMEBODYS)
async def test_is_one_of_ours_where_it_could_be_somebodys(up: Running, given: str) -> None:
    body = {"model": "auto", "messages": [{"role": "user", "content": "hello"}]}
    answer = await up.client.post("/v1/chat/completions", json=body, headers={"x-request-id": given})
    assert answer.status_code == 200
    assert answer.headers["x-request-id"].startswith("req_")
    assert answer.headers["x-request-id"] == up.audit("decision")[-1]["request"]
