"""`sepal policy diff`: what the audit says without any text agrees with what deciding the texts says."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.log import AuditLog
from gateway.audit.recorded import decision_record
from gateway.compose import decider, detector_of
from gateway.openai import wire
from gateway.policy.load import load_policy
from gateway.settings import load_settings
from gateway.verdict import Call
from tests.cli.conftest import Sepal

OLD = """\
version: 1
levels: [public, internal, restricted]
destinations:
  local: {clearance: restricted, engine: llama.cpp}
  swarm: {clearance: public, engine: petals}
entities: {default: internal, LOCATION: public}
rules:
  - {name: heron, when: {words: [blue heron]}, raise_to: internal}
route: {prefer: [swarm, local]}
"""
TEXTS = [
    "Why is the sky blue?",
    "Tell Maria Gonzalez that the blue heron is ready",
    "Write to Maria Gonzalez, +34 612 345 678",
    "Write to my colleague Maria Gonzalez",
    "请转告我的同事王小明。",
    "My card is 4111 1111 1111 1111",
    "ticket PRJ-1234",
]
NEW = """\
version: 1
extends: old.yaml
entities: {PERSON: public, PHONE_NUMBER: restricted}
rules:
  - {name: numbered, when: {matches: 'PRJ-[0-9]{4}'}, raise_to: internal}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    (tmp_path / "prompts.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS))
    return tmp_path


@pytest.fixture
async def audited(folder: Path) -> Path:
    """The audit trail of the texts under the old policy, and of a decision that an older version recorded."""
    path = folder / "old.yaml"
    effective, policy = load_settings(None, os.environ, {"policy": str(path)}), load_policy(path)
    deciding = decider(effective, policy, detector_of(effective, policy))
    log = AuditLog(folder / "audit.jsonl")
    for number, text in enumerate(TEXTS, 1):
        request = wire.ChatRequest.model_validate({"model": "auto", "messages": [{"role": "user", "content": text}]})
        verdict = await deciding.decide(Call("chat.completions", request, "r"))
        record = decision_record(verdict, decision_id=f"line {number}", request_id="r", detector="d", stream=False)
        await log.append(record)
    await log.append({"event": "decision", "decision": "dec_old", "label": "public", "destinations": ["swarm"]})
    log.close()
    deciding.inspector.close()
    return folder / "audit.jsonl"


def changes(part: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {item["name"]: (item["before"], item["after"]) for item in part["listed"]}


def test_the_audit_trail_says_what_the_texts_say_or_perhaps(command: Sepal, folder: Path, audited: Path) -> None:
    run = command("policy", "diff", "old.yaml", "new.yaml", "--audit", audited, "--prompts", "prompts.jsonl", "--json")
    report = json.loads(run.stdout)
    by_record, by_text = changes(report["audit"]), changes(report["prompts"])
    certain = {item["name"] for item in report["audit"]["listed"] if item["certain"]}

    assert run.returncode == 1, run.stderr
    assert report["audit"]["rules_without_record"] == {"old": ["heron"], "new": ["heron", "numbered"]}
    assert (report["audit"]["decisions"], report["audit"]["unjudged"], report["prompts"]["prompts"]) == (8, 1, 7)
    assert {"line 3", "line 4", "line 5", "line 7"} == by_text.keys()
    assert by_text.keys() <= by_record.keys()
    assert all(by_record[name] == by_text[name] for name in certain)
    assert certain == {"line 3"}


def test_people_get_a_table_and_no_text(process: Sepal, folder: Path, audited: Path) -> None:
    run = process("policy", "diff", "old.yaml", "new.yaml", "--audit", audited, "--prompts", "prompts.jsonl")

    assert run.returncode == 1
    assert "7 decisions in" in run.stdout
    assert "internal → local  restricted → local" in run.stdout
    assert "1 decision left out, whose records do not say what was found" in run.stdout
    assert "new: heron, numbered: a record does not tell" in run.stdout
    for text in TEXTS:
        assert not any(word in run.stdout + run.stderr for word in text.split() if len(word) > 5)


def test_the_same_policy_has_no_differences(command: Sepal, folder: Path, audited: Path) -> None:
    run = command("policy", "diff", "new.yaml", "new.yaml", "--audit", audited, "--prompts", "prompts.jsonl")

    assert run.returncode == 0
    assert "7 decisions in" in run.stdout
    assert "0 differ" in run.stdout


def test_the_list_has_a_limit_and_the_table_has_none(command: Sepal, folder: Path) -> None:
    run = command("policy", "diff", "old.yaml", "new.yaml", "--prompts", "prompts.jsonl", "-n", "1", state=folder)

    assert run.returncode == 1
    assert "there is no audit file at" in run.stderr
    assert "4 differ" in run.stdout
    assert run.stdout.count("⇒") == 1
    assert "and 3 before" in run.stdout


@pytest.mark.parametrize(("arguments", "words"), [
    (("--audit", "nowhere.jsonl"), "there is no audit file at nowhere.jsonl"),
    ((), "there is no audit file at"),
    (("--prompts", "nowhere.jsonl"), "nowhere.jsonl: can't be read: No such file"),
    (("--audit", "old.jsonl"), ""),
])  # fmt: skip
def test_what_can_not_be_compared_is_said(command: Sepal, folder: Path, arguments: tuple[str, ...], words: str) -> None:
    (folder / "old.jsonl").write_text('{"seq": 1, "prev": "0", "event": "decision", "detected": 5}\n')

    run = command("policy", "diff", "old.yaml", "new.yaml", *arguments, state=folder)

    assert run.returncode == 2
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_rows_that_are_no_prompts_are_named_and_the_others_compared(command: Sepal, folder: Path) -> None:
    rows = [
        '{"text": "Write to my colleague Maria Gonzalez"}',
        '{"te',
        '{"txt": "x"}',
        '{"messages": [{"role": "king"}]}',
    ]
    (folder / "bad.jsonl").write_text("\n".join(rows) + "\n")

    run = command("policy", "diff", "old.yaml", "new.yaml", "--prompts", "bad.jsonl", state=folder)

    assert run.returncode == 2
    assert "bad.jsonl:2: not valid JSON" in run.stderr
    assert 'bad.jsonl:3: has neither "text" nor "messages"' in run.stderr
    assert "bad.jsonl:4: not a chat request" in run.stderr
    assert "king" not in run.stderr
    assert "1 prompt in bad.jsonl: 1 differ" in run.stdout
    assert "3 rows left out" in run.stdout


@pytest.mark.parametrize("content", [b"", b"garbage\n{}\n[1]\n", b"\xff\xfe\0\n", b'{"event": "decision"}\n'])
def test_a_file_without_any_record_is_no_audit_trail(command: Sepal, folder: Path, content: bytes) -> None:
    (folder / "garbage.jsonl").write_bytes(content)

    run = command("policy", "diff", "old.yaml", "new.yaml", "--audit", "garbage.jsonl", "--json")

    assert run.returncode == 2
    assert "garbage.jsonl: is no audit file" in run.stderr
    assert "is no audit file" in json.loads(run.stdout)["mistakes"][0]["message"]


def test_lines_that_are_no_records_are_counted_and_said(command: Sepal, folder: Path, audited: Path) -> None:
    lines = audited.read_bytes().splitlines(keepends=True)
    audited.write_bytes(b"".join([*lines[:2], b'{"event": "decis\n', b"\n", *lines[2:]]))

    arguments = ("policy", "diff", "old.yaml", "new.yaml", "--audit", audited)
    people, machines = command(*arguments), command(*arguments, "--json")

    assert "2 lines left out: no audit record" in people.stdout
    assert json.loads(machines.stdout)["audit"]["lines_that_are_no_records"] == 2
    assert json.loads(machines.stdout)["audit"]["decisions"] == 8
