"""Measuring on labelled prompts counts what it says and prints no text unless asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.detection import measure

ROWS = [
    {"id": "1", "text": "Mail zoe.tanner@firm.co.uk", "sensitive": True},
    {"id": "2", "text": "What a canary sings\u2028when it is bored", "sensitive": True},
    {"id": "3", "text": "Why is the sky blue?", "sensitive": False},
    {"id": "4", "text": "His phone is +44 20 7946 0018", "sensitive": False},
]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    return path


@pytest.mark.parametrize("show", [False, True])
def test_text_is_printed_only_on_request(
    labelled: Path, show: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["measure", str(labelled), *(["--show"] if show else [])]
    monkeypatch.setattr("sys.argv", arguments)
    measure.main()
    printed = capsys.readouterr().out
    assert "leak  50.0% of 2 " in printed
    assert "over  50.0% of 2 " in printed
    assert ("canary" in printed) == show
