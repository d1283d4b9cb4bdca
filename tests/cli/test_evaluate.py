"""`sepal eval` judges as the gateway does, and its status says whether limits hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Sepal
from tests.conftest import ROOT

TOOL = {
    "type": "function",
    "function": {"name": "dial", "description": "Dials +44 20 7946 0018", "parameters": {"type": "object"}},
}
ROWS: list[dict[str, Any]] = [
    {"id": "mail", "text": "Mail zoe.tanner@firm.co.uk", "sensitive": True, "class": "a", "spans": [[5, 26, "EMAIL"]]},
    {"text": "What a canary sings\u2028when it is bored", "sensitive": True, "class": "b"},
    {"id": "sky", "text": "Why is the sky blue?", "sensitive": False, "class": "a"},
    {"id": "phone", "text": "His phone is +44 20 7946 0018", "sensitive": False, "class": "b"},
    {"messages": [{"role": "user", "content": "Go on"}], "tools": [TOOL], "sensitive": True},
    {"decision": "dec_1", "sensitive": True, "should_be": "confidential"},
]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    return path


def test_rates_classes_spans_and_latency_by_file_and_over_all(process: Sepal, labelled: Path) -> None:
    run = process("eval", labelled, labelled, "--json")

    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    first, second = report["files"]
    assert first["file"] == str(labelled)
    assert (first["leak_rate"], first["over_rate"]) == (1 / 3, 1 / 2)
    assert first["counts"] == second["counts"]
    assert first["counts"]["skipped"] == 1
    assert (report["leak_rate"], report["counts"]["rows"]) == (1 / 3, 10)
    assert first["classes"]["b"]["leak_rate"] == 1.0
    assert first["spans"]["recall"] == 1.0
    assert 0 < first["latency_ms"]["p50"] <= first["latency_ms"]["p99"]
    assert [(miss["id"], miss["line"]) for miss in first["worst"]["leaks"]] == [("2", 2)]
    assert [miss["id"] for miss in first["worst"]["over"]] == ["phone"]
    assert first["held_back_by"]["PHONE_NUMBER"] == 1
    assert report["policy"]["lowest"] == "public"
    assert "canary" not in run.stdout + run.stderr


@pytest.mark.parametrize(("limits", "status", "words"), [
    (["--max-leak", "0.34", "--max-over", "0.5"], 0, ""),
    (["--max-leak", "0.3"], 1, "leak 33.3% is more than --max-leak 30.0%"),
    (["--max-over", "0.1"], 1, "over 50.0% is more than"),
    (["--max-over", "3"], 2, "--max-over"),
])  # fmt: skip
def test_the_status_says_whether_limits_hold(
    command: Sepal, labelled: Path, limits: list[str], status: int, words: str
) -> None:
    run = command("eval", labelled, *limits)

    assert run.returncode == status
    assert words in run.stderr


def test_text_is_shown_only_when_asked_for(command: Sepal, labelled: Path) -> None:
    plain, shown = command("eval", labelled), command("eval", labelled, "--show")

    assert "canary" not in plain.stdout + plain.stderr
    assert "Worst leaks" in plain.stdout
    assert "canary" in shown.stdout


def test_a_row_that_cannot_be_used_is_named_and_the_others_are_measured(command: Sepal, labelled: Path) -> None:
    with labelled.open("a", encoding="utf-8") as file:
        file.write('{"text": "canary"}\n{"messages": [{"role": "canary", "content": "x"}], "sensitive": true}\n{\n')

    run = command("eval", labelled, "--json")

    assert run.returncode == 2
    assert f'{labelled}:7: "sensitive" is missing; write true or false' in run.stderr
    assert f"{labelled}:8: not a chat request: invalid value for 'messages[0].role'" in run.stderr
    assert f"{labelled}:9: not valid JSON" in run.stderr
    assert "canary" not in run.stderr
    report = json.loads(run.stdout)
    assert (report["counts"]["bad"], report["leak_rate"]) == (3, 1 / 3)


def test_the_policy_decides_what_is_sensitive(command: Sepal, labelled: Path, tmp_path: Path) -> None:
    policy = tmp_path / "closed.yaml"
    default = (ROOT / "policies" / "default.yaml").read_text()
    policy.write_text(default.replace("rules: []", "rules: [{name: closed, raise_to: internal}]"))

    report = json.loads(command("eval", labelled, "--json", "--policy", policy).stdout)

    assert (report["leak_rate"], report["over_rate"]) == (0.0, 1.0)
    assert report["held_back_by"]["closed"] == 2


def test_rows_come_from_stdin_too_and_none_at_all_is_no_success(command: Sepal) -> None:
    row = json.dumps({"text": "Why is the sky blue?", "sensitive": False})

    clean = command("eval", "-", "--json", "--max-leak", "0.1", stdin=row)
    empty = command("eval", "-", stdin="\n")

    assert (clean.returncode, json.loads(clean.stdout)["leak_rate"]) == (0, None)
    assert "--max-leak was not judged" in clean.stderr
    assert (empty.returncode, "no row could be measured" in empty.stderr) == (2, True)


def test_a_file_that_is_not_there_is_said_before_anything_is_measured(command: Sepal, labelled: Path) -> None:
    run = command("eval", labelled, "nowhere.jsonl")

    assert (run.returncode, run.stdout) == (2, "")
    assert "nowhere.jsonl: can't be read" in run.stderr
