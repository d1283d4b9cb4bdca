"""Without the extra `files`."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.running_gateway import policy, running


async def test_nothing_is_read_and_files_stay_what_can_not_be_inspected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.compose.is_installed", lambda: False)
    part = {"type": "file", "file": {"filename": "a.txt", "file_data": base64.b64encode(b"hello").decode()}}
    async with running(tmp_path, lambda url: policy("mine", "public", url)) as up:
        response = await up.chat([part])
        (record, *_) = up.audit("decision")

    assert response.headers["x-sepal-label"] == "secret"
    assert record["unreadable"] == {"file": 1}
    assert json.loads(up.stub.seen[-1].body)["messages"][0]["content"] == [part]
