"""`sepal feedback` notes what a label should have been, and `sepal eval` reads it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.log import AuditLog
from tests.cli.conftest import Sepal

MISSED = "Ask the canary to ring +44 20 7946 0018"


@pytest.fixture
def decided(tmp_path: Path) -> Path:
    """A state directory whose audit knows the decision `dec_1`."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    audit = AuditLog(state / "audit.jsonl")
    record = {"event": "decision", "decision": "dec_1", "label": "public", "findings": {"DATE_TIME": 1}}
    audit.append_blocking({**record, "detector": "sepal-1"})
    audit.append_blocking({"event": "outcome", "decision": "dec_1", "outcome": "completed"})
    audit.close()
    return state


def rows(state: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (state / "feedback.jsonl").read_text().splitlines()]


def test_without_a_text_only_the_types_that_were_found_are_stored(process: Sepal, decided: Path) -> None:
    run = process("feedback", "dec_1", "--should-be", "confidential", state=decided)

    assert run.returncode == 0, run.stderr
    assert "dec_1: public, should be confidential; without its text" in run.stdout
    (row,) = rows(decided)
    assert row.keys() == {"id", "time", "decision", "label", "should_be", "sensitive", "findings", "detector"}
    assert (row["sensitive"], row["findings"]) == (True, {"DATE_TIME": 1})
    assert stat.S_IMODE((decided / "feedback.jsonl").stat().st_mode) == 0o600


def test_eval_measures_the_rows_with_a_prompt_and_counts_the_others(
    command: Sepal, decided: Path, tmp_path: Path
) -> None:
    request = tmp_path / "request.json"
    messages = [{"role": "user", "content": "Why is the sky blue?"}]
    request.write_text(json.dumps({"model": "auto", "temperature": 0, "messages": messages}))
    command("feedback", "dec_1", "--should-be", "restricted", state=decided)
    from_text = command("feedback", "dec_1", "--should-be", "confidential", "--text", "-", stdin=MISSED, state=decided)
    from_file = command("feedback", "dec_1", "--should-be", "public", "--file", request, "--json", state=decided)

    report = json.loads(command("eval", decided / "feedback.jsonl", "--json", state=decided).stdout)

    assert "canary" not in from_text.stdout + from_text.stderr
    assert json.loads(from_file.stdout)["stored"] == "messages"
    assert [row.get("text") or row.get("messages") for row in rows(decided)] == [None, MISSED, messages]
    assert (report["leak_rate"], report["over_rate"], report["counts"]["skipped"]) == (0.0, 0.0, 1)


@pytest.mark.parametrize(("arguments", "words"), [
    (["dec_1", "--should-be", "confidental"], "did you mean `confidential`?"),
    (["dec_2", "--should-be", "public"], "there is no decision dec_2"),
    (["dec_1", "--should-be", "public", "--text", "nowhere.txt"], "nowhere.txt: can't be read"),
    (["dec_1", "--should-be", "public", "--text", "-"], "there is no text in it"),
    (["dec_1", "--should-be", "public", "--file", "-"], "The request body is empty"),
    (["dec_1", "--should-be", "public", "--text", "-", "--file", "-"], "not both"),
])  # fmt: skip
def test_a_mistake_is_a_sentence_and_stores_nothing(
    command: Sepal, decided: Path, arguments: list[str], words: str
) -> None:
    run = command("feedback", *arguments, stdin="", state=decided)

    assert run.returncode == 2
    assert words in run.stderr
    assert not (decided / "feedback.jsonl").exists()


def test_without_an_audit_there_is_no_decision_to_speak_of(command: Sepal, tmp_path: Path) -> None:
    run = command("feedback", "dec_1", "--should-be", "public", state=tmp_path / "state")

    assert (run.returncode, "there is no audit file" in run.stderr) == (2, True)
